/** How far an import is, on one line of a window. */
import type { ImportProgress } from '../../adapters/import/import-run.js';

/** Where a line of progress is drawn. */
export interface ProgressWindow {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CELLS = 24;
const EVERY_MS = 200;

/** Shows how far a run is; called with nothing, it clears the line. */
export type ShowImport = (progress?: ImportProgress) => void;

/**
 * Draws a bar on a window, at most five times a second, and nothing where the stream is none. An import answers only at
 * its end, so the bar may share the window with the answer.
 * @param now - milliseconds of any clock that does not go back.
 */
export function importBar(window: ProgressWindow, now: () => number): ShowImport {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return (progress) => {
    if (window.isTTY !== true) return;
    if (progress === undefined) {
      if (isDrawn) window.write('\r\u001b[K');
      isDrawn = false;
      return;
    }
    const time = now();
    if (time - drawnAt < EVERY_MS) return;
    drawnAt = time;
    isDrawn = true;
    window.write(`\r\u001b[K${barText(progress)}`);
  };
}

function barText({ phase, bytes, bytesTotal, line }: ImportProgress): string {
  if (bytesTotal === undefined || bytesTotal === 0) return `${phase}, line ${line}`;
  const share = Math.min(1, bytes / bytesTotal);
  const full = Math.floor(share * CELLS);
  const bar = `${'#'.repeat(full)}${'.'.repeat(CELLS - full)}`;
  return `${phase.padEnd(8)} [${bar}] ${String(Math.floor(share * 100)).padStart(3)} %, line ${line}`;
}
