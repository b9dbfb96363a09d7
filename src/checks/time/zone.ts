/**
 * One time zone, made cheap to ask: the offset in force is remembered, so that questions about one season
 * cost two comparisons, and changes are fetched from the source in blocks of years when first needed.
 */
import { DAY_MS, INSTANT_END, INSTANT_MIN } from '../../values/instant.js';
import type { TimeZoneSource } from '../../values/time-zone.js';

/** A stretch of time without a change of offset; `[from, until)` in epoch milliseconds. */
export interface ZoneSegment {
  readonly from: number;
  /** The offset may go on unchanged after this: stretches are also cut at the edges of blocks. */
  readonly until: number;
  /** Milliseconds east of UTC. */
  readonly offsetMs: number;
}

/** A compiled time zone. Answers for the years 0001 to 9999 are its source's. */
export interface Zone {
  readonly name: string;
  /**
   * Milliseconds east of UTC at an instant.
   * @throws RangeError outside the years 0001 to 9999, or where the source knows nothing.
   */
  offsetAt(ms: number): number;
  /** The stretch of constant offset around an instant. @throws RangeError as `offsetAt`. */
  segmentAt(ms: number): ZoneSegment;
}

/**
 * A block holds few changes, so finding the one in force is a short walk, and costs few looks at the
 * source: a decision about one moment does not pay for years.
 */
const BLOCK_MS = 128 * DAY_MS;

/** Blocks kept, a power of two: 90 years, about 30 kB. */
const SLOTS = 256;

/** Changes of one block, in order; `at` begins with the block's beginning and ends with its end. */
interface Block {
  readonly index: number;
  readonly at: readonly number[];
  readonly offsetMs: readonly number[];
}

/**
 * The zone of that name, ready to ask. Fetches nothing yet.
 * @throws RangeError when the source does not know the name.
 */
export function compileZone(source: TimeZoneSource, name: string): Zone {
  if (!source.has(name)) throw new RangeError(`unknown time zone \`${name}\``);
  const slots: (Block | undefined)[] = [];
  // The stretch last asked about: from, until, offset. In an array of numbers, because numbers kept in variables of
  // their own would be allocated anew with every step from one stretch to another. At first no instant lies in it.
  const last = Float64Array.of(Number.NaN, Number.NaN, 0);

  function locate(ms: number): void {
    if (!(ms >= INSTANT_MIN && ms < INSTANT_END)) throw new RangeError(`no such instant \`${ms}\``);
    const index = Math.floor(ms / BLOCK_MS);
    const known = slots[index & (SLOTS - 1)];
    const found = known !== undefined && known.index === index ? known : fetch(index, ms);
    let stretch = found.offsetMs.length - 1;
    while (stretch > 0 && (found.at[stretch] as number) > ms) stretch--;
    last[0] = found.at[stretch] as number;
    last[1] = found.at[stretch + 1] as number;
    last[2] = found.offsetMs[stretch] as number;
  }

  function fetch(index: number, ms: number): Block {
    const start = Math.max(index * BLOCK_MS, INSTANT_MIN);
    const end = Math.min((index + 1) * BLOCK_MS, INSTANT_END);
    const fetched = fetchBlock(source, name, ms, start, end, index);
    // A block narrowed to what the source knows is not the whole one, so it is not kept as such.
    if (fetched.at[0] === start && fetched.at.at(-1) === end) slots[index & (SLOTS - 1)] = fetched;
    return fetched;
  }

  return {
    name,
    offsetAt(ms) {
      if (!(ms >= (last[0] as number) && ms < (last[1] as number))) locate(ms);
      return last[2] as number;
    },
    segmentAt(ms) {
      if (!(ms >= (last[0] as number) && ms < (last[1] as number))) locate(ms);
      const [from = 0, until = 0, offsetMs = 0] = last;
      return { from, until, offsetMs };
    },
  };
}

/** The changes within `[from, until)`, or within the part around `ms` about which the source knows. */
function fetchBlock(
  source: TimeZoneSource,
  name: string,
  ms: number,
  from: number,
  until: number,
  index: number,
): Block {
  try {
    const changes = source.offsets(name, from, until);
    return {
      index,
      at: [...changes.map((change) => change.at), until],
      offsetMs: changes.map((change) => change.offsetSeconds * 1000),
    };
  } catch (error) {
    // A table may end in the middle of a block: halve towards the instant asked about.
    if (!(error instanceof RangeError) || until - from <= 1) throw error;
    const middle = Math.floor((from + until) / 2);
    return ms < middle
      ? fetchBlock(source, name, ms, from, middle, index)
      : fetchBlock(source, name, ms, middle, until, index);
  }
}
