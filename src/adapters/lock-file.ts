/**
 * One process at a time in a folder. Node has no flock(2), so the program flock(1) (util-linux, busybox)
 * locks the file that this process holds open: the lock belongs to the open file, and the kernel frees
 * it however the process ends. Where there is no such program, a file that names its owner has to do.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** A folder that this process holds. */
export interface HeldFolder {
  /** Lets others in. Calling it twice does nothing more. */
  release(): void;
}

/** Somebody else holds the folder, or nobody can tell. */
export class FolderHeldError extends Error {
  override readonly name = 'FolderHeldError';
}

const FILE = 'doorwright.lock';

/** flock(1) ends with this code when the lock is taken. */
const TAKEN = 1;

/**
 * Takes a folder for this process, until `release` or its end.
 * @throws FolderHeldError when another process holds it.
 */
export function holdFolder(folder: string): HeldFolder {
  const file = join(folder, FILE);
  const descriptor = openSync(file, 'a+', 0o600);
  const { error, status } = spawnSync('flock', ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    closeSync(descriptor);
    return holdByName(folder);
  }
  if (status !== 0) {
    closeSync(descriptor);
    const owner = readFileSync(file, 'utf8').trim();
    if (status === TAKEN) throw new FolderHeldError(`process ${owner} already uses \`${folder}\``);
    throw error ?? new FolderHeldError(`flock(1) ended with ${status} on \`${file}\``);
  }
  // Only for the message that others read; the lock itself is the kernel's.
  ftruncateSync(descriptor);
  writeSync(descriptor, `${process.pid}\n`);
  return releasing(() => closeSync(descriptor));
}

/**
 * Takes a folder by creating a file that must not exist. A file left by a process that died has to be
 * removed by hand: whether its owner lives cannot be told across containers, and a wrong guess lets two in.
 * @throws FolderHeldError when the file exists.
 */
export function holdByName(folder: string): HeldFolder {
  const file = join(folder, `${FILE}.owner`);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = readFileSync(file, 'utf8').trim();
    throw new FolderHeldError(
      `process ${owner} uses \`${folder}\`, or died in it: then remove \`${file}\``,
    );
  }
  writeSync(descriptor, `${process.pid}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  return releasing(() => unlinkSync(file));
}

function releasing(release: () => void): HeldFolder {
  let held = true;
  return {
    release() {
      if (held) release();
      held = false;
    },
  };
}
