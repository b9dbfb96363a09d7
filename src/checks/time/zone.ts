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

/** A block is eight years: few enough looks at the source, and one or two blocks for a usual policy. */
const BLOCK_MS = 2922 * DAY_MS;

/** Blocks kept: a thousand years, some kilobytes. */
const BLOCKS_MAX = 128;

/** Changes of one block: parallel arrays, in order; the first `at` is the block's beginning. */
interface Block {
  readonly until: number;
  readonly at: readonly number[];
  readonly offsetMs: readonly number[];
}

/**
 * The zone of that name, ready to ask. Fetches nothing yet.
 * @throws RangeError when the source does not know the name.
 */
export function compileZone(source: TimeZoneSource, name: string): Zone {
  if (!source.has(name)) throw new RangeError(`unknown time zone \`${name}\``);
  const blocks = new Map<number, Block>();
  let from = 0;
  let until = 0;
  let offset = 0;

  function locate(ms: number): void {
    if (!(ms >= INSTANT_MIN && ms < INSTANT_END)) throw new RangeError(`no such instant \`${ms}\``);
    const number = Math.floor(ms / BLOCK_MS);
    let block = blocks.get(number);
    if (block === undefined) {
      const start = Math.max(number * BLOCK_MS, INSTANT_MIN);
      const end = Math.min((number + 1) * BLOCK_MS, INSTANT_END);
      block = fetchBlock(source, name, ms, start, end);
      // A block narrowed to what the source knows is not the whole one, so it is not kept as such.
      if (block.at[0] === start && block.until === end) keep(number, block);
    }
    const index = lastAtOrBefore(block.at, ms);
    from = block.at[index] as number;
    until = block.at[index + 1] ?? block.until;
    offset = block.offsetMs[index] as number;
  }

  function keep(number: number, block: Block): void {
    if (blocks.size >= BLOCKS_MAX) blocks.delete(blocks.keys().next().value as number);
    blocks.set(number, block);
  }

  return {
    name,
    offsetAt(ms) {
      if (!(ms >= from && ms < until)) locate(ms);
      return offset;
    },
    segmentAt(ms) {
      if (!(ms >= from && ms < until)) locate(ms);
      return { from, until, offsetMs: offset };
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
): Block {
  try {
    const changes = source.offsets(name, from, until);
    return {
      until,
      at: changes.map((change) => change.at),
      offsetMs: changes.map((change) => change.offsetSeconds * 1000),
    };
  } catch (error) {
    // A table may end in the middle of a block: halve towards the instant asked about.
    if (!(error instanceof RangeError) || until - from <= 1) throw error;
    const middle = Math.floor((from + until) / 2);
    return ms < middle
      ? fetchBlock(source, name, ms, from, middle)
      : fetchBlock(source, name, ms, middle, until);
  }
}

/** The last index whose value is at most `value`; the first element is known to be. */
function lastAtOrBefore(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}
