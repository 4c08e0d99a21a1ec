import { context } from '@opentelemetry/api';
import { isWanted, lateBoundLogger } from './bound-provider.ts';
import { CallPlaces } from './caller-location.ts';
import { readArguments } from './log-arguments.ts';
import { type Level, levelText, severityOf } from './severity.ts';

/**
 * Writes one record per call. `message` takes printf-style placeholders (`%d %s %j %o %i %f`, `%%`); without arguments
 * it is left alone. A last plain object that no placeholder takes is the structured attributes; their names are those of
 * `attributes.ts`. An Error anywhere among the arguments keeps its type, message, stack and causes. File and line of the
 * call go along. Never throws.
 */
export type Logger = {
  debug(message: string, ...args: unknown[]): void;
  info(message: string, ...args: unknown[]): void;
  warn(message: string, ...args: unknown[]): void;
  error(message: string, ...args: unknown[]): void;
};

const loggers = new Map<string, Logger>();

/**
 * The logger named after the module that logs. It may be made at the top of a module, before telemetry starts; until
 * then what it is given goes nowhere.
 */
export function getLogger(module: string): Logger {
  let logger = loggers.get(module);
  if (logger === undefined) {
    logger = createLogger(module);
    loggers.set(module, logger);
  }
  return logger;
}

function createLogger(module: string): Logger {
  const current = lateBoundLogger(module);

  const write = (level: Level) => {
    const severityNumber = severityOf[level];
    const severityText = levelText[level];
    const places = new CallPlaces();
    const method = (message: string, ...args: unknown[]): void => {
      try {
        // Looked up once and handed on: the SDK would do it three times.
        const ctx = context.active();
        // Asked first, so that a silent debug line costs no formatting.
        if (!isWanted(ctx, severityNumber)) return;
        const { body, attributes } = readArguments(message, args);
        places.addTo(attributes, message, method);
        current()?.emit({ context: ctx, severityNumber, severityText, body, attributes });
      } catch {
        // A log line must never be the reason that an order fails.
      }
    };
    return method;
  };

  return { debug: write('debug'), info: write('info'), warn: write('warning'), error: write('error') };
}
