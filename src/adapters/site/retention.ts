/** Retention at work: erasing what was kept long enough, and the keys of pseudonyms. */
import { EVENT_LOGS, type EventLog } from '../../admin/events/event.js';
import { eventTime } from '../../admin/events/event-time.js';
import {
  defaultRetentionRules,
  dueBefore,
  dueForRetention,
  parseRetentionRules,
  RETENTION_RULES_ID,
  type RetentionRules,
} from '../../admin/events/retention.js';
import type { JsonObject, SiteRecord } from '../../admin/record.js';
import type { Engine } from '../../engine/engine.js';
import { StoreError, type StoreReader } from '../store/store.js';
import { eraseParts, type PartsToErase } from './erase-parts.js';
import { eventPages } from './event-list.js';
import { settingsNeed } from './event-rights.js';
import { endedPseudonymKeys } from './log-modes.js';
import type { Actor, Site, WriteResult } from './site.js';

/** What one run of retention did. */
export interface RetentionRun {
  /** Events changed, by log. */
  readonly events: Readonly<Record<EventLog, number>>;
  /** Keys of pseudonyms deleted. */
  readonly keys: number;
}

/** How retention runs. */
export interface RetentionOptions {
  readonly signal?: AbortSignal;
  /** Told after each page of a log how many events of it were looked at. */
  readonly progress?: (log: EventLog, looked: number) => void;
}

const SYSTEM: Actor = { type: 'system', id: 'retention' };

/** The rules that hold. @throws StoreError `corrupt` for rules that cannot be read: then nothing is erased. */
export async function retentionRules(
  store: Pick<StoreReader, 'record'>,
  engine: Engine,
): Promise<RetentionRules> {
  const record = await store.record('retention', RETENTION_RULES_ID);
  if (record === undefined) return defaultRetentionRules(engine);
  const parsed = parseRetentionRules(record.body);
  if (parsed.ok) return parsed.value;
  throw new StoreError('corrupt', `the rules of retention: ${parsed.detail}`);
}

/** Sets the rules; the next run goes by them. */
export function setRetention(
  site: Site,
  actor: Actor,
  rules: JsonObject,
): Promise<WriteResult<RetentionRules, 'retention_rules'>> {
  return site.write<RetentionRules, 'retention_rules'>({
    actor,
    operation: 'retention.set',
    plan: ({ engine }) => {
      const parsed = parseRetentionRules(rules);
      if (!parsed.ok) return parsed;
      const put: SiteRecord[] = [{ kind: 'retention', id: RETENTION_RULES_ID, body: rules }];
      const needs = [settingsNeed(engine)];
      return { ok: true, value: { value: parsed.value, records: { put }, needs } };
    },
  });
}

/**
 * Erases what is due now. To be run daily or so; running it again does nothing more. An audit event says how many
 * events of each log lost something, if any did.
 */
export async function runRetention(
  site: Site,
  options: RetentionOptions = {},
): Promise<RetentionRun> {
  const rules = await retentionRules(site.store, site.engine);
  const counts = { access: 0, audit: 0, notice: 0 };
  for (const log of EVENT_LOGS) counts[log] = await eraseDue(site, log, rules, options);
  const ended = await endedPseudonymKeys(site.store, site.engine, site.host.now());
  const total = counts.access + counts.audit + counts.notice;
  if (total > 0 || ended.length > 0) await recordRun(site, counts, ended);
  return { events: counts, keys: ended.length };
}

async function eraseDue(
  site: Site,
  log: EventLog,
  rules: RetentionRules,
  { signal, progress }: RetentionOptions,
): Promise<number> {
  const now = site.host.now();
  const newest = dueBefore(log, rules, now);
  if (newest === undefined) return 0;
  // Half-open: an event of the very millisecond is due as well.
  const filter = { until: eventTime(newest + 1) };
  const pages = eventPages(site.store, {
    log,
    filter,
    ...(signal === undefined ? {} : { signal }),
    ...(progress === undefined ? {} : { progress: (count: number) => progress(log, count) }),
  });
  let changed = 0;
  for await (const page of pages) {
    const parts: PartsToErase[] = page.flatMap((event) => {
      const due = dueForRetention(event, rules, now, site.engine);
      return due === undefined ? [] : { seq: event.seq, ...due };
    });
    changed += await eraseParts(site.store, log, parts);
  }
  return changed;
}

async function recordRun(
  site: Site,
  counts: RetentionRun['events'],
  ended: Awaited<ReturnType<typeof endedPseudonymKeys>>,
): Promise<void> {
  await site.write<undefined, never>({
    actor: SYSTEM,
    operation: 'events.retention',
    plan: () => ({
      ok: true,
      value: {
        value: undefined,
        records: { remove: ended },
        audit: { data: { ...counts, keys: ended.length } },
      },
    }),
  });
}
