/** A logger that writes lines: JSON for machines, or words for people. */
import type { Logger } from '../pdp/telling.js';

/** How lines look, and where they go. */
export interface LineLoggerOptions {
  readonly format: 'json' | 'text';
  /** Takes one line, with its end. What it throws is dropped: no door waits for a log. */
  readonly write: (line: string) => void;
  /** The least that is written. Default `info`. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** The logger. */
export function lineLogger(options: LineLoggerOptions): Logger {
  const { format, write, level = 'info', now = Date.now } = options;
  const least = LEVELS.indexOf(level);
  const at =
    (name: (typeof LEVELS)[number]) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      if (LEVELS.indexOf(name) < least) return;
      const time = new Date(now()).toISOString();
      try {
        write(`${format === 'json' ? jsonLine() : textLine()}\n`);
      } catch {
        // Full disk, closed pipe: what cannot be said is not said.
      }
      function jsonLine(): string {
        return JSON.stringify({ time, level: name, msg: message, ...fields });
      }
      function textLine(): string {
        const words = Object.entries(fields).map(([key, value]) => `${key}=${wordOf(value)}`);
        return [time, name.padEnd(5), message, ...words].join(' ');
      }
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** One word without spaces as it is, everything else as JSON, so that no value can begin a line. */
function wordOf(value: unknown): string {
  if (typeof value === 'string' && /^[\w./:@+~-]+$/u.test(value)) return value;
  return JSON.stringify(value) ?? 'undefined';
}
