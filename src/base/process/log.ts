/** The one structured logger. Messages are constant strings, values are fields; the event stream has its own room. */
import { pino } from 'pino';
import { safeStack } from './safe-stack.js';

type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** A line longer than this is a fault of ours, and would take the place of all others. */
const MAX_LINE_LENGTH = 16_384;

/** One JSON line each, to `out` (standard error, so that standard output stays for answers and events). */
export function jsonLog(level: LogLevel, out: { write(line: string): void }): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: errorField },
    },
    { write: (line: string) => out.write(line.length > MAX_LINE_LENGTH ? withoutFields(line) : line) },
  );
  return {
    debug: (message, fields) => {
      logger.debug(fields ?? {}, message);
    },
    info: (message, fields) => {
      logger.info(fields ?? {}, message);
    },
    warn: (message, fields) => {
      logger.warn(fields ?? {}, message);
    },
    error: (message, fields) => {
      logger.error(fields ?? {}, message);
    },
  };
}

function withoutFields(line: string): string {
  const { level, time, msg } = JSON.parse(line) as Record<string, unknown>;
  return `${JSON.stringify({ level, time, isTooLong: true, msg })}\n`;
}

/** An Error as JSON is `{}`, and its message may quote a payload: what is logged is where it was thrown. */
function errorField(error: unknown): unknown {
  return error instanceof Error ? safeStack(error) : error;
}
