/** What every store must do, whatever it keeps organisations in: run by each adapter of the port `Store`. */
import { afterAll, beforeAll, describe } from 'vitest';
import type { Store } from '../../src/adapters/store/store.js';
import { testEvents } from './store-events.js';
import { testLogs } from './store-logs.js';
import { testOutbox } from './store-outbox.js';
import { testPolicies } from './store-policy.js';
import { testRecords } from './store-records.js';
import { testWrites } from './store-writes.js';

/** A store, started once for all tests: each test makes organisations of its own. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Another way to the same organisations, as another process would have. Where there is none, the same store. */
  readonly other: Store;
  /** Frees everything, after both were closed. */
  free(): Promise<void>;
}

/** Gives tests the store once it is there, and organisations with names that nobody else uses. */
export interface Ground {
  readonly store: Store;
  readonly other: Store;
  /** A fresh id of an organisation. */
  freshId(): string;
}

/** The suite. */
export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`a store: ${name}`, () => {
    let made: StoreUnderTest;
    let count = 0;
    const ground: Ground = {
      get store() {
        return made.store;
      },
      get other() {
        return made.other;
      },
      freshId: () => `org-${process.pid}-${++count}`,
    };
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made.store.close();
      await made.other.close();
      await made.free();
    });
    testPolicies(ground);
    testRecords(ground);
    testLogs(ground);
    testEvents(ground);
    testOutbox(ground);
    testWrites(ground);
  });
}
