/** The two output streams: colour only where wanted, backpressure, a quiet end when the reader leaves. */
import { once } from 'node:events';
import { styleText } from 'node:util';
import { EXIT } from './failure.js';

type Style = Parameters<typeof styleText>[0];

/** What commands write with. */
export interface Terminal {
  /** Columns to fill: the window's, at least 60, or 80 where there is none. */
  readonly width: number;
  /** Writes to standard output; resolves when more may be written. */
  write(text: string): Promise<void>;
  /** Writes to standard error. */
  warn(text: string): void;
  /** Colours text for standard output, or leaves it. */
  paint(style: Style, text: string): string;
  /**
   * Shows how far a run is that has taken a second or more, where standard error is a window; `undefined` clears the line. The
   * next answer clears it too.
   */
  progress(text: string | undefined): void;
  /** As `progress`, at once: before a step that is likely to take longer than a second and cannot say how far it is. */
  busy(text: string): void;
}

/** How long a run is quiet before it shows progress, and how often it renews it, in milliseconds. */
const PROGRESS_AFTER_MS = 1000;
const PROGRESS_EVERY_MS = 200;

/** The terminal of this process. Ends the process when standard output is closed by its reader. */
export function openTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const colour = wantsColour(env, stdout.isTTY === true);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.pipeClosed);
    stderr.write(`doorwright: cannot write: ${error.message}\n`);
    process.exit(EXIT.bad);
  });
  // Nobody is left to be told.
  stderr.on('error', () => undefined);
  const started = performance.now();
  let shownAt = 0;
  const showsProgress = stderr.isTTY === true && env.TERM !== 'dumb';
  const draw = (text: string): void => {
    if (!showsProgress) return;
    shownAt = performance.now();
    // A line that wraps could not be cleared again.
    stderr.write(`\r\u001b[K${text.slice(0, Math.max(20, (stderr.columns || 80) - 1))}`);
  };
  const clear = (): void => {
    if (shownAt > 0) stderr.write('\r\u001b[K');
    shownAt = 0;
  };
  return {
    width: stdout.isTTY === true ? Math.max(60, stdout.columns || 80) : 80,
    async write(text) {
      // Answers may go to the same window.
      clear();
      if (text !== '' && !stdout.write(text)) await once(stdout, 'drain');
    },
    warn(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
    progress(text) {
      if (text === undefined) return clear();
      const now = performance.now();
      if (now - started < PROGRESS_AFTER_MS || now - shownAt < PROGRESS_EVERY_MS) return;
      draw(text);
    },
    busy: draw,
  };
}

/**
 * Outside text made safe to print: control characters (which could move the cursor or forge a line) and
 * characters that turn the direction of writing are shown as `\u{…}`.
 */
export function shown(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** NO_COLOR wins over FORCE_COLOR, and both over what the stream is; see no-color.org. */
function wantsColour(env: NodeJS.ProcessEnv, isTTY: boolean): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTTY && env.TERM !== 'dumb';
}
