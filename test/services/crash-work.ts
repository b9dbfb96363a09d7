/**
 * Work for crash tests: writes whose parts all say to which write they belong, and a check that every write that
 * was acknowledged is there, and of every write all or nothing. No test runner: processes to be killed run it too.
 */
import assert from 'node:assert/strict';
import { type OrganizationStore, StoreError } from '../../src/adapters/store/store.js';
import { chainStart } from '../../src/admin/events/chain.js';
import type { EventDraft, EventLog, StoredEvent } from '../../src/admin/events/event.js';
import {
  endChainCheck,
  startChainCheck,
  verifyChain,
} from '../../src/admin/events/verify-chain.js';
import type { Policy } from '../../src/policy/document.js';
import { opening, sha256 } from '../admin/events/drafts.js';

/** The organisation that is worked on. */
export const ORGANIZATION = 'crash';

/** What the store has told its users so far. */
export interface Told {
  /** Names of writes by the revision they were acknowledged with. */
  readonly writes: Map<number, string>;
  /** Names of appends that were acknowledged. */
  readonly appends: Set<string>;
  /** Names of both that the store said had not happened. */
  readonly undone: Set<string>;
}

/** Nothing yet. */
export function toldNothing(): Told {
  return { writes: new Map(), appends: new Set(), undone: new Set() };
}

/** In front of the name of a write, where its row has the time: all may be dropped. */
const LONG_AGO = '1970 ';

/** Elements, records and events of each write. */
const PARTS = [0, 1, 2, 3];

/** The organisation before any work. */
export function crashPolicy(): Policy {
  const policy = {
    version: 1,
    organization: { id: ORGANIZATION, timeZone: 'Europe/Berlin', roles: 'kisi' },
    users: [{ id: 'once-0' }, ...PARTS.map((part) => ({ id: `user-${part}`, name: 'at 0' }))],
  } as const;
  return policy as unknown as Policy;
}

/** One write of everything there is, under a name. Answers its revision. */
export function writeOnce(store: OrganizationStore, name: string): Promise<number> {
  return store.write(async (writer) => {
    const revision = writer.revision + 1;
    await writer.putRecords({
      put: PARTS.map((part) => ({ kind: 'zone', id: `zone-${part}`, body: { at: revision } })),
    });
    const users = PARTS.map((part) => ({ id: `user-${part}`, name: `at ${revision}` }));
    const put = { users: [{ id: `once-${revision}` }, ...users] };
    const remove = { users: [`once-${revision - 1}`] };
    await writer.putChanges({ revision, put, remove }, `${LONG_AGO}${name}`);
    await writer.append(draftsOf(name, 'audit'));
    return revision;
  });
}

/** Drops what may go but for the last few changes. */
export function trimOnce(store: OrganizationStore, revision: number): Promise<number> {
  return store.trimOutbox({ revision: revision - 5, before: '2000-01-01T00:00:00.000Z' });
}

/** One append, under a name. */
export async function appendOnce(store: OrganizationStore, name: string): Promise<void> {
  await store.append(draftsOf(name, 'access'));
}

/**
 * Writes and appends in turn, and notes what the store says, until told to stop.
 * @throws whatever is not a lost connection.
 */
export async function workUntil(
  isOver: () => boolean,
  store: OrganizationStore,
  who: string,
  told: Told,
): Promise<void> {
  for (let count = 0; !isOver(); count++) {
    const name = `${who}.${count}`;
    try {
      if (count % 7 === 6) await trimOnce(store, await store.revision());
      else if (count % 2 === 0) told.writes.set(await writeOnce(store, name), name);
      else {
        await appendOnce(store, name);
        told.appends.add(name);
      }
    } catch (error) {
      if (!(error instanceof StoreError) || !error.retryable) throw error;
      if (!error.mayHaveActed) told.undone.add(name);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** @throws AssertionError unless the store holds what it told, and whole writes alone. Nobody works meanwhile. */
export async function checkWhole(store: OrganizationStore, told: Told): Promise<void> {
  const policy = await store.policy();
  const revision = policy.revision as number;
  assert.ok(revision >= Math.max(0, ...told.writes.keys()), 'an acknowledged revision is lost');
  assert.deepEqual(policy.users, [
    { id: `once-${revision}` },
    ...PARTS.map((part) => ({ id: `user-${part}`, name: `at ${revision}` })),
  ]);
  const records = await store.records('zone');
  const expected = PARTS.map((part) => ({
    kind: 'zone',
    id: `zone-${part}`,
    body: { at: revision },
  }));
  assert.deepEqual(records, revision === 0 ? [] : expected);
  // Old rows were dropped from the front; the audit log has every write.
  const rows = await allRows(store);
  assert.deepEqual(
    rows.map((row) => row.revision),
    rows.map((_, index) => revision - rows.length + 1 + index),
  );
  assert.ok(rows.length >= Math.min(revision, 6), 'rows went that had to stay');
  const audit = await wholeChain(store, 'audit');
  assert.equal(audit.length, revision);
  for (const [written, name] of told.writes) {
    assert.equal(audit[written - 1], name, `write ${written} is not the acknowledged one`);
  }
  assert.deepEqual(
    audit.slice(revision - rows.length),
    rows.map(({ at }) => at.slice(LONG_AGO.length)),
    'events and changes of a write are not together',
  );
  const appended = new Set(await wholeChain(store, 'access'));
  for (const name of told.appends) assert.ok(appended.has(name), `append ${name} is lost`);
  for (const name of told.undone) {
    const isThere = appended.has(name) || audit.includes(name);
    assert.ok(!isThere, `${name} is there, although the store said it was not`);
  }
}

function draftsOf(name: string, log: EventLog): EventDraft[] {
  return PARTS.map((part) => opening(part, { id: `${name}/${part}`, log }));
}

async function allRows(store: OrganizationStore) {
  const rows = [];
  for (;;) {
    const page = await store.outbox(rows.at(-1)?.revision ?? -1, 10_000);
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

/** Names of the appends in a log, in order. Each has all its events, next to each other. */
async function wholeChain(store: OrganizationStore, log: EventLog): Promise<string[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const page = await store.events(log, { order: 'oldest', after, limit: 10_000 });
    if (page.length === 0) break;
    events.push(...page);
  }
  const start = startChainCheck(chainStart(ORGANIZATION, log, sha256));
  const { broken } = endChainCheck(verifyChain(start, events, sha256));
  assert.equal(broken, undefined);
  const names = events.flatMap(({ id }, index) =>
    index % PARTS.length === 0 ? [id.slice(0, id.indexOf('/'))] : [],
  );
  assert.deepEqual(
    events.map(({ id }) => id),
    names.flatMap((name) => PARTS.map((part) => `${name}/${part}`)),
    `an append in log ${log} is not whole`,
  );
  return names;
}
