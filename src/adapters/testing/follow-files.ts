/** Following many files at once: told when any was written, appeared or went, and has lain still since. */
import { defaultPdpHost, type PdpHost } from '../pdp/pdp-host.js';
import { fileMark } from './file-mark.js';

/** How files are followed. */
export interface FollowOptions {
  /** The files there are now; asked at every look. */
  readonly find: () => readonly string[];
  /** Reads them; answers what was read, by path the mark it had just before. Called at the start, and after each change. */
  readonly take: () => Promise<ReadonlyMap<string, string>>;
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. Default 250. */
  readonly everyMs?: number;
  /** Milliseconds for which nothing may be written before files are read again. Default 100. */
  readonly settleMs?: number;
  readonly host?: PdpHost;
}

/** After so many changes under its eyes files are read all the same; what comes later is seen later. */
const TRIES_MAX = 50;

/** Follows until the signal. What was written while files were read is seen at the next look. */
export async function followFiles(options: FollowOptions): Promise<void> {
  const { find, take, signal, everyMs = 250, settleMs = 100, host = defaultPdpHost } = options;
  let taken = await take();
  while (!signal.aborted) {
    await pause(everyMs, host, signal);
    let now = marksOf([...find(), ...taken.keys()]);
    if (signal.aborted || isSame(now, taken)) continue;
    for (let attempt = 0; attempt < TRIES_MAX && !signal.aborted; attempt++) {
      await pause(settleMs, host, signal);
      const later = marksOf([...find(), ...taken.keys()]);
      if (isSame(later, now)) break;
      now = later;
    }
    if (!signal.aborted) taken = await take();
  }
}

function marksOf(paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(paths.map((path) => [path, fileMark(path)]));
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([path, mark]) => other.get(path) === mark);
}

/** Ends early at the signal. */
function pause(milliseconds: number, host: PdpHost, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      forget();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const forget = host.setTimer(end, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}
