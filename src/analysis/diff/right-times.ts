/** When assignments are valid within the span looked at, each set of times found once and numbered. */
import type { Zone } from '../../checks/time/zone.js';
import type { ScheduleRecord, ValidityRecord } from '../../engine/records.js';
import { compiledFor, type Snapshot, zoneOf } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Span } from '../../values/instant.js';
import { common, type Spans } from './right-spans.js';

/** Number of the times that are all of the span looked at. */
export const ALWAYS = 0;
/** Stands for times that never come. */
export const NEVER = -1;

/** The times of validities, by number. */
export interface TimesBook {
  /** The number of a validity's times, {@link NEVER} where it never holds. */
  numberOf(s: Snapshot, validity: ValidityRecord, zone: Zone | undefined): number;
  /** In order, not touching, cut to the span looked at. */
  spansOf(times: number): Spans;
  /** The zone by whose wall clock they are best said. */
  zoneOf(times: number): Zone | undefined;
}

/** A book of times within a span. */
export function timesBook(span: Span): TimesBook {
  const all: { from: number; until: number; open: Spans; zone: Zone | undefined }[] = [
    { ...span, open: [span], zone: undefined },
  ];
  const cut: (Spans | undefined)[] = [];
  const numbers = new Map<string, number>();
  const schedules = schedulesBook(span);

  return {
    numberOf(s, validity, zone) {
      const from = Math.max(validity.from, span.from);
      const until = Math.min(validity.until, span.until);
      if (!(from < until)) return NEVER;
      const schedule =
        validity.inline ??
        (validity.schedule >= 0 ? at(s.tables.schedules, validity.schedule) : undefined);
      const bound = schedule?.enabled === true ? schedule : undefined;
      const own = bound === undefined ? zone : zoneOf(s, bound, zone);
      const opening = bound === undefined ? ALWAYS : schedules.numberOf(s, bound, zone);
      if (opening === NEVER) return NEVER;
      if (opening === ALWAYS && from === span.from && until === span.until) return ALWAYS;
      const key = `${from} ${until} ${opening} ${own?.name ?? ''}`;
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, all.length);
      return all.push({ from, until, open: schedules.spansOf(opening), zone: own }) - 1;
    },
    spansOf(times) {
      const { from, until, open } = all[times] as (typeof all)[number];
      let spans = cut[times];
      if (spans === undefined) {
        spans = common(open, [{ from, until }]);
        cut[times] = spans;
      }
      return spans;
    },
    zoneOf: (times) => all[times]?.zone,
  };
}

/** What schedules open, by number, such that schedules that say the same are looked at once. */
function schedulesBook(span: Span) {
  const opened: Spans[] = [[span]];
  const numbers = new Map<string, number>();
  // By policy too: two versions of one policy may share a record whose calendar has changed.
  const known = new Map<Snapshot, Map<ScheduleRecord, Map<Zone | undefined, number>>>();
  const sources: unknown[] = [];

  function look(s: Snapshot, record: ScheduleRecord, zone: Zone | undefined): number {
    const compiled = compiledFor(s, record, zone);
    // Without a zone a schedule never opens: so decides the engine too.
    if (compiled === undefined) return NEVER;
    const spans = [...compiled.openSpans(span.from, span.until)];
    if (spans.length === 0) return NEVER;
    if (spans[0]?.from === span.from && spans[0].until === span.until) return ALWAYS;
    return opened.push(spans) - 1;
  }

  return {
    spansOf: (opening: number): Spans => opened[opening] as Spans,
    numberOf(s: Snapshot, record: ScheduleRecord, zone: Zone | undefined): number {
      const ofPolicy = known.get(s) ?? new Map<ScheduleRecord, Map<Zone | undefined, number>>();
      known.set(s, ofPolicy);
      const byZone = ofPolicy.get(record) ?? new Map<Zone | undefined, number>();
      ofPolicy.set(record, byZone);
      const remembered = byZone.get(zone);
      if (remembered !== undefined) return remembered;
      if (!sources.includes(s.zones.source)) sources.push(s.zones.source);
      const calendar = record.calendar < 0 ? null : at(s.tables.calendars, record.calendar)?.days;
      const { enabled: _, ...body } = record.document;
      const says = { ...body, id: null, name: null };
      const source = sources.indexOf(s.zones.source);
      const key = JSON.stringify([says, calendar, zoneOf(s, record, zone)?.name, source]);
      const number = numbers.get(key) ?? look(s, record, zone);
      numbers.set(key, number);
      byZone.set(zone, number);
      return number;
    },
  };
}
