/**
 * What a policy decides about somebody's opening of a door or stop, as a formula: the clauses D1 to D11 of docs/clauses.md
 * once for all facts and times. Every line of a comparison is held against the engine's own answer.
 */

import type { Zone } from '../../checks/time/zone.js';
import { placeOf } from '../../engine/encounter.js';
import {
  candidatesOf,
  groupEnabled,
  type Holding,
  holdingsOf,
  includesScope,
} from '../../engine/holding.js';
import type {
  HolderRecord,
  LockdownRecord,
  PortalRecord,
  RestrictionRecord,
  UnlockRecord,
  ValidityRecord,
} from '../../engine/records.js';
import { HAS_VALIDITY, SWITCHED_OFF } from '../../engine/records.js';
import { DOOR, GROUP, scopeCode } from '../../engine/scope-code.js';
import { type Snapshot, zoneAt } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Geofence } from '../../policy/document.js';
import { DIFF_GRANTS_MAX, DIFF_NODES_MAX } from '../../values/limits.js';
import { OutOfRangeError } from '../out-of-range.js';
import type { Formula, FormulaBook } from './formula.js';
import type { TimeBook } from './time-book.js';

/** What is known of the person's facts, in formulas. */
export interface Words {
  /** The person stands at a reader, leaves, leaves leniently (D11), is not remote, taps or shows a card. */
  way(test: 'reader' | 'leaving' | 'lenient' | 'close' | 'near'): Formula;
  /** The device does not refuse (D4), or is the primary one besides. */
  device(test: 'accepted' | 'primary'): Formula;
  secondFactor(): Formula;
  fence(geofence: Geofence, at: string): Formula;
  /** Fewer than so many are inside. */
  below(limit: number): Formula;
  /** Inside, not inside, or inside for so long. */
  presence(test: 'inside' | 'away' | number): Formula;
  company(): Formula;
  /** Somebody came since an unlock began. */
  arrived(unlock: UnlockRecord): Formula;
}

/** Somebody at a door or stop, under one policy. */
export interface Case {
  readonly s: Snapshot;
  readonly book: FormulaBook;
  readonly times: TimeBook;
  readonly portal: PortalRecord;
  readonly holder: HolderRecord | undefined;
  /** Role index → 1 if the role may open it. */
  readonly roles: Uint8Array;
  readonly words: Words;
}

/** When, and under which facts, the policy permits. */
export function permitFormula(c: Case): Formula {
  const { book, holder, portal, words } = c;
  const place = placeOf(c.s, portal);
  const byRight =
    holder === undefined || !holder.active
      ? book.never
      : book.and(
          words.device('accepted'),
          portal.offline ? words.way('near') : book.always,
          unrestricted(
            c,
            portal.restrictions,
            `${portal.type === 'door' ? 'door' : 'elevator stop'} \`${portal.id}\``,
          ),
          unrestricted(c, place.restrictions, `place \`${place.document.id}\``),
          passes(c),
        );
  return book.and(spared(c), book.or(unlocked(c), byRight));
}

/** When, and under which facts, the policy lets a user vouch for somebody who comes along (`two_person`). */
export function vouchFormula(c: Case): Formula {
  const { holder, book } = c;
  return holder?.active === true ? book.and(spared(c), passes(c)) : book.never;
}

/** D2: no lockdown binds. */
function spared(c: Case): Formula {
  const { book, portal, s } = c;
  const lockdowns = [...portal.lockdowns, ...placeOf(s, portal).lockdowns, ...s.lockdowns];
  return book.all(
    lockdowns.map((lockdown) =>
      book.or(
        c.times.before(lockdown.since),
        c.times.from(lockdown.until),
        lockdown.document.blocksExit === true ? book.never : c.words.way('leaving'),
        exempted(c, lockdown),
      ),
    ),
  );
}

function exempted(c: Case, { exempt, scope }: LockdownRecord): Formula {
  const { book, holder, portal, s } = c;
  if (exempt.size === 0 || holder === undefined || !holder.active) return book.never;
  const own = portal.type === 'door' && scope === scopeCode(DOOR, portal.number);
  const held = holdingsOf(s, holder).filter(
    (holding) =>
      exempt.has(holding.role) &&
      (own
        ? includesScope(portal.containers, holding.scope)
        : holding.scope === scope || holding.scope === 0) &&
      groupEnabled(s, holding.scope),
  );
  return book.any(held.map((holding) => valid(c, holding, book.never)));
}

/** D3, and that a tenanted door never stands unlocked. */
function unlocked(c: Case): Formula {
  const { book, portal, s, times, words } = c;
  const unlocks = portal.unlocks.map((unlock) => {
    const schedule = at(s.tables.schedules, unlock.schedule);
    if (!schedule?.enabled) return book.never;
    const open = times.open(s, schedule, zoneOfCase(c));
    return unlock.arrival < 0 ? open : book.and(open, words.arrived(unlock));
  });
  return book.and(untenanted(c), book.any(unlocks));
}

function untenanted({ portal, book, times }: Case): Formula {
  return portal.tenant < 0 ? book.always : times.before(portal.tenantSince);
}

/** D6, and the restrictions of a group in D8. */
function unrestricted(c: Case, asked: RestrictionRecord | undefined, where: string): Formula {
  const { book, holder, words } = c;
  if (asked === undefined) return book.always;
  const link = holder?.kind === 'link';
  const { always, never } = book;
  const parts: Formula[] = [];
  if (asked.geofence !== undefined && !link) {
    parts.push(
      book.or(words.way('reader'), words.way('lenient'), words.fence(asked.geofence, where)),
    );
  }
  if (asked.reader && !link) parts.push(words.way('reader'));
  if (asked.schedule >= 0) parts.push(book.or(words.way('lenient'), accessOpen(c, asked.schedule)));
  if (asked.primaryDevice)
    parts.push(
      holder?.kind === 'user' && holder.primaryDevice !== undefined
        ? words.device('primary')
        : never,
    );
  if (asked.secondFactor) parts.push(words.secondFactor());
  if (asked.appAccess && !link) parts.push(words.way('close'));
  const { presence } = asked;
  if (presence?.occupancyLimit !== undefined) {
    const { occupancyLimit } = presence;
    const most =
      occupancyLimit === true ? (placeOf(c.s, c.portal).document.capacity ?? 0) : occupancyLimit;
    parts.push(
      book.or(words.way('leaving'), words.presence('inside'), most > 0 ? words.below(most) : never),
    );
  }
  if (presence !== undefined && presence.passbackResetMs >= 0) {
    const again =
      presence.passbackResetMs === Number.POSITIVE_INFINITY
        ? never
        : words.presence(presence.passbackResetMs);
    parts.push(book.or(words.way('leaving'), words.presence('away'), again));
  }
  if (presence?.twoPerson === true) parts.push(book.or(words.way('lenient'), words.company()));
  return parts.length === 0 ? always : book.all(parts);
}

function accessOpen(c: Case, number: number): Formula {
  const schedule = at(c.s.tables.schedules, number);
  if (schedule === undefined) return c.book.never;
  return schedule.enabled ? c.times.open(c.s, schedule, zoneOfCase(c)) : c.book.always;
}

/** D7 to D10. */
function passes(c: Case): Formula {
  const { book, holder, portal, s } = c;
  if (holder === undefined) return book.never;
  const candidates = candidatesOf(s, holder, c.roles, portal.containers);
  return book.any(
    candidates.map((holding) =>
      book.and(counts(c, holding), book.or(untenanted(c), admitted(c, holder, holding))),
    ),
  );
}

/** D8. */
function counts(c: Case, holding: Holding): Formula {
  const { book } = c;
  const own = valid(c, holding, c.words.way('lenient'));
  if ((holding.scope & 3) !== GROUP) return own;
  const group = at(c.s.tables.groups, holding.scope >> 2);
  if (!group?.enabled) return book.never;
  return book.and(own, unrestricted(c, group.restrictions, `group \`${group.document.id}\``));
}

/** Enabled and valid; D11 forgives what `lenient` says, but never what has not begun. */
function valid(c: Case, holding: Holding, lenient: Formula): Formula {
  const { book, times } = c;
  if ((holding.flags & SWITCHED_OFF) !== 0) return book.never;
  if ((holding.flags & HAS_VALIDITY) === 0) return book.always;
  const validity = at(c.s.tables.validities, holding.assignment);
  if (validity === undefined) return book.always;
  const strict = book.and(times.before(validity.until), inHours(c, validity));
  return book.and(times.from(validity.from), book.or(lenient, strict));
}

function inHours(c: Case, validity: ValidityRecord): Formula {
  const named = validity.schedule >= 0 ? at(c.s.tables.schedules, validity.schedule) : undefined;
  const schedule = validity.inline ?? named;
  return schedule?.enabled ? c.times.open(c.s, schedule, zoneOfCase(c)) : c.book.always;
}

/** D10: whether a tenancy lets a candidate count. */
function admitted(c: Case, holder: HolderRecord, holding: Holding): Formula {
  const { book, portal } = c;
  if (portal.tenant < 0 || (holder.kind === 'user' && holder.number === portal.tenant))
    return book.always;
  const granter = granterOf(c, holding);
  if (granter === undefined) return book.never;
  if (granter.number === portal.tenant) return book.always;
  return isAtDoor(c, holding) ? countsHere(c, granter, new Set(), { steps: 0 }) : book.never;
}

/** Whether a chain of valid grants leads from somebody to the tenant; each is walked without coming back. */
function countsHere(
  c: Case,
  user: HolderRecord,
  above: ReadonlySet<number>,
  walk: { steps: number },
): Formula {
  const { book, portal, s } = c;
  if (++walk.steps > DIFF_NODES_MAX || above.size > DIFF_GRANTS_MAX)
    throw new OutOfRangeError(`too many grants upon grants at door \`${portal.id}\``);
  const seen = new Set(above).add(user.number);
  const ways = candidatesOf(s, user, c.roles, portal.containers).map((holding) => {
    const granter = groupEnabled(s, holding.scope) ? granterOf(c, holding) : undefined;
    if (granter === undefined) return book.never;
    const strict = valid(c, holding, book.never);
    if (granter.number === portal.tenant || strict === book.never) return strict;
    if (!isAtDoor(c, holding) || seen.has(granter.number)) return book.never;
    return book.and(strict, countsHere(c, granter, seen, walk));
  });
  return book.any(ways);
}

function isAtDoor({ portal }: Case, holding: Holding): boolean {
  return portal.type === 'door' && holding.scope === scopeCode(DOOR, portal.number);
}

function granterOf({ s }: Case, holding: Holding): HolderRecord | undefined {
  const granter = at(s.tables.assignments, holding.assignment)?.grantedBy;
  return granter === undefined ? undefined : find(s.tables.users, granter);
}

function zoneOfCase({ s, portal }: Case): Zone | undefined {
  return zoneAt(s, portal.place);
}
