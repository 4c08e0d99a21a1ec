import { SeverityNumber } from '@opentelemetry/api';

/** The four levels, as settings name them and as records say them. */
export type Level = 'debug' | 'info' | 'warning' | 'error';

export const severityOf: Record<Level, SeverityNumber> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warning: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

export const levelText: Record<Level, string> = { debug: 'DEBUG', info: 'INFO', warning: 'WARNING', error: 'ERROR' };

/** The level a setting means, or undefined. `warn` is taken too: half of the world writes it so. */
export function readLevel(text: string): Level | undefined {
  const level = text.trim().toLowerCase();
  if (level === 'warn') return 'warning';
  return level in severityOf ? (level as Level) : undefined;
}
