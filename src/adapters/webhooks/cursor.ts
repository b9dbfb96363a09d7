/**
 * How far a consumer is with a log: a record of kind `cursor`. Whoever holds its lease delivers, so that two processes
 * do not send everything twice; a process that died loses it with time.
 */
import type { EventLog } from '../../admin/events/event.js';
import type { JsonObject, RecordChanges, SiteRecord } from '../../admin/record.js';
import { type OrganizationStore, StoreError, type StoreWriter } from '../store/store.js';
import { believable, type DeliveryRules, type DeliveryState, startAfter } from './delivery.js';

/** Who delivers, and until when nobody else does. */
export interface Lease {
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Id of the record of a consumer and a log. */
export function cursorId(consumer: string, log: EventLog): string {
  return `${consumer}/${log}`;
}

/** The record that starts a consumer after an event of a log. */
export function cursorRecord(consumer: string, log: EventLog, after: number): SiteRecord {
  return recordOf(cursorId(consumer, log), startAfter(after), undefined);
}

/**
 * Takes the lease at an instant. Answers how far the consumer is, or until when somebody else has the lease: never longer than
 * this one would last. What a clock that was far ahead has written is cut to that, so that it ends.
 */
export function claimCursor(
  store: OrganizationStore,
  id: string,
  lease: Lease,
  now: number,
  rules?: DeliveryRules,
): Promise<{ readonly state: DeliveryState } | { readonly heldUntil: number }> {
  return store.write(async (writer) => {
    const { state: kept, lease: held } = await readCursor(writer, id);
    const state = believable(kept, now, rules);
    if (held !== undefined && held.until > now) {
      const heldUntil = Math.min(held.until, lease.until);
      if (heldUntil < held.until)
        await writer.putRecords({ put: [recordOf(id, state, { ...held, until: heldUntil })] });
      return { heldUntil };
    }
    await writer.putRecords({ put: [recordOf(id, state, lease)] });
    return { state };
  });
}

/**
 * Goes on to the next state, and writes what belongs to that step. Answers false, and writes nothing, when the lease
 * was lost.
 */
export function moveCursor(
  store: OrganizationStore,
  id: string,
  lease: Lease,
  next: DeliveryState,
  more: NonNullable<RecordChanges['put']> = [],
): Promise<boolean> {
  return store.write(async (writer) => {
    const { lease: held } = await readCursor(writer, id);
    if (held?.owner !== lease.owner) return false;
    await writer.putRecords({ put: [recordOf(id, next, lease), ...more] });
    return true;
  });
}

/** Gives the lease back. */
export function releaseCursor(store: OrganizationStore, id: string, owner: string): Promise<void> {
  return store.write(async (writer) => {
    const { state, lease } = await readCursor(writer, id);
    if (lease?.owner === owner) await writer.putRecords({ put: [recordOf(id, state, undefined)] });
  });
}

function recordOf(id: string, state: DeliveryState, lease: Lease | undefined): SiteRecord {
  const body = { ...state, ...(lease === undefined ? {} : { lease: { ...lease } }) };
  return { kind: 'cursor', id, body };
}

async function readCursor(
  writer: StoreWriter,
  id: string,
): Promise<{ state: DeliveryState; lease: Lease | undefined }> {
  const record = await writer.record('cursor', id);
  if (record === undefined) return { state: startAfter(0), lease: undefined };
  const { after, attempts, notBefore, failingSince, lease } = record.body;
  if (!isCount(after) || !isCount(attempts) || !isCount(notBefore))
    throw new StoreError('corrupt', `cursor \`${id}\``);
  const state = { after, attempts, notBefore, ...(isCount(failingSince) ? { failingSince } : {}) };
  return { state, lease: leaseOf(lease as JsonObject | undefined) };
}

function leaseOf(lease: JsonObject | undefined): Lease | undefined {
  const { owner, until } = lease ?? {};
  return typeof owner === 'string' && isCount(until) ? { owner, until } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
