/** Reading a log page by page from outside: filters and cursors as somebody sent them. */

import { toHex } from '../../values/hex.js';
import { parseInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import { textBytes } from '../../values/utf8.js';
import type { Json, JsonObject } from '../record.js';
import { canonicalJson } from './canonical-json.js';
import type { Sha256 } from './chain.js';
import { EVENT_OUTCOMES, type EventFilter, type EventLog, type EventQuery } from './event.js';

/** What a cursor belongs to: it is of no use for anything else. */
export interface CursorGround {
  readonly organization: string;
  readonly log: EventLog;
  readonly filter: EventFilter;
  readonly order: 'newest' | 'oldest';
}

/** Most types in one filter, and longest text of any member. */
const TYPES_MAX = 100;
const TEXT_MAX = 256;

/** The text that says where to go on after event `after`. Opaque: its form may change between versions. */
export function writeCursor(ground: CursorGround, after: number, sha256: Sha256): string {
  return `${after.toString(36)}.${checksum(ground, after, sha256)}`;
}

/**
 * The query that a cursor goes on with. The checksum keeps mistakes out (a cursor of another log, filter or
 * order), not people: a number in a log is no secret, and what may be read is asked of the engine.
 * @returns code `cursor` for any text that was not written for this ground.
 */
export function parseCursor(
  text: string,
  ground: CursorGround,
  sha256: Sha256,
): Outcome<EventQuery, 'cursor'> {
  const [, digits] = /^([0-9a-z]{1,11})\.[0-9a-f]{16}$/u.exec(text) ?? [];
  const after = digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
  if (!Number.isSafeInteger(after) || writeCursor(ground, after, sha256) !== text)
    return { ok: false, code: 'cursor', detail: 'no cursor of this list' };
  const { filter, order } = ground;
  return { ok: true, value: { filter, order, after } };
}

/** Reads a filter that came from outside. @returns code `filter` naming the member that is wrong. */
export function parseEventFilter(value: JsonObject): Outcome<EventFilter, 'filter'> {
  const wrong = Object.keys(value).find((member) => {
    const check = Object.hasOwn(CHECKS, member) ? CHECKS[member] : undefined;
    return check === undefined || !check(value[member] as Json);
  });
  if (wrong === undefined) return { ok: true, value: value as EventFilter };
  return {
    ok: false,
    code: 'filter',
    detail: `the filter's member \`${wrong.slice(0, TEXT_MAX)}\``,
  };
}

const CHECKS: Readonly<Record<string, (value: Json) => boolean>> = {
  types: (value) => Array.isArray(value) && value.length <= TYPES_MAX && value.every(isText),
  object: isName,
  subject: isName,
  actor: isName,
  place: isText,
  reason: isText,
  outcome: (value) => EVENT_OUTCOMES.some((outcome) => outcome === value),
  from: isInstant,
  until: isInstant,
};

function isText(value: Json | undefined): value is string {
  if (typeof value !== 'string' || value.length > TEXT_MAX) return false;
  return value !== '' && !/\p{Surrogate}|\0/u.test(value);
}

function isName(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { type, id, ...rest } = value as JsonObject;
  return isText(type) && isText(id) && Object.keys(rest).length === 0;
}

function isInstant(value: Json): boolean {
  return typeof value === 'string' && !Number.isNaN(parseInstant(value));
}

function checksum(ground: CursorGround, after: number, sha256: Sha256): string {
  const { organization, log, filter, order } = ground;
  const whole = canonicalJson([organization, log, filter as JsonObject, order, after]);
  return toHex(sha256(textBytes(`doorwright.cursor/1\n${whole}`))).slice(0, 16);
}
