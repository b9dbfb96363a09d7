/** The one way every write goes: catch up, plan, authorise, apply, store, record. */
import { eventTime } from '../../admin/events/event-time.js';
import { isAddressee } from '../../admin/notices/addressee.js';
import type { Plan } from '../../admin/plan.js';
import type { Engine } from '../../engine/engine.js';
import type { Changes } from '../../policy/changes.js';
import { PolicyError } from '../../policy/issue.js';
import { StoreError, type StoreWriter } from '../store/store.js';
import { refusalByKey } from './api-keys.js';
import { auditEvent } from './audit-event.js';
import { type PlanRefusal, refusalOf, refusedUnlessActive } from './authorize-plan.js';
import { CONSEQUENCES } from './consequences.js';
import { keepEventsInside } from './log-modes.js';
import { noticeEvent } from './notice-event.js';
import type { Planned, SiteHost, SiteView, WriteOrder, WriteResult } from './site.js';

/** What became of a write inside its transaction. */
export interface Written<T, Code extends string> {
  readonly result: WriteResult<T, Code>;
  /** At the revision of the store when the transaction ends. */
  readonly engine: Engine;
}

/** What a write runs on. */
export interface WriteGround {
  readonly organization: string;
  readonly host: SiteHost;
  /** The newest engine this process has; may lag behind the store. */
  readonly engine: Engine;
}

/** The store no longer has what led from this process's engine to now: the policy is to be read whole. */
export class OutboxTrimmed extends StoreError {
  constructor(revision: number) {
    const detail = `the outbox no longer leads on from revision ${revision}`;
    super('conflict', detail, { retryable: true });
  }
}

/** Ends a transaction with nothing written, carrying what to answer. */
class Undone extends Error {
  readonly written: Written<unknown, string>;

  constructor(written: Written<unknown, string>) {
    super('nothing was written');
    this.written = written;
  }
}

/** What `run` answers, or what was answered by undoing it. */
export async function orUndone<T, Code extends string>(
  run: Promise<Written<T, Code>>,
): Promise<Written<T, Code>> {
  try {
    return await run;
  } catch (error) {
    if (error instanceof Undone) return error.written as Written<T, Code>;
    throw error;
  }
}

/**
 * One write inside its transaction.
 * @throws Undone, to be caught by {@link orUndone}, where nothing may stay written.
 */
export async function writeInside<T, Code extends string>(
  ground: WriteGround,
  writer: StoreWriter,
  order: WriteOrder<T, Code>,
): Promise<Written<T, Code>> {
  const engine = await caughtUp(ground.engine, writer);
  const answer = (result: WriteResult<T, Code>): Written<T, Code> => ({ result, engine });
  const { expectedRevision } = order;
  if (expectedRevision !== undefined && expectedRevision !== engine.revision) {
    const detail = `the policy is at revision ${engine.revision}, not ${expectedRevision}`;
    throw new Undone(answer({ ok: false, code: 'conflict', detail }));
  }
  const view = viewOf(ground, engine, writer, order);
  const byKey = await refusalByKey(view, order.operation);
  if (byKey !== undefined) {
    const { detail } = byKey;
    return refuse(view, writer, order, {}, { code: 'refused', detail });
  }
  const stranger = refusedUnlessActive(view);
  if (stranger !== undefined) return refuse(view, writer, order, {}, stranger);
  const planned = await order.plan(view);
  if (!planned.ok) throw new Undone(answer(planned));
  try {
    const refusal = refusalOf(view, planned.value);
    if (refusal !== undefined) return await refuse(view, writer, order, planned.value, refusal);
    const written = await store(view, writer, order, planned.value);
    if (order.dryRun) throw new Undone({ ...written, engine });
    return written;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const { issues, message } = error;
    throw new Undone(answer({ ok: false, code: 'invalid', detail: message, issues }));
  }
}

/** Answers a refusal, which leaves nothing but an event, if that is wanted. */
async function refuse<T, Code extends string>(
  view: SiteView,
  writer: StoreWriter,
  order: WriteOrder<T, Code>,
  plan: Plan,
  refusal: PlanRefusal,
): Promise<Written<T, Code>> {
  const { engine } = view;
  const written: Written<T, Code> = { result: { ok: false, ...refusal }, engine };
  if (order.dryRun || order.recordRefusal === false) throw new Undone(written);
  const code = refusal.decision?.context.reason;
  try {
    await writer.append([refusedEvent(view, order, plan, code)]);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // What was asked may be nothing that an event can hold: that it was asked is told.
    await writer.append([refusedEvent(view, { operation: order.operation }, {}, code)]);
  }
  return written;
}

/**
 * The engine with everything others wrote since.
 * @throws OutboxTrimmed where the next change was dropped from the front of the outbox.
 * @throws StoreError `corrupt` where one is missing further on, or the store is behind the engine.
 */
export async function caughtUp(
  engine: Engine,
  store: Pick<StoreWriter, 'outbox' | 'revision'>,
): Promise<Engine> {
  if (store.revision < engine.revision) {
    const seen = `this process has seen revision ${engine.revision}, the store is at ${store.revision}`;
    throw new StoreError('corrupt', `${seen}: was it put back from a backup?`);
  }
  let caught = engine;
  while (caught.revision < store.revision) {
    const rows = await store.outbox(caught.revision);
    for (const { revision, changes } of rows) {
      if (revision !== caught.revision + 1) throw await gap(caught.revision, store);
      caught = caught.apply(changes);
    }
    if (rows.length === 0) throw await gap(caught.revision, store);
  }
  return caught;
}

async function store<T, Code extends string>(
  view: SiteView,
  writer: StoreWriter,
  order: WriteOrder<T, Code>,
  planned: Planned<T>,
): Promise<Written<T, Code>> {
  if (isEmpty(planned)) {
    const result = { ok: true, value: planned.value, revision: view.engine.revision, events: [] };
    return { result: result as WriteResult<T, Code>, engine: view.engine };
  }
  const { changes } = planned;
  const revision = view.engine.revision + (changes === undefined ? 0 : 1);
  let after = view.engine;
  let whole: Plan = planned;
  if (changes !== undefined) {
    const next = { ...changes, revision };
    after = view.engine.apply(next);
    whole = await withConsequences(view, planned, after, next);
    await writer.putChanges(next, view.now);
  }
  if (whole.records !== undefined) await writer.putRecords(whole.records);
  const { operation, reason, audit } = order;
  const isAudited = audit !== 'changes' || changes !== undefined;
  const host = { ...view, now: () => view.time };
  const kept = await keepEventsInside(writer, { engine: view.engine, host }, whole.events ?? []);
  const events = await writer.append([
    ...(isAudited
      ? [auditEvent(view, { operation, reason, outcome: 'done', plan: planned, revision })]
      : []),
    ...kept,
    ...(whole.notices ?? [])
      .filter((notice) => isAddressee(after, notice))
      .map((notice) => noticeEvent(view, notice)),
  ]);
  return { result: { ok: true, value: planned.value, revision, events }, engine: after };
}

/** Whether there is nothing to write: then nothing happened that a log should tell. */
function isEmpty({ changes, records, events = [], notices = [], audit }: Plan): boolean {
  const writes = (records?.put?.length ?? 0) + (records?.remove?.length ?? 0);
  const tells = events.length + notices.length;
  return changes === undefined && writes + tells === 0 && audit === undefined;
}

async function withConsequences(
  view: SiteView,
  plan: Plan,
  after: Engine,
  changes: Changes,
): Promise<Plan> {
  let whole = plan;
  for (const consequence of CONSEQUENCES) {
    const more = await consequence({ before: view.engine, after, changes, plan: whole }, view);
    whole = {
      ...whole,
      records: {
        put: [...(whole.records?.put ?? []), ...(more.records?.put ?? [])],
        remove: [...(whole.records?.remove ?? []), ...(more.records?.remove ?? [])],
      },
      events: [...(whole.events ?? []), ...(more.events ?? [])],
      notices: [...(whole.notices ?? []), ...(more.notices ?? [])],
    };
  }
  return whole;
}

function viewOf(
  ground: WriteGround,
  engine: Engine,
  store: StoreWriter,
  { actor }: Pick<WriteOrder<unknown, string>, 'actor'>,
): SiteView {
  const { host, organization } = ground;
  const time = host.now();
  return {
    organization,
    engine,
    time,
    now: eventTime(time),
    actor,
    store,
    newId: () => host.newId(),
    random: (length) => host.random(length),
    sha256: (bytes) => host.sha256(bytes),
  };
}

function refusedEvent(
  view: SiteView,
  { operation, reason }: Pick<WriteOrder<unknown, string>, 'operation' | 'reason'>,
  plan: Plan,
  code: string | undefined,
) {
  const { revision } = view.engine;
  const facts = { operation, reason, outcome: 'refused', plan, revision } as const;
  return auditEvent(view, code === undefined ? facts : { ...facts, code });
}

/** Rows are only ever dropped from the front. Whoever is led no further from in between reads what cannot be. */
async function gap(revision: number, store: Pick<StoreWriter, 'outbox'>): Promise<Error> {
  const [first] = await store.outbox(-1, 1);
  if (first !== undefined && first.revision > revision + 1) return new OutboxTrimmed(revision);
  return new StoreError('corrupt', `the outbox has no row after revision \`${revision}\``);
}
