// @ts-check
// The desk's memory as a folder of Node: one file a record, replaced in one step, for one process at a time.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { holdFolder } from 'doorwright/node';

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/u;

/**
 * Opens a folder, which is made when it is not there, readable by its owner alone: the site's keys are in it.
 * @param {string} folder
 * @returns {import('./records.mjs').Memory & { close(): void }}
 * @throws FolderHeldError when another process uses it.
 */
export function folderMemory(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const held = holdFolder(folder);
  return {
    read: async (name) => readRecord(folder, name),
    write: async (name, bytes) => replaceRecord(folder, name, bytes),
    close: () => held.release(),
  };
}

/** @param {string} folder @param {string} name */
function readRecord(folder, name) {
  try {
    return new Uint8Array(readFileSync(join(folder, fileOf(name))));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A kill at any instant leaves the record as it was or as it is to be. @param {string} folder @param {string} name @param {Uint8Array} bytes */
function replaceRecord(folder, name, bytes) {
  const file = join(folder, fileOf(name));
  synced(`${file}.new`, 'w', (descriptor) => writeFileSync(descriptor, bytes));
  renameSync(`${file}.new`, file);
  // The rename is for good when the folder is on the disk.
  synced(folder, 'r', () => {});
}

/** @param {string} path @param {'w' | 'r'} flags @param {(descriptor: number) => void} work */
function synced(path, flags, work) {
  const descriptor = openSync(path, flags, 0o600);
  try {
    work(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @param {string} name */
function fileOf(name) {
  if (!NAME.test(name)) throw new RangeError(`no name of a record: \`${name}\``);
  return `${name}.json`;
}
