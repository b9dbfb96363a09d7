/**
 * The epoch of a feed, kept as a record of the site: where it began, and a checkpoint of its chain, so that a publisher
 * starts without reading the whole outbox.
 */
import { instantField, wholeField } from '../../admin/record-fields.js';
import { recordShape } from '../../admin/record-shape.js';
import { v } from '../../policy/schema-nodes.js';
import { toHex } from '../../values/hex.js';
import { settingsNeed } from '../site/event-rights.js';
import type { Actor, Site, SiteView, WriteResult } from '../site/site.js';
import type { OrganizationStore, StoreReader } from '../store/store.js';
import { genesisChain } from './chain.js';

/** An epoch, and how far its chain was computed. */
export interface FeedEpoch {
  readonly epoch: number;
  /** The policy's revision when it began. */
  readonly base: number;
  /** 64 hex digits. */
  readonly salt: string;
  /** Epoch milliseconds. */
  readonly began: number;
  /** The checkpoint: the chain at this revision. */
  readonly revision: number;
  readonly chain: string;
}

/** Revisions between two checkpoints: what a publisher reads when it starts. */
export const CHECKPOINT_EVERY = 256;

const ID = 'epoch';
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u, 'must be 64 hex digits'));
const count = wholeField(0, Number.MAX_SAFE_INTEGER);

const epochShape = recordShape<FeedEpoch>('feed', () =>
  v.strictObject({
    epoch: wholeField(1, Number.MAX_SAFE_INTEGER),
    base: count,
    salt: hash,
    began: instantField,
    revision: count,
    chain: hash,
  }),
);

/** The epoch as stored; undefined before the first. @throws TypeError when the record is damaged. */
export async function readEpoch(
  store: Pick<StoreReader, 'record'>,
): Promise<FeedEpoch | undefined> {
  const record = await store.record('feed', ID);
  return record && epochShape.ofRecord(record);
}

/**
 * Begins a new epoch: to be done after every restore of the store, before anything is written or published. Readers then
 * take a snapshot, and nothing of the history that was lost counts any more. Audited.
 */
export function beginEpoch(site: Site, actor: Actor): Promise<WriteResult<FeedEpoch, never>> {
  return site.write<FeedEpoch, never>({
    actor,
    operation: 'feed.begin_epoch',
    plan: async (view) => {
      const known = await readEpoch(view.store);
      return { ok: true, value: plannedEpoch(view, known) };
    },
  });
}

/** The epoch as stored, begun where there is none yet. */
export async function requireEpoch(site: Site): Promise<FeedEpoch> {
  const known = await readEpoch(site.store);
  if (known !== undefined) return known;
  const begun = await site.write<FeedEpoch, never>({
    actor: { type: 'system', id: 'publisher' },
    operation: 'feed.begin_epoch',
    plan: async (view) => {
      // Another publisher may have begun it meanwhile.
      const other = await readEpoch(view.store);
      if (other !== undefined) return { ok: true, value: { value: other } };
      return { ok: true, value: plannedEpoch(view, undefined) };
    },
  });
  if (!begun.ok) throw new Error(`the system may not begin an epoch: ${begun.detail}`);
  return begun.value;
}

/** Writes a checkpoint, unless a newer one or another epoch is there. */
export function writeCheckpoint(
  store: OrganizationStore,
  at: Pick<FeedEpoch, 'epoch' | 'salt' | 'revision' | 'chain'>,
): Promise<void> {
  return store.write(async (writer) => {
    const known = await readEpoch(writer);
    if (known?.epoch !== at.epoch || known.salt !== at.salt || known.revision >= at.revision)
      return;
    const body = { ...known, revision: at.revision, chain: at.chain };
    await writer.putRecords({ put: [epochShape.record(ID, body)] });
  });
}

function plannedEpoch(view: SiteView, known: FeedEpoch | undefined) {
  const { organization, engine, time, actor } = view;
  // By the clock, so that it is greater than any epoch of a history that a restore has made forget.
  const epoch = Math.max((known?.epoch ?? 0) + 1, Math.floor(time / 1000));
  const base = engine.revision;
  const salt = toHex(view.random(32));
  const chain = genesisChain({ organization, epoch, base, salt }, (bytes) => view.sha256(bytes));
  const begun: FeedEpoch = { epoch, base, salt, began: time, revision: base, chain };
  return {
    value: begun,
    records: { put: [epochShape.record(ID, begun)] },
    ...(actor.type === 'user' ? { needs: [settingsNeed(engine)] } : {}),
    audit: { data: { epoch, base, before: known?.epoch ?? null } },
  };
}
