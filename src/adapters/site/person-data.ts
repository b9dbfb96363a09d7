/** What the logs hold of a person: shown to him (GDPR art. 15), or erased (art. 17) with the chains intact. */
import { EVENT_LOGS, type EventLog } from '../../admin/events/event.js';
import { eventLine } from '../../admin/events/event-line.js';
import {
  erasureOf,
  type KeptOnGround,
  type LoggedPerson,
  tellsOf,
} from '../../admin/events/person-erasure.js';
import { pseudonymOf } from '../../admin/events/pseudonym.js';
import { preferenceId } from '../../admin/notices/preference.js';
import type { RecordChanges } from '../../admin/record.js';
import { readKeptUser, userRecord } from '../../admin/scim/user-mapping.js';
import { findElement } from '../../engine/elements.js';
import type { Outcome } from '../../values/outcome.js';
import { mayRead } from './api-keys.js';
import { eraseParts, type PartsToErase } from './erase-parts.js';
import { eventPages, type Reading } from './event-list.js';
import { personNeed, readNeed, settingsNeed } from './event-rights.js';
import { pseudonymKeys } from './log-modes.js';
import type { Actor, Site, SiteView, WriteResult } from './site.js';

/** A user or an access link. */
export interface PersonName {
  readonly type: 'user' | 'link';
  readonly id: string;
}

/** How a person is erased from the logs. */
export interface ErasureOrder {
  readonly person: PersonName;
  /** Why, in the actor's words. */
  readonly reason?: string;
  /** Audit events that a law says to keep. Default: none is kept. */
  readonly kept?: KeptOnGround;
  readonly signal?: AbortSignal;
  /** Told after each page of a log how many of its events were looked at. */
  readonly progress?: (log: EventLog, looked: number) => void;
}

/** What an erasure did. */
export interface Erasure {
  /** Events that lost their personal part. */
  readonly erased: number;
  /** Events that stay on the legal ground. */
  readonly kept: number;
}

const GROUND_MAX = 500;

/**
 * Erases a person from all logs of a site. The policy is not touched: delete him there first, or he goes on leaving
 * traces. Who erased, why and on what ground something stayed is an audit event of its own, which does not name
 * the person. Stopped half way, it is to be run again; running it again finds the rest.
 * @returns codes of `write`, and `ground` for a legal ground that is empty or too long.
 */
export async function erasePerson(
  site: Site,
  actor: Actor,
  order: ErasureOrder,
): Promise<WriteResult<Erasure, 'ground'>> {
  const { person, kept } = order;
  // First the word that it is being done: what is erased without a trace would look like tampering.
  const begun = await recordErasure(site, actor, order, 'events.erase_person', {});
  if (!begun.ok) return begun;
  const names = await namesOf(site, person);
  const done = { erased: 0, kept: 0 };
  for (const log of EVENT_LOGS) {
    for await (const page of pagesOf(site, log, order)) {
      const parts: PartsToErase[] = [];
      for (const event of page) {
        const verdict = erasureOf(event, names, kept);
        if (verdict.kind === 'kept') done.kept++;
        if (verdict.kind === 'erase') parts.push({ seq: event.seq, ...verdict });
      }
      done.erased += await eraseParts(site.store, log, parts);
    }
  }
  const ended = await recordErasure(
    site,
    actor,
    order,
    'events.person_erased',
    { ...done },
    (view) => forgotten(view, person),
  );
  return ended.ok ? { ...ended, value: done } : ended;
}

/**
 * All events that tell of a person, oldest first, log by log, as NDJSON lines of CloudEvents. Others named in them
 * are named here too: whoever hands the lines over has to look at that (art. 15 (4)).
 * @returns code `refused` when the actor may not read both events and users of the organisation.
 */
export async function exportPerson(
  site: Site,
  actor: Reading,
  order: Pick<ErasureOrder, 'person' | 'signal' | 'progress'>,
): Promise<Outcome<AsyncIterable<string>, 'refused'>> {
  const { engine } = site;
  const needs = [readNeed(engine), personNeed(engine, 'view')];
  if (!(await mayRead(site, actor, 'read.person', needs)))
    return { ok: false, code: 'refused', detail: 'may not read what is logged of people' };
  return { ok: true, value: personLines(site, order) };
}

async function* personLines(
  site: Site,
  order: Pick<ErasureOrder, 'person' | 'signal' | 'progress'>,
): AsyncGenerator<string, void, undefined> {
  const names = await namesOf(site, order.person);
  for (const log of EVENT_LOGS) {
    for await (const page of pagesOf(site, log, order)) {
      for (const event of page) {
        if (tellsOf(event, names)) yield eventLine(event, site.organization, 'cloudevents');
      }
    }
  }
}

function recordErasure(
  site: Site,
  actor: Actor,
  { kept, reason }: ErasureOrder,
  operation: string,
  data: { readonly [count: string]: number },
  recordsOf: (view: SiteView) => Promise<RecordChanges> = async () => ({}),
): Promise<WriteResult<undefined, 'ground'>> {
  return site.write<undefined, 'ground'>({
    actor,
    operation,
    ...(reason === undefined ? {} : { reason }),
    plan: async (view) => {
      const { ground } = kept ?? {};
      if (ground !== undefined && (ground.trim() === '' || ground.length > GROUND_MAX))
        return { ok: false, code: 'ground', detail: 'a legal ground has 1 to 500 characters' };
      const { engine } = view;
      const needs = [settingsNeed(engine), personNeed(engine, 'delete')];
      const records = await recordsOf(view);
      const audit = { data: { ...data, ...(ground === undefined ? {} : { ground }) } };
      return { ok: true, value: { value: undefined, records, needs, audit } };
    },
  });
}

/**
 * His wishes, and what a directory told of him over SCIM once he is gone: from the policy, or over SCIM. That he is gone
 * stays there, else he would be found again.
 */
async function forgotten(
  { engine, store }: SiteView,
  { type, id }: PersonName,
): Promise<RecordChanges> {
  if (type !== 'user') return {};
  const remove = [{ kind: 'notice_preference' as const, id: preferenceId(id) }];
  if (findElement(engine, 'users', id) === undefined) {
    return { remove: [...remove, { kind: 'scim_user', id }] };
  }
  const told = readKeptUser(await store.record('scim_user', id));
  if (told?.deleted !== true) return { remove };
  return { put: [userRecord(id, { ...told, attributes: {} })], remove };
}

/** His id, and what it was turned into for as long as that can be told. */
async function namesOf(site: Site, person: PersonName): Promise<LoggedPerson> {
  const keys = await pseudonymKeys(site.store);
  const { type, id } = person;
  return {
    names: [{ type, id }, ...keys.map((key) => pseudonymOf(key, { type, id }, site.host.sha256))],
  };
}

function pagesOf(
  site: Site,
  log: EventLog,
  { signal, progress }: Pick<ErasureOrder, 'signal' | 'progress'>,
) {
  return eventPages(site.store, {
    log,
    ...(signal === undefined ? {} : { signal }),
    ...(progress === undefined ? {} : { progress: (count: number) => progress(log, count) }),
  });
}
