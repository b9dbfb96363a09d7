/** A file that is followed: each version is taken whole, soon after it was written, however it was written. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Looking, startLooking } from '../pdp/looking.js';
import { defaultPdpHost, type PdpHost } from '../pdp/pdp-host.js';
import { type FileMark, isSameMark, markOf, readWhole, type WholeFile } from './whole-file.js';

/** How a file is followed. */
export interface WatchedFileOptions {
  readonly path: string;
  /** Larger files are not read. */
  readonly bytesMax: number;
  /** Milliseconds between two looks where the system tells of nothing. Default 1 000. */
  readonly everyMs?: number;
  /** Milliseconds for which a file must lie still before it is read. Default 100. */
  readonly settleMs?: number;
  /** A version that was not seen before. What it throws is the fault of the file, until another version comes. */
  readonly take: (file: WholeFile) => void;
  /** The file cannot be read or taken (an error), or can again (undefined). Called once for each change. */
  readonly onFault?: (error: Error | undefined) => void;
  readonly host?: PdpHost;
}

/** A file that is followed. */
export interface WatchedFile {
  readonly looking: Looking;
  /** Follows it no more. */
  close(): void;
}

/** How long a mark cannot be trusted: file systems exist whose clock ticks every two seconds. */
const COARSE_MS = 2_500;
/** After so many changes under its eyes, a look gives up; the next comes soon. */
const TRIES_MAX = 50;

/** Follows a file; what is there already is taken by the first look. */
export function watchFile(options: WatchedFileOptions): WatchedFile {
  const { everyMs = 1_000, settleMs = 100, host = defaultPdpHost } = options;
  let taken: Taken | undefined;
  const look = async (): Promise<void> => {
    const file = await settled(options, settleMs, host, taken);
    if (file === undefined) {
      if (taken?.error !== undefined) throw taken.error;
      return;
    }
    const isCoarse = host.now() - Number(file.mark.modifiedNs / 1_000_000n) < COARSE_MS;
    if (file.hash === taken?.hash) {
      taken = { ...taken, mark: file.mark, isCoarse };
    } else {
      taken = { mark: file.mark, isCoarse, hash: file.hash, error: tryTake(options, file) };
    }
    if (taken.error !== undefined) throw taken.error;
  };
  const looking = startLooking({
    look,
    everyMs,
    attemptMs: 60_000,
    host,
    ...(options.onFault === undefined ? {} : { onChange: options.onFault }),
  });
  const watcher = watched(options.path, () => void looking.lookSoon());
  return {
    looking,
    close() {
      looking.close();
      watcher?.close();
    },
  };
}

/** The version that was taken last. */
interface Taken {
  readonly mark: FileMark;
  /** Written so shortly before it was read that another write may have left the same mark. */
  readonly isCoarse: boolean;
  readonly hash: string;
  /** Why it could not be used. */
  readonly error: Error | undefined;
}

/** The file as it lies still; undefined when it is the one that was taken. */
async function settled(
  { path, bytesMax }: WatchedFileOptions,
  settleMs: number,
  host: PdpHost,
  taken: Taken | undefined,
): Promise<WholeFile | undefined> {
  let mark = await markOf(path);
  if (taken !== undefined && !taken.isCoarse && isSameMark(mark, taken.mark)) return undefined;
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    await new Promise<void>((resolve) => void host.setTimer(resolve, settleMs));
    const now = await markOf(path);
    const file = isSameMark(mark, now) ? await readWhole(path, now, bytesMax) : undefined;
    if (file !== undefined) return file;
    mark = now;
  }
  throw new Error('it is written to all the time');
}

function tryTake({ take }: WatchedFileOptions, file: WholeFile): Error | undefined {
  try {
    take(file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Watches the folder: a file that is renamed into place, or a link that is turned, is another file, and a watch on the
 * old one would stay silent. Where the system cannot watch, looks come by time alone.
 */
function watched(path: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      // A folder of a ConfigMap turns the link `..data`, which is not the file's own name.
      if (name === null || name === basename(path) || name.startsWith('..')) onEvent();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
