/**
 * The durable records of one lock as files of a folder: two copies each, of which a write replaces the
 * older by rename after its bytes are on the disk (protocol/README.md, "Storage"). Whatever instant the
 * power fails at, a record is the new one or the one before.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CORRUPT_RECORD, newestCopy, sealCopy } from '../../protocol/lock/record-copies.js';

/** The records of one lock. Only one process may use a folder at a time; `holdFolder` sees to it. */
export interface RecordFolder {
  /** What was stored when the folder was opened, by name; a record with two broken copies is `CORRUPT_RECORD`. */
  readonly records: ReadonlyMap<string, Uint8Array>;
  /** Durable when it returns. @throws the file system's error, or RangeError for a name or a worn-out record. */
  write(record: string, bytes: Uint8Array): void;
  /** Gone when it returns; a record that is not there stays so. */
  erase(record: string): void;
}

interface Stand {
  readonly sequence: number;
  /** Where the newest copy stands. */
  readonly copy: 'a' | 'b';
}

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/u;
const TEMPORARY = '.new';

/** Reads a folder, which is made when it is not there. Leftovers of a write that was cut are removed. */
export function openRecordFolder(folder: string): RecordFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const records = new Map<string, Uint8Array>();
  const stands = new Map<string, Stand>();
  for (const record of recordsIn(folder)) {
    const state = newestCopy(readCopy(folder, record, 'a'), readCopy(folder, record, 'b'));
    if (state.kind === 'absent') continue;
    records.set(record, state.kind === 'whole' ? state.payload : CORRUPT_RECORD);
    if (state.kind === 'whole') stands.set(record, state);
  }
  return {
    records,
    write: (record, bytes) => {
      if (!NAME.test(record)) throw new RangeError(`no name of a record: \`${record}\``);
      const before = stands.get(record);
      const copy = before?.copy === 'a' ? 'b' : 'a';
      const sequence = (before?.sequence ?? 0) + 1;
      replaceFile(folder, `${record}.${copy}`, sealCopy(bytes, sequence));
      stands.set(record, { sequence, copy });
    },
    erase: (record) => {
      // The older copy first: a cut between the two leaves the record as it was.
      const newest = stands.get(record)?.copy ?? 'a';
      for (const copy of [newest === 'a' ? 'b' : 'a', newest]) {
        rmSync(join(folder, `${record}.${copy}`), { force: true });
        syncFolder(folder);
      }
      stands.delete(record);
    },
  };
}

/**
 * Puts a file in place of another of that name, if any, in one step, and waits until the disk has it.
 * The file is readable by its owner alone.
 */
export function replaceFile(folder: string, name: string, bytes: Uint8Array): void {
  const temporary = join(folder, name + TEMPORARY);
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, join(folder, name));
  syncFolder(folder);
}

/** Waits until the disk has the folder: a rename in it is durable only then. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function recordsIn(folder: string): Set<string> {
  const records = new Set<string>();
  for (const name of readdirSync(folder)) {
    if (name.endsWith(TEMPORARY)) unlinkSync(join(folder, name));
    else if (/\.[ab]$/u.test(name)) records.add(name.slice(0, -2));
  }
  return records;
}

function readCopy(folder: string, record: string, copy: 'a' | 'b'): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(join(folder, `${record}.${copy}`)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
