/** The offline revocations in the making: who must hear of what, and taking it up. */
import {
  offlineChanges,
  type PendingOfflineChange,
  pendingOf,
  withOfflineChanges,
  withoutOfflineChanges,
} from '../../admin/offline/offline-changes.js';
import type { Consequence } from './consequence.js';
import type { Site } from './site.js';

/** Changes that wait for an issuer, at one door. */
export interface WaitingDoor {
  readonly door: string;
  readonly changes: readonly PendingOfflineChange[];
}

/** Every change of the policy leaves word for the locks it concerns. */
export const offlineConsequence: Consequence = async ({ before, after, changes }, view) => {
  const doors = offlineChanges(before, after, changes);
  const put = await Promise.all(
    doors.map(async (door) => {
      const record = await view.store.record('offline_change', door.door);
      return withOfflineChanges(record, door, after.revision);
    }),
  );
  return put.length === 0 ? {} : { records: { put } };
};

/** What waits at offline doors, a page by ascending door. */
export async function waitingOfflineChanges(
  site: Site,
  page: { readonly after?: string; readonly limit?: number } = {},
): Promise<readonly WaitingDoor[]> {
  const records = await site.store.records('offline_change', page);
  return records.map((record) => ({ door: record.id, changes: pendingOf(record) }));
}

/**
 * An issuer has made policy versions (or bundles, for what was widened) of everything at a door up to a revision.
 * What came later stays. Recorded in the audit log.
 * @throws RangeError for a revision that the policy never had: what waits must not be lost by a slip.
 */
export async function takeUpOfflineChanges(
  site: Site,
  door: string,
  revision: number,
): Promise<void> {
  await site.write({
    actor: { type: 'system', id: 'issuer' },
    operation: 'offline.take_up',
    plan: async ({ engine, store }) => {
      if (!Number.isSafeInteger(revision) || revision < 0 || revision > engine.revision) {
        throw new RangeError(`the policy was never at revision ${revision}`);
      }
      const record = await store.record('offline_change', door);
      const left = record && withoutOfflineChanges(record, revision);
      const records =
        left === undefined
          ? { remove: [{ kind: 'offline_change', id: door } as const] }
          : { put: [left] };
      const object = { type: 'door', id: door };
      const planned = { value: undefined, records, audit: { object, data: { revision } } };
      return { ok: true, value: planned };
    },
  });
}
