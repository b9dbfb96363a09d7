/**
 * Whether somebody came first at a door whose unlock waits for it (D3): every way in which arrivals may satisfy several such
 * unlocks, and the times at which they can. Within a stretch in which no schedule and no offset changes, the dates
 * at stake do not either, so that one look at its beginning tells.
 */

import type { PortalRecord, ScheduleRecord } from '../../engine/records.js';
import { compiledFor, type Snapshot, zoneAt, zoneOf } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Span } from '../../values/instant.js';
import { DAY_MS } from '../../values/instant.js';
import { DIFF_ARRIVALS_MAX } from '../../values/limits.js';
import { OutOfRangeError } from '../out-of-range.js';
import { type Comparison, type Pair, SIDES } from './comparison.js';
import type { Asked } from './fact-tests.js';
import { type FactValue, value } from './fact-value.js';
import { arrivalKey } from './fact-words.js';
import type { Formula } from './formula.js';

/** A value, and when arrivals can come to it. */
export interface ArrivalValue {
  readonly value: FactValue;
  readonly possible: Formula;
}

/** An unlock that waits, with what its answers rest on. */
interface Waiting {
  readonly s: Snapshot;
  readonly portal: PortalRecord;
  readonly schedule: ScheduleRecord;
  readonly arrival: ScheduleRecord;
}

/** Arrivals looked at for one instant: of a span that began long ago its first and its last weeks. */
const LOOKS = 64;
const WEEK_AND_DAY_MS = 8 * DAY_MS;

/** The values of `arrivals` at a door; none is the first. */
export function arrivalValues(
  c: Comparison,
  pair: Pair,
  tests: readonly string[],
  passes: (test: string, asked: Asked) => boolean,
): ArrivalValue[] {
  if (tests.length > DIFF_ARRIVALS_MAX)
    throw new OutOfRangeError(
      `more than ${DIFF_ARRIVALS_MAX} unlock schedules that wait for somebody at \`${pair.portal.id}\``,
    );
  const waiting = waitingAt(c, pair, tests);
  const none = { value: value(tests, [], 'nobody came first', {}), possible: c.book.always };
  const found = new Map<
    string,
    { passed: readonly string[]; spans: { from: number; until: number }[] }
  >();
  const single = (time: number, instant: number) =>
    tests.filter((test) =>
      passes(test, { subject: pair.subject.entity, facts: { arrivals: [instant] }, time }),
    );
  for (const piece of piecesOf(c, waiting)) {
    const reached = new Map<string, readonly string[]>();
    for (const instant of instantsFor(waiting, piece.from)) {
      const own = single(piece.from, instant);
      for (const before of [[], ...reached.values()]) {
        const both = tests.filter((test) => own.includes(test) || before.includes(test));
        if (both.length > 0) reached.set(both.join(' '), both);
      }
    }
    for (const [key, passed] of reached) {
      const known = found.get(key) ?? { passed, spans: [] };
      const last = known.spans.at(-1);
      if (last?.until === piece.from) last.until = piece.until;
      else known.spans.push({ ...piece });
      found.set(key, known);
    }
  }
  const facts = (passed: readonly string[]) => (time: number) => {
    const arrivals = passed.flatMap((test) => {
      const instant = instantsFor(waiting, time).find((each) => {
        const own = single(time, each);
        return own.includes(test) && own.every((also) => passed.includes(also));
      });
      return instant === undefined ? [] : [new Date(instant).toISOString()];
    });
    return { arrivals: [...new Set(arrivals)] };
  };
  const others = [...found.values()].map(({ passed, spans }) => ({
    value: value(tests, passed, labelOf(tests, passed, c, pair), facts(passed)),
    possible: c.times.during(spans),
  }));
  return [none, ...others.sort((a, b) => (a.value.key < b.value.key ? -1 : 1))];
}

function waitingAt(c: Comparison, { portal }: Pair, tests: readonly string[]): Waiting[] {
  return SIDES.flatMap((side) => {
    const [s, record] = [c.snapshots[side], portal.records[side]];
    return (record?.unlocks ?? []).flatMap((unlock) => {
      const [schedule, arrival] = [unlock.schedule, unlock.arrival].map((number) =>
        at(s.tables.schedules, number),
      );
      if (record === undefined || schedule === undefined || arrival === undefined) return [];
      return tests.includes(arrivalKey(c, portal, side, unlock) ?? '')
        ? [{ s, portal: record, schedule, arrival }]
        : [];
    });
  });
}

/** The span looked at, cut wherever one of the schedules or an offset changes. */
function piecesOf(c: Comparison, waiting: readonly Waiting[]): Span[] {
  const { from, until } = c.times.span;
  const cuts = new Set([from]);
  for (const { s, portal, schedule, arrival } of waiting) {
    const fallback = zoneAt(s, portal.place);
    for (const record of [schedule, arrival]) {
      for (const span of compiledFor(s, record, fallback)?.openSpans(from, until) ?? [])
        cuts.add(span.from).add(span.until);
    }
    const zone = zoneOf(s, schedule, fallback);
    for (let instant = from; zone !== undefined && instant < until; ) {
      cuts.add(instant);
      instant = zone.segmentAt(instant).until;
    }
  }
  const sorted = [...cuts].filter((cut) => cut < until).sort((a, b) => a - b);
  return sorted.map((cut, index) => ({ from: cut, until: sorted[index + 1] ?? until }));
}

/** Instants at which somebody who came may matter at a time: whatever others there are come to the same as one of them. */
function instantsFor(waiting: readonly Waiting[], time: number): number[] {
  const found = new Set([time]);
  for (const { s, portal, schedule, arrival } of waiting) {
    const fallback = zoneAt(s, portal.place);
    const zone = zoneOf(s, schedule, fallback);
    const [opening, arriving] = [
      compiledFor(s, schedule, fallback),
      compiledFor(s, arrival, fallback),
    ];
    const began = opening?.openedOn(time);
    if (zone === undefined || arriving === undefined || began === undefined) continue;
    const offset = zone.offsetAt(time);
    const date = Number.isFinite(began) ? began * DAY_MS - offset : s.zones.from;
    const starts = [date, Math.max(date - DAY_MS, s.zones.from), time - WEEK_AND_DAY_MS];
    if (Number.isFinite(began)) found.add(began * DAY_MS - zone.offsetAt(date));
    for (const start of starts) {
      let looks = 0;
      for (const span of arriving.openSpans(Math.max(start, s.zones.from), time + 1)) {
        found.add(span.from);
        if (++looks > LOOKS) break;
      }
    }
  }
  return [...found].filter((instant) => instant <= time).sort((a, b) => b - a);
}

function labelOf(
  tests: readonly string[],
  passed: readonly string[],
  c: Comparison,
  { portal }: Pair,
): string {
  if (tests.length === passed.length) return 'somebody came first';
  const names = SIDES.flatMap((side) => {
    const [s, record] = [c.snapshots[side], portal.records[side]];
    return (record?.unlocks ?? []).flatMap((unlock) => {
      const key = arrivalKey(c, portal, side, unlock);
      if (key === undefined || !passed.includes(key)) return [];
      const [schedule, arrival] = [unlock.schedule, unlock.arrival].map(
        (number) => at(s.tables.schedules, number)?.document as { id?: string } | undefined,
      );
      return [`\`${schedule?.id ?? ''}\` after \`${arrival?.id ?? ''}\``];
    });
  });
  return `somebody came first as ${[...new Set(names)].join(' and ')} asks`;
}
