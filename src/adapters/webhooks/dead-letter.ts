/** Events that could not be delivered, laid aside for people: to be looked at, tried again or dropped. */
import { EVENT_LOGS, type EventLog, type StoredEvent } from '../../admin/events/event.js';
import type { JsonObject, SiteRecord } from '../../admin/record.js';
import type { Outcome } from '../../values/outcome.js';
import { allRecords } from '../site/all-records.js';
import { mayRead } from '../site/api-keys.js';
import type { Reading } from '../site/event-list.js';
import { settingsNeed } from '../site/event-rights.js';
import type { Actor, Site, WriteResult } from '../site/site.js';
import { isBelievable, startAfter } from './delivery.js';
import type { Run } from './run.js';

/** An event that was laid aside. Which event it was, not what it says: erasing it there erases it here. */
export interface DeadLetter {
  readonly id: string;
  /** Who could not be reached. */
  readonly consumer: string;
  readonly log: EventLog;
  readonly seq: number;
  /** Id of the event. */
  readonly event: string;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly why: string;
  /** When it was laid aside, epoch milliseconds. */
  readonly since: number;
  /** Set while it is to be tried again. */
  readonly replay?: { readonly attempts: number; readonly notBefore: number };
}

/** Why nothing was done. */
export type DeadLetterCode = 'unknown_dead_letter';

/** The record of an event that is laid aside. */
export function deadLetterRecord(
  run: Run,
  event: StoredEvent,
  attempts: number,
  why: string,
): SiteRecord {
  const { id: consumer } = run.consumer;
  const { log, seq } = event;
  const id = `${consumer}/${log}/${String(seq).padStart(16, '0')}`;
  const body = { consumer, log, seq, event: event.id, attempts, why, since: run.now() };
  return { kind: 'dead_letter', id, body };
}

/** Dead letters of one consumer, or of all, by ascending id. */
export async function listDeadLetters(
  site: Site,
  actor: Reading,
  consumer?: string,
): Promise<Outcome<readonly DeadLetter[], 'refused'>> {
  const needs = [settingsNeed(site.engine, 'view')];
  if (!(await mayRead(site, actor, 'read.webhooks', needs)))
    return { ok: false, code: 'refused', detail: 'may not see webhooks' };
  return { ok: true, value: await deadLettersOf(site, consumer) };
}

/** Has the next run of the consumer try it again, from the first attempt. */
export function replayDeadLetter(
  site: Site,
  actor: Actor,
  id: string,
): Promise<WriteResult<undefined, DeadLetterCode>> {
  return changeDeadLetter(site, actor, id, 'dead_letter.replay', (record) => {
    const body = { ...record.body, replay: { attempts: 0, notBefore: 0 } };
    return { put: [{ ...record, body }] };
  });
}

/** Gives it up. The event stays in its log. */
export function dropDeadLetter(
  site: Site,
  actor: Actor,
  id: string,
): Promise<WriteResult<undefined, DeadLetterCode>> {
  return changeDeadLetter(site, actor, id, 'dead_letter.drop', () => ({
    remove: [{ kind: 'dead_letter', id }],
  }));
}

/** Tries again what people asked for. A replay has no place in the order any more, so nothing waits for it. */
export async function deliverReplays(run: Run): Promise<void> {
  for (const letter of await deadLettersOf(run.site, run.consumer.id)) {
    if (run.isOver) return;
    if (letter.replay === undefined) continue;
    const { notBefore } = letter.replay;
    const now = run.now();
    // So far away as no rule puts it: a clock was wrong, and people wait.
    const isWaiting = notBefore > now && isBelievable(notBefore, now, run.rules.capMs);
    if (isWaiting) run.wakeAt(notBefore);
    else await deliverReplay(run, letter, letter.replay);
  }
}

async function deliverReplay(
  run: Run,
  letter: DeadLetter,
  replay: NonNullable<DeadLetter['replay']>,
): Promise<void> {
  const { store } = run.site;
  const { id, log, seq } = letter;
  const after = seq - 1;
  const [event] = await store.events(log, { order: 'oldest', after, limit: 1 });
  if (event === undefined) return;
  const settled = await run.attempt({ ...startAfter(after), ...replay }, event);
  const { attempts, notBefore } = settled.state;
  const isOver = settled.verdict === 'done' || settled.verdict === 'dropped';
  const isWaiting = settled.verdict === 'retry';
  const { replay: _, ...rest } = { ...letter, why: settled.why };
  const record = recordOf({ ...rest, ...(isWaiting ? { replay: { attempts, notBefore } } : {}) });
  await store.write(async (writer) => {
    // Dropped meanwhile: it does not come back.
    if ((await writer.record('dead_letter', id)) === undefined) return;
    const remove = { remove: [{ kind: 'dead_letter', id } as const] };
    await writer.putRecords(isOver ? remove : { put: [record] });
  });
}

function changeDeadLetter(
  site: Site,
  actor: Actor,
  id: string,
  operation: string,
  change: (
    record: SiteRecord,
  ) => { put: SiteRecord[] } | { remove: { kind: 'dead_letter'; id: string }[] },
): Promise<WriteResult<undefined, DeadLetterCode>> {
  return site.write<undefined, DeadLetterCode>({
    actor,
    operation,
    plan: async ({ store, engine }) => {
      const record = await store.record('dead_letter', id);
      if (record === undefined)
        return { ok: false, code: 'unknown_dead_letter', detail: `no dead letter \`${id}\`` };
      const needs = [settingsNeed(engine)];
      const audit = { object: { type: 'dead_letter', id } };
      return { ok: true, value: { value: undefined, records: change(record), needs, audit } };
    },
  });
}

async function deadLettersOf(site: Site, consumer?: string): Promise<readonly DeadLetter[]> {
  const prefix = consumer === undefined ? '' : `${consumer}/`;
  const records = await allRecords(site.store, 'dead_letter', prefix);
  return records.map(readDeadLetter);
}

function recordOf({ id, ...body }: DeadLetter): SiteRecord {
  return { kind: 'dead_letter', id, body: body as unknown as JsonObject };
}

function readDeadLetter({ id, body }: SiteRecord): DeadLetter {
  const { log } = body;
  if (!EVENT_LOGS.some((each) => each === log))
    throw new TypeError(`dead letter \`${id}\` is damaged`);
  return { id, ...body } as unknown as DeadLetter;
}
