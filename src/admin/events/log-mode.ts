/** How much of an access event is kept: by the class of the door and by the segment of the person. */

import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Outcome } from '../../values/outcome.js';
import type { Json, JsonObject } from '../record.js';
import { bearingOf } from './catalogue.js';
import type { Sha256 } from './chain.js';
import { closeness, type DoorMatch, doorClassOf, parseDoorMatch } from './door-class.js';
import type { EntityName, EventDraft } from './event.js';
import { type PseudonymKey, pseudonymOf } from './pseudonym.js';

/**
 * From strict to open. `none`: nothing of people's coming and going. `anonymous`: that it happened, not who.
 * `pseudonymous`: who under a name of a while. `full`: who.
 */
export const LOG_MODES = ['none', 'anonymous', 'pseudonymous', 'full'] as const;

/** How much is kept. */
export type LogMode = (typeof LOG_MODES)[number];

/** The rules of an organisation: the body of record `log_mode` `rules`. */
export interface LogModeRules {
  /** For doors that no rule is about. */
  readonly default: LogMode;
  /** By door: the closest fits (its id, a group, its place, its kind of lock); of equally close ones the strictest. */
  readonly doors: readonly { readonly at: DoorMatch; readonly mode: LogMode }[];
  /** By segment of the user; no rule: `full`. */
  readonly segments: readonly { readonly segment: string; readonly mode: LogMode }[];
  /** For access links. */
  readonly links: LogMode;
  /** Days of one pseudonym, 1 to 366. */
  readonly pseudonymDays: number;
  /** Days for which a key is kept after its while, 0 to 3660: so long can a pseudonym be resolved. */
  readonly keyDays: number;
}

/** Id of the record that holds the rules. */
export const LOG_MODE_RULES_ID = 'rules';

/** A pseudonym for a month, that can be resolved for another. */
const DAYS = { pseudonymDays: 30, keyDays: 30 };

/** An event about one of these is about a person. */
const PEOPLE = new Set(['user', 'link', 'credential', 'card']);

/** Most rules of either list. */
const RULES_MAX = 1000;

/**
 * The rules of an organisation that made none: under the role model `kiwi` nothing is kept of doors until a rule
 * names one, as KIWI does with its safes; under any other all is.
 */
export function defaultLogModeRules(engine: Engine): LogModeRules {
  const { roles = 'kisi' } = snapshotOf(engine).organization;
  const model = typeof roles === 'string' ? roles : roles.id;
  const mode = model === 'kiwi' ? 'none' : 'full';
  return { default: mode, doors: [], segments: [], links: 'full', ...DAYS };
}

/**
 * The mode of an event: the stricter of the door's and the person's.
 * @param event - its object, and the place it names where the object is no door.
 */
export function logModeOf(
  engine: Engine,
  rules: LogModeRules,
  event: Pick<EventDraft, 'object' | 'place'>,
  subject: EntityName | undefined,
): LogMode {
  return stricter(doorMode(engine, rules, event), personMode(engine, rules, subject));
}

/**
 * What of a draft is kept; undefined where nothing is. Audit events and notices are kept as they are: rights need
 * proof. Alarms and what a door does by itself are kept in every mode, without people, unless they are about one.
 * @param key - of the period of the event; only `pseudonymous` needs it.
 * @throws TypeError when it is needed and missing.
 */
export function applyLogMode(
  draft: EventDraft,
  mode: LogMode,
  sha256: Sha256,
  key?: PseudonymKey,
): EventDraft | undefined {
  if (draft.log !== 'access' || mode === 'full') return draft;
  const { personal, ...rest } = draft;
  const isOfPerson = PEOPLE.has(draft.object.type);
  if (mode === 'none') {
    // What the catalogue does not know may give anything away.
    const bearing = bearingOf(draft.type) ?? 'movement';
    return bearing === 'movement' || isOfPerson ? undefined : rest;
  }
  if (mode === 'anonymous') return isOfPerson ? undefined : rest;
  if (personal === undefined && !isOfPerson) return rest;
  if (key === undefined) throw new TypeError('a pseudonym needs a key');
  const { actor, subject } = personal ?? {};
  return {
    ...rest,
    ...(isOfPerson ? { object: pseudonymOf(key, draft.object, sha256) } : {}),
    personal: {
      ...(actor === undefined ? {} : { actor: pseudonymOf(key, actor, sha256) }),
      ...(subject === undefined ? {} : { subject: pseudonymOf(key, subject, sha256) }),
    },
  };
}

/** Reads the body of the rules' record. @returns code `log_mode_rules` with the place of the first fault. */
export function parseLogModeRules(body: JsonObject): Outcome<LogModeRules, 'log_mode_rules'> {
  const { default: usual, doors = [], segments = [], links = 'full' } = body;
  const { pseudonymDays, keyDays } = { ...DAYS, ...body };
  const unknown = Object.keys(body).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) return refused(`unknown member \`${unknown}\``);
  if (!isMode(usual)) return refused('`default` is no mode');
  if (!isMode(links)) return refused('`links` is no mode');
  if (!isDays(pseudonymDays, 1, 366)) return refused('`pseudonymDays` is not 1 to 366');
  if (!isDays(keyDays, 0, 3660)) return refused('`keyDays` is not 0 to 3660');
  const doorRules = list(doors, parseDoorRule);
  if (doorRules === undefined) return refused('`doors` holds what is no rule');
  const segmentRules = list(segments, parseSegmentRule);
  if (segmentRules === undefined) return refused('`segments` holds what is no rule');
  const days = { pseudonymDays, keyDays };
  const value = { default: usual, doors: doorRules, segments: segmentRules, links, ...days };
  return { ok: true, value };
}

const MEMBERS = new Set(['default', 'doors', 'segments', 'links', 'pseudonymDays', 'keyDays']);

function doorMode(
  engine: Engine,
  rules: LogModeRules,
  event: Pick<EventDraft, 'object' | 'place'>,
): LogMode {
  const { object } = event;
  const known = doorClassOf(engine, object);
  const place = object.type === 'place' ? object.id : (known?.place ?? event.place);
  let closest = 0;
  let mode = rules.default;
  for (const rule of rules.doors) {
    const close = closeness(rule.at, object, known, place);
    if (close === 0 || close < closest) continue;
    mode = close > closest ? rule.mode : stricter(mode, rule.mode);
    closest = close;
  }
  return mode;
}

/** Strictest of all, if rules name a segment twice. */
function personMode(engine: Engine, rules: LogModeRules, subject: EntityName | undefined): LogMode {
  if (subject?.type === 'link') return rules.links;
  if (subject?.type !== 'user') return 'full';
  const segment = findElement(engine, 'users', subject.id)?.segment;
  return rules.segments
    .filter((rule) => rule.segment === segment)
    .reduce<LogMode>((mode, rule) => stricter(mode, rule.mode), 'full');
}

function stricter(a: LogMode, b: LogMode): LogMode {
  return LOG_MODES.indexOf(a) < LOG_MODES.indexOf(b) ? a : b;
}

function parseDoorRule(rule: JsonObject) {
  const { mode, ...at } = rule;
  const match = parseDoorMatch(at);
  return match !== undefined && isMode(mode) ? { at: match, mode } : undefined;
}

function parseSegmentRule({ segment, mode, ...rest }: JsonObject) {
  if (typeof segment !== 'string' || !isMode(mode) || Object.keys(rest).length > 0)
    return undefined;
  return { segment, mode };
}

function list<T>(value: Json, parse: (item: JsonObject) => T | undefined): T[] | undefined {
  if (!Array.isArray(value) || value.length > RULES_MAX) return undefined;
  const items = value.map((item: Json) => {
    const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
    return isObject ? parse(item as JsonObject) : undefined;
  });
  return items.every((item) => item !== undefined) ? items : undefined;
}

function isMode(value: Json | undefined): value is LogMode {
  return LOG_MODES.some((mode) => mode === value);
}

function isDays(value: Json | undefined, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function refused(detail: string): Outcome<never, 'log_mode_rules'> {
  return { ok: false, code: 'log_mode_rules', detail };
}
