/**
 * What the phone remembers, in one IndexedDB database: its key, who enrolled it, the records of its machine and the list of
 * keys that the desk told last. A write is on the disk when its promise resolves.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import type { Enrolment, KeyList } from './desk-answers.js';
import type { DeviceKeys } from './device-key.js';

/** What is kept beside the machine's records, each under its name. */
export interface Papers {
  /** The pair that WebCrypto keeps; the private one cannot be read, not even here. */
  readonly key: DeviceKeys;
  readonly enrolment: Enrolment;
  readonly list: KeyList;
  /** When the desk said that this phone was withdrawn, in Unix milliseconds. */
  readonly withdrawn: number;
}

/** The phone's memory. */
export interface PhoneMemory {
  /** The machine's records, as they were when the memory was opened. */
  readonly records: ReadonlyMap<string, Uint8Array>;
  /** Everything else, as it is on the disk now. */
  readonly papers: Partial<Papers>;
  /** Durable when it resolves. */
  writeRecord(name: string, bytes: Uint8Array): Promise<void>;
  eraseRecord(name: string): Promise<void>;
  write<Name extends keyof Papers>(name: Name, paper: Papers[Name]): Promise<void>;
  erase(name: keyof Papers): Promise<void>;
  /** Everything is gone when it resolves, and this memory is closed. */
  forget(): Promise<void>;
}

/**
 * Opens the memory of a name.
 * @param onLost - the browser took the database away, as when somebody clears the site's data.
 */
export async function openMemory(name: string, onLost: () => void): Promise<PhoneMemory> {
  const database = await openDB<Shelves>(name, 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore('records');
      fresh.createObjectStore('papers');
    },
    // Whoever deletes it must not wait for us.
    blocking: () => {
      database.close();
      onLost();
    },
    terminated: onLost,
  });
  const papers = Object.fromEntries(await all(database, 'papers')) as Record<string, unknown>;
  return {
    records: await all(database, 'records'),
    papers: papers as Partial<Papers>,
    writeRecord: (record, bytes) => change(database, 'records', record, bytes),
    eraseRecord: (record) => change(database, 'records', record, undefined),
    write: async (paper, value) => {
      await change(database, 'papers', paper, value);
      papers[paper] = value;
    },
    erase: async (paper) => {
      await change(database, 'papers', paper, undefined);
      delete papers[paper];
    },
    forget: async () => {
      database.close();
      await deleteDB(name);
    },
  };
}

interface Shelves extends DBSchema {
  records: { key: string; value: Uint8Array };
  papers: { key: string; value: Papers[keyof Papers] };
}

async function all<Shelf extends 'records' | 'papers'>(
  database: IDBPDatabase<Shelves>,
  shelf: Shelf,
): Promise<Map<string, Shelves[Shelf]['value']>> {
  const transaction = database.transaction(shelf, 'readonly');
  const [names, values] = await Promise.all([
    transaction.store.getAllKeys(),
    transaction.store.getAll(),
  ]);
  return new Map(names.map((name, at) => [name, values[at] as Shelves[Shelf]['value']]));
}

/** Puts or deletes. `strict`: the promise waits for the disk and not for the system's buffers alone. */
async function change<Shelf extends 'records' | 'papers'>(
  database: IDBPDatabase<Shelves>,
  shelf: Shelf,
  name: string,
  value: Shelves[Shelf]['value'] | undefined,
): Promise<void> {
  const transaction = database.transaction(shelf, 'readwrite', { durability: 'strict' });
  const { store } = transaction;
  await Promise.all([
    value === undefined ? store.delete(name) : store.put(value, name),
    transaction.done,
  ]);
}
