/** Stands in for the store in a folder: stores in memory that last as long as the test, by the names of their folders. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { memoryStore } from '../../src/adapters/store/memory.js';
import { type Store, StoreError } from '../../src/adapters/store/store.js';

const stores = new Map<string, Store>();
const held = new Set<string>();

/** Opens a store in memory; a folder that is held is busy. */
export async function pgliteStore(folder: string): Promise<Store> {
  if (held.has(folder)) throw new StoreError('busy', `process 1 already uses \`${folder}\``);
  mkdirSync(join(folder, 'pgdata'), { recursive: true });
  const store = stores.get(folder) ?? memoryStore();
  stores.set(folder, store);
  held.add(folder);
  return { ...store, close: async () => void held.delete(folder) };
}

/** The store of a folder, from beside the program. */
export function storeIn(folder: string): Store {
  const store = stores.get(folder);
  if (store === undefined) throw new Error(`no store in \`${folder}\``);
  return store;
}

/** What a program that was killed leaves: nothing is held any more. Fails when one was left open. */
export function heldFolders(): readonly string[] {
  return [...held];
}
