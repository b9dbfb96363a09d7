/** What is going to happen, in order of time. The radio has a time of its own, which goes along. */
import type { MemoryRadio } from '../memory-transport.js';

/** One thing that is to happen at a time. */
interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** The time of a simulation. */
export interface Agenda {
  /** Milliseconds since the simulation began. */
  readonly nowMs: number;
  /** Does this at a time; at once when that has passed. */
  at(ms: number, happen: () => void): void;
  /** Lets everything happen until this time, the radio's business included. */
  runUntil(ms: number): void;
}

/** The agenda of a simulation with one radio. */
export function agendaOf(radio: MemoryRadio): Agenda {
  const heap: Entry[] = [];
  let orders = 0;
  const due = (): number => Math.min(heap[0]?.atMs ?? Infinity, radio.nextMs ?? Infinity);
  return {
    get nowMs() {
      return radio.nowMs;
    },
    at(ms, happen) {
      if (!Number.isFinite(ms)) return;
      orders += 1;
      push(heap, { atMs: Math.max(Math.ceil(ms), radio.nowMs), order: orders, happen });
    },
    runUntil(ms) {
      for (let next = due(); next <= ms; next = due()) {
        radio.runUntil(next);
        while (heap[0] !== undefined && heap[0].atMs <= next) pop(heap)?.happen();
      }
      radio.runUntil(ms);
    },
  };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry);
  let at = heap.length - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!isBefore(heap[at] as Entry, heap[above] as Entry)) return;
    swap(heap, at, above);
    at = above;
  }
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && isBefore(heap[left] as Entry, heap[least] as Entry)) least = left;
    if (right < heap.length && isBefore(heap[right] as Entry, heap[least] as Entry)) least = right;
    if (least === at) return first;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: Entry[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Entry, heap[a] as Entry];
}
