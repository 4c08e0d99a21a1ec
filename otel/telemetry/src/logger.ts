import { SeverityNumber } from '@opentelemetry/api';
import { lateBoundLogger } from './bound-provider.ts';
import { addCallerLocation } from './caller-location.ts';
import { readArguments } from './log-arguments.ts';

/**
 * Writes one record per call. `message` takes printf-style placeholders (`%d %s %j %o %i %f`, `%%`); without arguments
 * it is left alone. A last plain object that no placeholder takes is the structured attributes. An Error anywhere among
 * the arguments keeps its type, message, stack and causes. File and line of the call go along. Never throws.
 */
export type Logger = {
  debug(message: string, ...args: unknown[]): void;
  info(message: string, ...args: unknown[]): void;
  warn(message: string, ...args: unknown[]): void;
  error(message: string, ...args: unknown[]): void;
};

/**
 * A logger named after the module that logs. It may be made at the top of a module, before telemetry starts; until
 * then what it is given goes nowhere.
 */
export function getLogger(module: string): Logger {
  const current = lateBoundLogger(module);

  const write = (severityNumber: SeverityNumber, severityText: string) => {
    const method = (message: string, ...args: unknown[]): void => {
      try {
        const logger = current();
        // Asked first, so that a silent debug line costs no formatting.
        if (!logger?.enabled({ severityNumber })) return;
        const { body, attributes } = readArguments(message, args);
        addCallerLocation(attributes, method);
        logger.emit({ severityNumber, severityText, body, attributes });
      } catch {
        // A log line must never be the reason that an order fails.
      }
    };
    return method;
  };

  return {
    debug: write(SeverityNumber.DEBUG, 'DEBUG'),
    info: write(SeverityNumber.INFO, 'INFO'),
    warn: write(SeverityNumber.WARN, 'WARNING'),
    error: write(SeverityNumber.ERROR, 'ERROR'),
  };
}
