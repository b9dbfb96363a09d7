/** Log modes at work: what of an event is written, and the keys of pseudonyms. */
import type { Sha256 } from '../../admin/events/chain.js';
import type { EventDraft } from '../../admin/events/event.js';
import {
  applyLogMode,
  defaultLogModeRules,
  LOG_MODE_RULES_ID,
  LOG_MODES,
  type LogMode,
  type LogModeRules,
  logModeOf,
  parseLogModeRules,
} from '../../admin/events/log-mode.js';
import {
  PSEUDONYM_KEY_BYTES,
  type PseudonymKey,
  parsePseudonymKey,
  periodEnd,
  pseudonymKeyId,
  pseudonymKeyRecord,
  pseudonymPeriod,
} from '../../admin/events/pseudonym.js';
import type { JsonObject, SiteRecord } from '../../admin/record.js';
import type { Engine } from '../../engine/engine.js';
import { DAY_MS } from '../../values/instant.js';
import { StoreError, type StoreReader, type StoreWriter } from '../store/store.js';
import { allRecords } from './all-records.js';
import { settingsNeed } from './event-rights.js';
import type { Actor, Site, SiteHost, WriteResult } from './site.js';

/** What keeping events takes. */
export interface KeepingGround {
  readonly engine: Engine;
  readonly host: Pick<SiteHost, 'now' | 'random' | 'sha256'>;
}

/**
 * What of these drafts is to be written, in order; drafts of which nothing may be kept are left out. Makes the key of
 * the period where there is none yet.
 */
export async function keepEvents(
  site: Pick<Site, 'store' | 'engine' | 'host'>,
  drafts: readonly EventDraft[],
): Promise<readonly EventDraft[]> {
  const { store, engine, host } = site;
  if (!drafts.some(({ log }) => log === 'access')) return drafts;
  const rules = await logModeRules(store, engine);
  const keys = async () =>
    (await keyOf(store, rules, host.now())) ??
    // Two processes may find none at once; the second finds the first one's inside its transaction.
    (await store.write((writer) => keyInside(writer, rules, host)));
  return kept({ engine, host }, rules, drafts, keys);
}

/** The same inside a transaction. */
export async function keepEventsInside(
  writer: StoreWriter,
  ground: KeepingGround,
  drafts: readonly EventDraft[],
): Promise<readonly EventDraft[]> {
  if (!drafts.some(({ log }) => log === 'access')) return drafts;
  const rules = await logModeRules(writer, ground.engine);
  return kept(ground, rules, drafts, () => keyInside(writer, rules, ground.host));
}

/** The rules that hold. @throws StoreError `corrupt` for rules that cannot be read: then nothing is guessed. */
export async function logModeRules(
  store: Pick<StoreReader, 'record'>,
  engine: Engine,
): Promise<LogModeRules> {
  const record = await store.record('log_mode', LOG_MODE_RULES_ID);
  if (record === undefined) return defaultLogModeRules(engine);
  const parsed = parseLogModeRules(record.body);
  if (parsed.ok) return parsed.value;
  throw new StoreError('corrupt', `the rules of log modes: ${parsed.detail}`);
}

/** Sets the rules for events to come; those already written stay as they are. */
export function setLogModes(
  site: Site,
  actor: Actor,
  rules: JsonObject,
): Promise<WriteResult<LogModeRules, 'log_mode_rules'>> {
  return site.write<LogModeRules, 'log_mode_rules'>({
    actor,
    operation: 'log_mode.set',
    plan: ({ engine }) => {
      const parsed = parseLogModeRules(rules);
      if (!parsed.ok) return parsed;
      const put: SiteRecord[] = [{ kind: 'log_mode', id: LOG_MODE_RULES_ID, body: rules }];
      const needs = [settingsNeed(engine)];
      return { ok: true, value: { value: parsed.value, records: { put }, needs } };
    },
  });
}

/** Every key that still resolves pseudonyms. */
export async function pseudonymKeys(
  store: Pick<StoreReader, 'records'>,
): Promise<readonly PseudonymKey[]> {
  const records = await allRecords(store, 'log_mode');
  return records
    .map(({ id, body }) => parsePseudonymKey(id, body))
    .filter((key) => key !== undefined);
}

/** Records of keys whose time is over: without them the events of their period are anonymous. */
export async function endedPseudonymKeys(
  store: StoreReader,
  engine: Engine,
  now: number,
): Promise<readonly { readonly kind: 'log_mode'; readonly id: string }[]> {
  const { keyDays } = await logModeRules(store, engine);
  const keys = await pseudonymKeys(store);
  return keys
    .filter(({ period }) => (periodEnd(period) ?? 0) + keyDays * DAY_MS <= now)
    .map(({ period }) => ({ kind: 'log_mode', id: pseudonymKeyId(period) }));
}

async function kept(
  { engine, host }: KeepingGround,
  rules: LogModeRules,
  drafts: readonly EventDraft[],
  keyNeeded: () => Promise<PseudonymKey>,
): Promise<readonly EventDraft[]> {
  const sha256: Sha256 = (bytes) => host.sha256(bytes);
  const modes = drafts.map((draft) => modeOf(engine, rules, draft));
  const key = modes.includes('pseudonymous') ? await keyNeeded() : undefined;
  return drafts.flatMap((draft, index) => {
    const mode = modes[index] ?? 'none';
    return applyLogMode(draft, mode, sha256, key) ?? [];
  });
}

/**
 * The strictest of the modes of everybody whom an event tells of, at what it is about and at the door it names besides:
 * a check-in or an override of a zone tells as much of that door as an opening does.
 */
function modeOf(engine: Engine, rules: LogModeRules, draft: EventDraft): LogMode {
  if (draft.log !== 'access') return 'full';
  const { object, personal, place, data } = draft;
  const { door: id } = data;
  const doors =
    typeof id === 'string' ? ['door', 'elevator_stop'].map((type) => ({ type, id })) : [];
  const modes = [object, ...doors].flatMap((about) => {
    const event = { object: about, ...(place === undefined ? {} : { place }) };
    return [personal?.subject, personal?.actor, object].map((person) =>
      LOG_MODES.indexOf(logModeOf(engine, rules, event, person)),
    );
  });
  return LOG_MODES[Math.min(...modes)] ?? 'none';
}

async function keyOf(
  store: Pick<StoreReader, 'record'>,
  { pseudonymDays }: LogModeRules,
  now: number,
): Promise<PseudonymKey | undefined> {
  const id = pseudonymKeyId(pseudonymPeriod(now, pseudonymDays));
  const record = await store.record('log_mode', id);
  if (record === undefined) return undefined;
  const key = parsePseudonymKey(id, record.body);
  if (key === undefined) throw new StoreError('corrupt', 'the key of pseudonyms');
  return key;
}

async function keyInside(
  writer: StoreWriter,
  rules: LogModeRules,
  host: KeepingGround['host'],
): Promise<PseudonymKey> {
  const now = host.now();
  const known = await keyOf(writer, rules, now);
  if (known !== undefined) return known;
  const period = pseudonymPeriod(now, rules.pseudonymDays);
  const key = { period, secret: host.random(PSEUDONYM_KEY_BYTES) };
  await writer.putRecords({ put: [pseudonymKeyRecord(key)] });
  return key;
}
