/** Requests by their id: one that is asked again gets the first answer, and one door is not asked by too many at once. */
import type { DoorReport } from './gateway.js';

/** Requests that are known. */
export interface RequestBook {
  /**
   * Answers the request of this id, by `handle` where it is new. `busy` where its door, or the book, is full.
   * @throws TypeError for an id that named another request.
   */
  once(key: RequestKey, handle: () => Promise<DoorReport>): Promise<DoorReport | 'busy'>;
}

/** What a request is. */
export interface RequestKey {
  readonly id: string;
  readonly door: string;
  /** All by which two requests of one id must agree. */
  readonly text: string;
}

interface Entry {
  readonly text: string;
  readonly report: Promise<DoorReport>;
  /** Epoch milliseconds; undefined while it is under way. */
  keepUntil?: number;
}

/** How long a request that led to a command is known. */
const KNOWN_MS = 600_000;
/** Requests known at once: sixteen openings a second for ten minutes. */
const KNOWN_MAX = 10_000;

/** An empty book. */
export function requestBook(now: () => number, perDoorMax: number): RequestBook {
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, number>();
  const count = (door: string, change: number) => {
    const next = (underWay.get(door) ?? 0) + change;
    if (next === 0) underWay.delete(door);
    else underWay.set(door, next);
  };
  const end = (id: string, entry: Entry, hasCommand: boolean) => {
    // Without a command it may be asked anew: that is no second one.
    if (!hasCommand) entries.delete(id);
    else entry.keepUntil = now() + KNOWN_MS;
  };
  return {
    async once({ id, door, text }, handle) {
      const known = entries.get(id);
      if (known !== undefined && (known.keepUntil ?? Number.POSITIVE_INFINITY) > now()) {
        if (known.text !== text) throw new TypeError('a request id that named another request');
        return known.report;
      }
      if (known !== undefined) entries.delete(id);
      if ((underWay.get(door) ?? 0) >= perDoorMax) return 'busy';
      if (entries.size >= KNOWN_MAX && !forgetOld(entries, now())) return 'busy';
      count(door, 1);
      const report = handle().finally(() => count(door, -1));
      const entry: Entry = { text, report };
      entries.set(id, entry);
      report.then(
        ({ command }) => end(id, entry, command !== null),
        () => end(id, entry, false),
      );
      return report;
    },
  };
}

/** Forgets what need not be known any longer: the oldest come first. */
function forgetOld(entries: Map<string, Entry>, time: number): boolean {
  const before = entries.size;
  for (const [id, { keepUntil }] of entries) {
    if (keepUntil === undefined) continue;
    if (keepUntil > time) break;
    entries.delete(id);
  }
  return entries.size < before;
}
