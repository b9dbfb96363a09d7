/** Which doors open for somebody within a span of time: when, and with what. */
import { readEntity } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import { judge } from '../../engine/decide.js';
import { holderOf } from '../../engine/encounter.js';
import type { Engine } from '../../engine/engine.js';
import { compareText } from '../../engine/findings.js';
import { holdingsOf, includesScope } from '../../engine/holding.js';
import type { HolderRecord, PortalRecord } from '../../engine/records.js';
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import { type Snapshot, zoneAt } from '../../engine/snapshot.js';
import { values } from '../../engine/table.js';
import { withArrivalsRead } from '../../engine/valid-until.js';
import { formatInstant, type Span } from '../../values/instant.js';
import { whenOf } from '../week-pattern.js';
import { Doorway } from './doorway.js';
import { readLook } from './look.js';
import type { Need, OpenHours, OpenNeed } from './need.js';
import { stretches } from './stretches.js';
import { needOf, type Way, Ways } from './ways.js';

/** When and with what doors are to open. */
export interface OpenHoursOptions {
  /** RFC 3339, a `Date` or epoch milliseconds. Inside. */
  readonly from: Facts['time'];
  /** Outside. Default: 53 weeks after `from`. */
  readonly until?: Facts['time'];
  /** Only requests with these very facts; absent: whatever somebody may bring who comes in, each need apart. */
  readonly facts?: Partial<Facts>;
}

/**
 * The doors and elevator stops that open for a user, link or credential at some time of the span, doors by id before stops
 * by id, each with every least need and the exact time at which it is enough. At any instant, a request to come in
 * that is permitted brings all of some need that is listed for it then. Ways out, by readers of direction `exit`, are
 * left aside: D11 keeps nobody in.
 * @throws RequestError for a subject or instant that is none, RangeError for a span that does not end after it begins, or
 *   within which more changes than can be looked at.
 */
export function openHours(
  engine: Engine,
  subject: Entity,
  options: OpenHoursOptions,
): readonly OpenHours[] {
  const s = snapshotOf(engine);
  readEntity('/subject', subject, true);
  const look = readLook(s, options);
  const holder = holderOf(s, subject);
  const found: OpenHours[] = [];
  for (const portal of portalsFor(s, holder)) {
    const roles = portal.type === 'door' ? s.mayUnlock : s.mayGetAccess;
    if (roles === undefined) continue;
    const doorway = new Doorway(s, portal, roles);
    const needs =
      options.facts === undefined
        ? needsAt(doorway, subject, holder, look)
        : withFacts(doorway, subject, options.facts, look);
    if (needs.length > 0) found.push({ resource: { type: portal.type, id: portal.id }, needs });
  }
  return found;
}

/** Doors, then stops, by id, at which somebody holds anything or which may stand unlocked. */
function portalsFor(s: Snapshot, holder: HolderRecord | undefined): PortalRecord[] {
  const scopes = holder === undefined ? [] : holdingsOf(s, holder).map(({ scope }) => scope);
  const isNear = ({ containers, unlocks }: PortalRecord): boolean =>
    unlocks.length > 0 || scopes.some((scope) => includesScope(containers, scope));
  const sorted = (portals: Iterable<PortalRecord>): PortalRecord[] =>
    [...portals].filter(isNear).sort((a, b) => compareText(a.id, b.id));
  return [...sorted(values(s.tables.doors)), ...sorted(values(s.tables.stops))];
}

/** One need in the making. */
interface Held {
  readonly way: Way;
  readonly spans: Span[];
  isLeast: boolean;
}

function needsAt(
  doorway: Doorway,
  subject: Entity,
  holder: HolderRecord | undefined,
  look: Span,
): OpenNeed[] {
  const ways = new Ways(doorway, subject, holder);
  const coming = ways.all.filter(({ leaving }) => !leaving);
  const widest = ways.widest.filter(({ leaving }) => !leaving);
  const held = coming.map((way): Held => ({ way, spans: [], isLeast: false }));
  for (const stretch of stretches(doorway, subject, look)) {
    if (!widest.some((way) => ways.permits(way, stretch.from))) continue;
    const least: Way[] = [];
    for (const one of held) {
      if (!ways.permits(one.way, stretch.from)) continue;
      one.spans.push(stretch);
      if (least.some((less) => ways.includes(one.way, less))) continue;
      least.push(one.way);
      one.isLeast = true;
    }
  }
  return held.flatMap(({ way, spans, isLeast }) => {
    const witness = isLeast ? ways.request(way, spans[0]?.from ?? look.from) : undefined;
    return witness === undefined ? [] : [openNeed(doorway, needOf(way), spans, look, witness)];
  });
}

function withFacts(
  doorway: Doorway,
  subject: Entity,
  facts: Partial<Facts>,
  look: Span,
): OpenNeed[] {
  const spans: Span[] = [];
  const asked = withArrivalsRead(doorway.request(subject, { ...facts, time: look.from }));
  for (const stretch of stretches(doorway, subject, look, asked.context)) {
    if (judge(doorway.s, asked, stretch.from, undefined)) spans.push(stretch);
  }
  if (spans[0] === undefined) return [];
  const time = formatInstant(spans[0].from);
  const witness = doorway.request(subject, { ...facts, time });
  const need = { facts, company: false, arrival: false, leaving: false };
  return [openNeed(doorway, need, spans, look, witness)];
}

function openNeed(
  { s, portal }: Doorway,
  need: Need,
  spans: readonly Span[],
  look: Span,
  witness: AccessRequest,
): OpenNeed {
  return { need, when: whenOf(spans, look, zoneAt(s, portal.place)), witness };
}
