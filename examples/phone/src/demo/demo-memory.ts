/** The demo's memory in this page's IndexedDB, held by one worker at a time. */
import { deleteDB, openDB } from 'idb';
import type { Memory } from '../../desk/records.mjs';

/** A memory that can be erased. */
export interface DemoMemory extends Memory {
  erase(): Promise<void>;
}

const DATABASE = 'doorwright-demo';
const STORE = 'records';

/** The worker of a page that was left is gone within moments; another tab keeps its hold. */
const PATIENCE_MS = 3000;

/**
 * Takes the memory, until this worker ends.
 * @throws Error with the message `demo_elsewhere` while another tab has it.
 */
export async function takeDemoMemory(): Promise<DemoMemory> {
  await hold();
  const database = await openDB(DATABASE, 1, {
    upgrade: (made) => void made.createObjectStore(STORE),
    blocking: () => database.close(),
  });
  return {
    read: async (name) => (await database.get(STORE, name)) ?? null,
    write: async (name, bytes) => {
      // Resolves when it is on the disk, as a lock's memory asks.
      const change = database.transaction(STORE, 'readwrite', { durability: 'strict' });
      await Promise.all([change.store.put(bytes, name), change.done]);
    },
    erase: async () => {
      database.close();
      await deleteDB(DATABASE);
    },
  };
}

/** Resolves when this worker is the only one. */
function hold(): Promise<void> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    navigator.locks
      .request(DATABASE, { signal }, () => {
        resolve();
        // For as long as this worker lives.
        return new Promise(() => {});
      })
      .catch(() => reject(new Error('demo_elsewhere')));
  });
}
