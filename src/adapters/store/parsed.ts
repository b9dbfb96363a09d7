/** Reading back what this library wrote. */
import { StoreError } from './store.js';

/**
 * The value of a JSON text from a table.
 * @throws StoreError `corrupt` for anything else: somebody wrote there who should not.
 */
export function parsed<T>(text: unknown, what: string): T {
  try {
    if (typeof text === 'string') return JSON.parse(text) as T;
  } catch (cause) {
    throw new StoreError('corrupt', `${what} is no JSON`, { cause });
  }
  throw new StoreError('corrupt', `${what} is missing`);
}
