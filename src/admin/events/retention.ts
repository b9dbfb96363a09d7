/** How long events are kept, and what of them: for each purpose a rule of its own. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { DAY_MS, parseInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import type { Json, JsonObject } from '../record.js';
import { closeness, type DoorMatch, doorClassOf, parseDoorMatch } from './door-class.js';
import { EVENT_LOGS, type EventLog, type StoredEvent } from './event.js';
import { readEvent } from './read-event.js';

/** How long events of a purpose are kept. Without days: for good. */
export interface RetentionRule {
  readonly log: EventLog;
  /** Absent: any. */
  readonly types?: readonly string[];
  /** Absent: wherever it happened. */
  readonly at?: DoorMatch;
  /** The personal part goes after so many days. */
  readonly personalDays?: number;
  /** Content and personal part go after so many days; type, time and hashes stay. */
  readonly days?: number;
}

/** The body of record `retention` `rules`. The first rule that fits an event decides; none: kept for good. */
export interface RetentionRules {
  readonly rules: readonly RetentionRule[];
}

/** Parts of an event whose time has come. */
export interface DueParts {
  readonly content: boolean;
  readonly personal: boolean;
}

/** Id of the record that holds the rules. */
export const RETENTION_RULES_ID = 'rules';

/** Most rules, and longest days: a century. */
const RULES_MAX = 1000;
const DAYS_MAX = 36_525;

/** After so long nobody sends a notice any more. KIWI keeps the log of a safe as long. */
const NOTICE_DAYS = 90;
const KIWI_DAYS = 90;

/**
 * The rules of an organisation that made none: notices are kept 90 days; under the role model `kiwi` access
 * events too, as KIWI keeps the log of a safe.
 */
export function defaultRetentionRules(engine: Engine): RetentionRules {
  const { roles } = snapshotOf(engine).organization;
  const isKiwi = roles === 'kiwi' || (typeof roles === 'object' && roles.id === 'kiwi');
  const notices = { log: 'notice', days: NOTICE_DAYS } as const;
  return { rules: isKiwi ? [notices, { log: 'access', days: KIWI_DAYS }] : [notices] };
}

/** The parts of an event that are due at `now` (epoch milliseconds) and still there; undefined when none is. */
export function dueForRetention(
  event: StoredEvent,
  { rules }: RetentionRules,
  now: number,
  engine: Engine,
): DueParts | undefined {
  const rule = rules.find((each) => fits(event, each, engine));
  if (rule === undefined) return undefined;
  const ageDays = (now - parseInstant(event.time)) / DAY_MS;
  const whole = rule.days !== undefined && ageDays >= rule.days;
  const person = whole || (rule.personalDays !== undefined && ageDays >= rule.personalDays);
  const due = {
    content: whole && event.content !== null,
    personal: person && event.personal !== null,
  };
  return due.content || due.personal ? due : undefined;
}

/** The newest instant at which an event of a log could be due, epoch milliseconds; undefined: none ever is. */
export function dueBefore(log: EventLog, { rules }: RetentionRules, now: number) {
  const days = rules
    .filter((rule) => rule.log === log)
    .flatMap((rule) => [rule.days, rule.personalDays])
    .filter((each) => each !== undefined);
  return days.length === 0 ? undefined : now - Math.min(...days) * DAY_MS;
}

/** Reads the body of the rules' record. @returns code `retention_rules`. */
export function parseRetentionRules(body: JsonObject): Outcome<RetentionRules, 'retention_rules'> {
  const { rules, ...rest } = body;
  const isList = Array.isArray(rules) && rules.length <= RULES_MAX;
  if (!isList || Object.keys(rest).length > 0)
    return { ok: false, code: 'retention_rules', detail: 'no list of rules' };
  const read: RetentionRule[] = [];
  for (const [index, item] of rules.entries()) {
    const rule = parseRule(item);
    if (rule === undefined)
      return { ok: false, code: 'retention_rules', detail: `no rule at \`${index}\`` };
    read.push(rule);
  }
  return { ok: true, value: { rules: read } };
}

function fits(event: StoredEvent, rule: RetentionRule, engine: Engine): boolean {
  if (rule.log !== event.log) return false;
  if (rule.types !== undefined && !rule.types.includes(event.type)) return false;
  if (rule.at === undefined) return true;
  const { object, place } = readEvent(event);
  if (object === undefined) return false;
  return closeness(rule.at, object, doorClassOf(engine, object), place) > 0;
}

function parseRule(item: Json): RetentionRule | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const { log, types, at, personalDays, days, ...rest } = item as JsonObject;
  const known = EVENT_LOGS.find((each) => each === log);
  if (known === undefined || Object.keys(rest).length > 0) return undefined;
  if (!isDays(personalDays) || !isDays(days) || !areTypes(types)) return undefined;
  const match = isObject(at) ? parseDoorMatch(at) : undefined;
  if (at !== undefined && match === undefined) return undefined;
  return {
    log: known,
    ...(types === undefined ? {} : { types }),
    ...(match === undefined ? {} : { at: match }),
    ...(personalDays === undefined ? {} : { personalDays }),
    ...(days === undefined ? {} : { days }),
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areTypes(value: Json | undefined): value is readonly string[] | undefined {
  if (value === undefined) return true;
  return (
    Array.isArray(value) && value.length > 0 && value.every((type) => typeof type === 'string')
  );
}

function isDays(value: Json | undefined): value is number | undefined {
  if (value === undefined) return true;
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= DAYS_MAX;
}
