/**
 * Time-zone rules from a plain table: for runtimes without Intl (QuickJS, Hermes), and for hosts that
 * must all use the same version of the rules. A table is made where Intl is, and travels as JSON.
 */
import { INSTANT_END, INSTANT_MIN } from '../../values/instant.js';
import type { OffsetChange, TimeZoneSource } from '../../values/time-zone.js';

/** Offsets of some zones over one span of time, as JSON. */
export interface TimeZoneTable {
  readonly version: 1;
  /** Epoch milliseconds; the table says nothing outside `[from, until)`. */
  readonly from: number;
  readonly until: number;
  /**
   * Of each zone the changes `[at, offsetSeconds]`, in order: epoch milliseconds and whole seconds east
   * of UTC from then on. The first `at` is `from`.
   */
  readonly zones: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

/** Largest offset from UTC any zone ever had is below 16 hours; a day is refused as nonsense. */
const OFFSET_SECONDS_END = 86_400;

/**
 * The rules a table holds. The table is copied and checked once.
 * @throws TypeError when the table is not of that shape. Its `offsets` throw RangeError for a zone the
 * table lacks and for any time outside its span: what it does not know is not guessed.
 */
export function tableTimeZones(table: TimeZoneTable): TimeZoneSource {
  const { from, until } = table;
  if (table.version !== 1)
    throw new TypeError(`unknown time-zone table version \`${table.version}\``);
  if (!(Number.isInteger(from) && Number.isInteger(until) && from < until)) {
    throw new TypeError(`time-zone table has no span \`${from}..${until}\``);
  }
  const zones = new Map<string, readonly OffsetChange[]>();
  for (const [name, rows] of Object.entries(table.zones))
    zones.set(name, readRows(table, name, rows));
  return {
    span: { from, until },
    has: (name) => zones.has(name),
    offsets(name, start, end) {
      const changes = zones.get(name);
      if (changes === undefined) throw new RangeError(`unknown time zone \`${name}\``);
      if (!(start >= from && end <= until && start < end)) {
        throw new RangeError(`outside the time-zone table \`${start}..${end}\``);
      }
      return cut(changes, start, end);
    },
  };
}

/**
 * A table of the zones named, over `[from, until)` in epoch milliseconds, from another source.
 * @throws RangeError when the source does not know a zone, or the span leaves the years 0001 to 9999.
 */
export function exportTimeZones(
  source: TimeZoneSource,
  names: Iterable<string>,
  from: number,
  until: number,
): TimeZoneTable {
  if (!(from >= INSTANT_MIN && until <= INSTANT_END && from < until)) {
    throw new RangeError(`no such span \`${from}..${until}\``);
  }
  const zones: Record<string, readonly (readonly [number, number])[]> = {};
  for (const name of [...new Set(names)].sort()) {
    const changes = source.offsets(name, from, until);
    zones[name] = changes.map((change) => [change.at, change.offsetSeconds]);
  }
  return { version: 1, from, until, zones };
}

function readRows(
  table: TimeZoneTable,
  name: string,
  rows: readonly (readonly [number, number])[],
): readonly OffsetChange[] {
  const changes: OffsetChange[] = [];
  for (const [at, offsetSeconds] of rows) {
    const before = changes.at(-1);
    const inOrder = before === undefined ? at === table.from : at > before.at && at < table.until;
    if (!Number.isInteger(at) || !inOrder) {
      throw new TypeError(`time-zone table is out of order at \`${name}\``);
    }
    if (!Number.isInteger(offsetSeconds) || Math.abs(offsetSeconds) >= OFFSET_SECONDS_END) {
      throw new TypeError(`time-zone table has no such offset at \`${name}\``);
    }
    changes.push({ at, offsetSeconds });
  }
  if (changes.length === 0) throw new TypeError(`time-zone table has no offsets of \`${name}\``);
  return changes;
}

function cut(changes: readonly OffsetChange[], from: number, until: number): OffsetChange[] {
  const result: OffsetChange[] = [];
  for (const change of changes) {
    if (change.at >= until) break;
    if (change.at <= from) result[0] = { at: from, offsetSeconds: change.offsetSeconds };
    else result.push(change);
  }
  return result;
}
