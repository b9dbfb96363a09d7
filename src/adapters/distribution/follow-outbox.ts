/**
 * Follows the outbox of a store and computes the chain of its epoch. Sees when the store was put back from a backup: every
 * look begins at the row that was read last, and that row must still be the same.
 */
import type { Sha256 } from '../../admin/events/chain.js';
import type { Position } from '../../distribution/message.js';
import type { Engine } from '../../engine/engine.js';
import type { Site } from '../site/site.js';
import type { OrganizationStore, OutboxRow } from '../store/store.js';
import { StoreError } from '../store/store.js';
import { changeHashOf, nextChain } from './chain.js';
import {
  CHECKPOINT_EVERY,
  type FeedEpoch,
  readEpoch,
  requireEpoch,
  writeCheckpoint,
} from './epoch.js';
import type { NumberedChanges } from './slice-feed.js';

/** One row, linked. */
export interface LinkedRow extends Position {
  readonly previous: string;
  readonly changes: NumberedChanges;
}

/** What a look showed. `epoch`: a new one was begun, open another follower. `back`: the store is not what it was. */
export type Looked =
  | { readonly kind: 'rows'; readonly rows: readonly LinkedRow[]; readonly isAll: boolean }
  | { readonly kind: 'epoch' }
  | { readonly kind: 'back'; readonly detail: string };

/** A follower. */
export interface OutboxFollower {
  readonly position: Position;
  /** Reads what is new, at most 1 000 rows; the position goes along. @param now - epoch milliseconds. */
  look(now: number): Promise<Looked>;
  /** Writes a checkpoint where the last one is far behind. */
  keepCheckpoint(): Promise<void>;
  /** Whether the row that was read last is still there. */
  isContinued(): Promise<boolean>;
}

/** Where a publisher begins. */
export interface FollowerStart {
  readonly follower: OutboxFollower;
  /** At the follower's position. */
  readonly engine: Engine;
  /** The rows from the last checkpoint up to there. */
  readonly tail: readonly LinkedRow[];
}

/** Rows read at once. */
const PAGE = 1000;

/** How often the row read last is read again where the revision is still its own, milliseconds: it may be large. */
const CHECK_MS = 5_000;

/** The row read last, told apart from another one of the same revision. */
interface LastRow {
  readonly hash: string;
  readonly at: string;
}

/**
 * Begins where the store is now; begins the first epoch where there is none.
 * @throws StoreError `corrupt` when the epoch's checkpoint lies beyond the store, or rows are missing.
 */
export async function followOutbox(site: Site, sha256: Sha256): Promise<FollowerStart> {
  const epoch = await requireEpoch(site);
  try {
    return await followFrom(site, epoch, sha256);
  } catch (error) {
    // Another publisher may have moved the checkpoint on since, and rows before it may have been let go of.
    const later = await requireEpoch(site);
    if (later.epoch === epoch.epoch && later.revision === epoch.revision) throw error;
    return await followFrom(site, later, sha256);
  }
}

async function followFrom(site: Site, epoch: FeedEpoch, sha256: Sha256): Promise<FollowerStart> {
  const engine = await site.refresh();
  if (epoch.revision > engine.revision) {
    const detail = `the feed was at revision ${epoch.revision}, the store is at ${engine.revision}`;
    throw new StoreError('corrupt', `${detail}: was it put back from a backup? begin a new epoch`);
  }
  const tail: LinkedRow[] = [];
  let chain = epoch.chain;
  let last = await rowAt(site.store, epoch.revision, sha256);
  for (let after = epoch.revision; after < engine.revision; ) {
    const rows = await site.store.outbox(after, Math.min(PAGE, engine.revision - after));
    if (rows.length === 0) throw missing(after);
    for (const row of rows) {
      if (row.revision !== after + 1) throw missing(after);
      const linked = link(row, epoch.epoch, chain, sha256);
      tail.push(linked.row);
      ({ chain } = linked.row);
      last = linked.last;
      after = row.revision;
    }
  }
  const start = { epoch, revision: engine.revision, chain, last };
  return { follower: follower(site.store, start, sha256), engine, tail };
}

function follower(
  store: OrganizationStore,
  start: { epoch: FeedEpoch; revision: number; chain: string; last: LastRow | undefined },
  sha256: Sha256,
): OutboxFollower {
  const { epoch } = start;
  let { revision, chain, last } = start;
  let checkpoint = epoch.revision;

  let checkedAt = -Infinity;

  const look = async (now: number): Promise<Looked> => {
    const [known, stored] = await Promise.all([readEpoch(store), store.revision()]);
    if (known?.epoch !== epoch.epoch || known.salt !== epoch.salt) {
      return known === undefined || known.epoch < epoch.epoch
        ? back('the epoch of the feed was taken back')
        : { kind: 'epoch' };
    }
    if (stored === revision && now >= checkedAt && now - checkedAt < CHECK_MS) {
      return { kind: 'rows', rows: [], isAll: true };
    }
    const rows = await store.outbox(Math.max(0, revision - 1), PAGE);
    const detail = changedBack({ revision, last }, { rows, stored }, sha256);
    if (detail !== undefined) return back(detail);
    checkedAt = now;
    const linked: LinkedRow[] = [];
    let head = { revision, chain, last };
    for (const row of rows) {
      if (row.revision <= revision) continue;
      if (row.revision !== head.revision + 1) throw missing(head.revision);
      const next = link(row, epoch.epoch, head.chain, sha256);
      linked.push(next.row);
      head = { ...next.row, last: next.last };
    }
    ({ revision, chain, last } = head);
    return { kind: 'rows', rows: linked, isAll: rows.length < PAGE };
  };

  return {
    get position() {
      return { epoch: epoch.epoch, revision, chain };
    },
    look,
    async keepCheckpoint() {
      if (revision - checkpoint < CHECKPOINT_EVERY) return;
      const at = { epoch: epoch.epoch, salt: epoch.salt, revision, chain };
      await writeCheckpoint(store, at);
      checkpoint = at.revision;
    },
    async isContinued() {
      const rows = await store.outbox(Math.max(0, revision - 1), 1);
      const stored = await store.revision();
      return changedBack({ revision, last }, { rows, stored }, sha256) === undefined;
    },
  };
}

/** Why what was read before is no longer there; undefined where it is. */
function changedBack(
  { revision, last }: { readonly revision: number; readonly last: LastRow | undefined },
  found: { readonly rows: readonly OutboxRow[]; readonly stored: number },
  sha256: Sha256,
): string | undefined {
  if (found.stored < revision)
    return `the store is at revision ${found.stored}, was at ${revision}`;
  const [row] = found.rows;
  // The policy began at this revision: no row led there, the next one leads on.
  if (last === undefined)
    return row === undefined || row.revision <= revision + 1
      ? undefined
      : `revision ${revision + 1} is no longer in the store`;
  if (row?.revision !== revision) return `revision ${revision} is no longer in the store`;
  const isSame = row.at === last.at && changeHashOf(row.changes, sha256) === last.hash;
  return isSame ? undefined : `revision ${revision} is another one than it was`;
}

function link(row: OutboxRow, epoch: number, previous: string, sha256: Sha256) {
  const { revision, at } = row;
  const hash = changeHashOf(row.changes, sha256);
  const chain = nextChain(previous, revision, hash, sha256);
  const changes = { ...row.changes, revision };
  const last: LastRow = { hash, at };
  return { row: { epoch, revision, chain, previous, changes } satisfies LinkedRow, last };
}

async function rowAt(
  store: OrganizationStore,
  revision: number,
  sha256: Sha256,
): Promise<LastRow | undefined> {
  const [row] = await store.outbox(Math.max(0, revision - 1), 1);
  if (row?.revision !== revision) return undefined;
  return { hash: changeHashOf(row.changes, sha256), at: row.at };
}

function back(detail: string): Looked {
  return { kind: 'back', detail };
}

function missing(revision: number): StoreError {
  return new StoreError('corrupt', `the outbox has no row after revision \`${revision}\``);
}
