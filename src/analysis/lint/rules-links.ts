/** Links: bearers without an account, which some restrictions can never and some need not satisfy. */
import {
  HAS_VALIDITY,
  HOLDING_WIDTH,
  type HolderRecord,
  type PortalRecord,
  type RestrictionRecord,
  SWITCHED_OFF,
  type ValidityRecord,
} from '../../engine/records.js';
import { GROUP, type ScopeCode } from '../../engine/scope-code.js';
import { at, values } from '../../engine/table.js';
import { quote } from '../../policy/pointer.js';
import { parseRecurrenceRule } from '../../policy/recurrence-rule.js';
import { type Ground, opens, portalsIn } from './ground.js';
import { enabledSchedule } from './meeting.js';
import { scopeName } from './words.js';

/** What a link meets on all, or on some, of its ways in. */
interface Ways {
  readonly count: number;
  /** On all: a primary device, which no link has. */
  readonly closed: boolean;
  /** On all: a second factor, a second person, or a lock that must be held to. */
  readonly hard: boolean;
  /** On some: a geofence, a reader, or no opening from afar, none of which binds links. */
  readonly near: boolean;
}

/**
 * Codes `link_never_meets`, `link_hardly_meets`, `link_passes_restriction` and `link_without_end`, of links and
 * assignments that are switched on; and `unused_link`.
 */
export function lintLinks(ground: Ground): void {
  const { s } = ground;
  ground.policy.links?.forEach(({ id }, index) => {
    const number = s.tables.links.numbering.get(id) ?? -1;
    if (at(s.tables.links, number)?.holdings.length === 0) {
      ground.report('unused_link', ['links', index], `link ${quote(id)} holds no assignment`);
    }
  });
  const known = new Map<ScopeCode, Ways>();
  for (const link of values(s.tables.links)) {
    if (link.active) lintLink(ground, link, known);
  }
}

function lintLink(ground: Ground, link: HolderRecord, known: Map<ScopeCode, Ways>): void {
  const { s } = ground;
  const { holdings } = link;
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const scope = holdings[index] as number;
    const packed = holdings[index + 1] as number;
    const number = holdings[index + 2] as number;
    const role = packed >> 2;
    if ((packed & SWITCHED_OFF) !== 0) continue;
    if (!opens(s, role, 'door') && !opens(s, role, 'elevator_stop')) continue;
    const ways = known.get(scope) ?? waysOf(ground, scope);
    known.set(scope, ways);
    tell(ground, link, number, scope, ways);
    const validity = (packed & HAS_VALIDITY) === 0 ? undefined : at(s.tables.validities, number);
    if (validity !== undefined && ends(ground, validity)) continue;
    const message = `link ${quote(link.id)} opens ${scopeName(s, scope)} without an end`;
    ground.report('link_without_end', ground.assignmentPath(number), message);
  }
}

/** Whether a validity ends, by its `until` or because its schedule has nothing but single dates. */
function ends({ s }: Ground, { until, inline, schedule }: ValidityRecord): boolean {
  if (until !== Number.POSITIVE_INFINITY) return true;
  const record = inline?.enabled === true ? inline : enabledSchedule(s, schedule);
  if (record === undefined) return false;
  const { windows, recurrences, events } = record.document;
  if (windows !== undefined || (recurrences === undefined && events === undefined)) return false;
  return (recurrences ?? []).every(({ rrule }) => {
    const rule = parseRecurrenceRule(rrule);
    return rule.ok && (rule.value.count !== undefined || rule.value.until !== undefined);
  });
}

function tell(
  ground: Ground,
  link: HolderRecord,
  number: number,
  scope: ScopeCode,
  ways: Ways,
): void {
  if (ways.count === 0) return;
  const path = ground.assignmentPath(number);
  const who = `link ${quote(link.id)}`;
  const where = scopeName(ground.s, scope);
  if (ways.closed) {
    const message = `${who} can never open anything of ${where}: a primary device is asked for, and links have none`;
    ground.report('link_never_meets', path, message);
    return;
  }
  if (ways.hard) {
    const message = `${who} opens nothing of ${where} unless the host vouches for a second factor, a second person or a tap at the lock`;
    ground.report('link_hardly_meets', path, message);
  }
  if (ways.near) {
    const message = `${who} opens ${where} from anywhere: a geofence, a reader and no opening from the app bind people alone`;
    ground.report('link_passes_restriction', path, message);
  }
}

function waysOf(ground: Ground, scope: ScopeCode): Ways {
  const { s } = ground;
  const portals = portalsIn(ground, scope);
  const group = (scope & 3) === GROUP ? at(s.tables.groups, scope >> 2)?.restrictions : undefined;
  const met = portals.map((portal) => restrictionsAt(ground, portal, group));
  return {
    count: portals.length,
    closed: met.every((all) => all.some(({ primaryDevice }) => primaryDevice)),
    hard: met.every(
      (all, index) =>
        portals[index]?.offline === true ||
        all.some(({ secondFactor, presence }) => secondFactor || presence?.twoPerson === true),
    ),
    near: met.some((all) =>
      all.some(({ geofence, reader, appAccess }) => geofence !== undefined || reader || appAccess),
    ),
  };
}

/** Everything that binds at a door or stop on the way through a group. */
function restrictionsAt(
  { s }: Ground,
  portal: PortalRecord,
  group: RestrictionRecord | undefined,
): RestrictionRecord[] {
  const place = at(s.tables.places, portal.place)?.restrictions;
  return [portal.restrictions, place, group].filter((each) => each !== undefined);
}
