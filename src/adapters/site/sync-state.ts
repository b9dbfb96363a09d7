/** The sync state of a site, kept in its store: what its offline locks are known to know. */
import type { JsonObject } from '../../admin/record.js';
import { applyEvent } from '../../sync/apply-event.js';
import type { SyncEvent, SyncRefusal } from '../../sync/event.js';
import { parseSyncState } from '../../sync/parse-state.js';
import { emptyState, type SyncState } from '../../sync/state.js';
import type { Outcome } from '../../values/outcome.js';
import type { StoreReader } from '../store/store.js';
import type { Site } from './site.js';

const ID = 'state';

/** How far a server's clock may be off unless it says so by a `clock_error` event: seconds. NTP does better. */
const CLOCK_ERROR_SECONDS = 5;

/**
 * The sync state as stored; an empty one before the first event.
 * @throws TypeError when it is damaged: no score may be told from it.
 */
export async function readSyncState(store: Pick<StoreReader, 'record'>): Promise<SyncState> {
  const record = await store.record('sync_state', ID);
  if (record === undefined) return emptyState(CLOCK_ERROR_SECONDS);
  const read = parseSyncState(record.body);
  if (read.ok) return read.value;
  const [issue] = read.issues;
  throw new TypeError(`the sync state is damaged: ${issue?.pointer} ${issue?.message}`);
}

/**
 * Tells the sync state what happened (docs/sync.md), in one transaction with reading it. The caller has verified the
 * signatures of receipts and acknowledgements.
 * @returns the next state, or why the event was not applied; then nothing is written.
 */
export function tellSync(site: Site, event: SyncEvent): Promise<Outcome<SyncState, SyncRefusal>> {
  return site.store.write(async (writer) => {
    const applied = applyEvent(await readSyncState(writer), event);
    if (!applied.ok) return applied;
    const body = applied.value as unknown as JsonObject;
    await writer.putRecords({ put: [{ kind: 'sync_state', id: ID, body }] });
    return applied;
  });
}
