/**
 * A page of 32 days on the wall: the minutes at which a schedule's answer flips, and the same as a bitmap,
 * so that a test is a look at one bit.
 */
import { MINUTE_MS } from '../../values/instant.js';
import { mergeSpans } from './spans-source.js';

/** Days of a page: more than the longest occurrence (31), few enough for 16-bit minutes (46 080). */
export const PAGE_DAYS = 32;
/** Minutes of a page. */
export const PAGE_MINUTES = PAGE_DAYS * 1440;

/** Minutes of a stretch of days, open or closed. */
export interface Page {
  /** Which page: the number of its first day divided by {@link PAGE_DAYS}. */
  readonly index: number;
  /** 1 when open at its first minute, else 0. */
  readonly initial: 0 | 1;
  /** Minutes since the page's beginning at which the answer flips; ascending, none is 0. */
  readonly flips: Uint16Array;
  /** One bit a unit, 1 when open; unit `n` is bit `n % 32` of word `n / 32`. */
  readonly bits: Uint32Array;
  /** Length of a unit in milliseconds: the longest that divides every flip, so that pages stay small. */
  readonly unitMs: number;
}

/** Whether a page is open at a time counted in milliseconds from its beginning. */
export function isOpenIn(page: Page, ms: number): boolean {
  const unit = (ms / page.unitMs) | 0;
  return (((page.bits[unit >> 5] as number) >>> (unit & 31)) & 1) === 1;
}

/** A page from spans in minutes since its beginning, `days` long. Spans may lie partly outside. */
export function pageOf(
  index: number,
  days: number,
  spans: readonly (readonly [number, number])[],
): Page {
  const end = days * 1440;
  let initial: 0 | 1 = 0;
  const minutes: number[] = [];
  for (const [from, until] of mergeSpans(spans)) {
    if (until <= 0 || from >= end) continue;
    if (from <= 0) initial = 1;
    else minutes.push(from);
    if (until < end) minutes.push(until);
  }
  const unit = minutes.reduce(greatestDivisor, 1440);
  const bits = new Uint32Array(Math.ceil(end / unit / 32));
  for (let index = initial === 1 ? -1 : 0; index < minutes.length; index += 2) {
    fillBits(bits, (minutes[index] ?? 0) / unit, (minutes[index + 1] ?? end) / unit);
  }
  return { index, initial, flips: Uint16Array.from(minutes), bits, unitMs: unit * MINUTE_MS };
}

/** Whether a page is open at its last minute. */
export function isOpenAtEnd(page: Page): boolean {
  return ((page.flips.length & 1) ^ page.initial) === 1;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Sets the bits `[from, until)`, whole words at once where it can. */
function fillBits(bits: Uint32Array, from: number, until: number): void {
  for (let bit = from; bit < until; ) {
    if ((bit & 31) === 0 && until - bit >= 32) {
      bits[bit >> 5] = 0xffff_ffff;
      bit += 32;
    } else {
      bits[bit >> 5] = (bits[bit >> 5] as number) | (1 << (bit & 31));
      bit++;
    }
  }
}
