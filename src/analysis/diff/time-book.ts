/** Sets of times within the span looked at: each once, and the states in which several of them leave an instant. */

import type { Zone } from '../../checks/time/zone.js';
import type { ScheduleRecord } from '../../engine/records.js';
import { compiledFor, type Snapshot, zoneOf } from '../../engine/snapshot.js';
import type { Calendar } from '../../policy/document.js';
import type { Span } from '../../values/instant.js';
import { DIFF_STRETCHES_MAX } from '../../values/limits.js';
import { OutOfRangeError } from '../out-of-range.js';
import type { Formula, FormulaBook } from './formula.js';

/** The span looked at, cut wherever one of some sets begins or ends. States are numbered; bit `n` of a set is state `n`. */
export interface States {
  readonly count: number;
  readonly pieces: readonly {
    readonly from: number;
    readonly until: number;
    readonly state: number;
  }[];
  /** Atom → the states inside it. */
  readonly bits: ReadonlyMap<number, bigint>;
}

/** When a schedule is open in a zone, with a calendar. */
interface OpenTimes {
  readonly zone: Zone;
  readonly calendar: Calendar | undefined;
  readonly formula: Formula;
}

/** Sets of times, made into formulas. */
export class TimeBook {
  readonly span: Span;
  readonly #book: FormulaBook;
  readonly #atoms: (readonly Span[])[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #states = new Map<string, States>();
  readonly #schedules = new Map<ScheduleRecord, OpenTimes[]>();

  constructor(span: Span, book: FormulaBook) {
    this.span = span;
    this.#book = book;
  }

  /** During spans that ascend and do not touch. */
  during(spans: readonly Span[]): Formula {
    const [first] = spans;
    if (first === undefined) return this.#book.never;
    if (first.from <= this.span.from && first.until >= this.span.until) return this.#book.always;
    const key = spans.map(({ from, until }) => `${from}-${until}`).join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#atoms.length;
      this.#atoms.push(spans);
      this.#numbers.set(key, number);
    }
    return this.#book.time(number);
  }

  /** From an instant on. */
  from(instant: number): Formula {
    return this.during(this.#cut([{ from: instant, until: Number.POSITIVE_INFINITY }]));
  }

  /** Before an instant. */
  before(instant: number): Formula {
    return this.during(this.#cut([{ from: Number.NEGATIVE_INFINITY, until: instant }]));
  }

  /** While a schedule is open, as the engine reads it: never where it has no zone. Whether it is enabled is the caller's question. */
  open(s: Snapshot, record: ScheduleRecord, fallback: Zone | undefined): Formula {
    const zone = zoneOf(s, record, fallback);
    const compiled = compiledFor(s, record, fallback);
    if (zone === undefined || compiled === undefined) return this.#book.never;
    // Versions of a policy share records, and the record of a schedule stays when its calendar changes.
    const { calendar } = record.memo;
    const known = this.#schedules.get(record) ?? [];
    const found = known.find((each) => each.zone === zone && each.calendar === calendar);
    if (found !== undefined) return found.formula;
    const formula = this.during([...compiled.openSpans(this.span.from, this.span.until)]);
    known.push({ zone, calendar, formula });
    this.#schedules.set(record, known);
    return formula;
  }

  /** The spans of an atom. */
  spansOf(atom: number): readonly Span[] {
    return this.#atoms[atom] ?? [];
  }

  /** The states in which these atoms leave the instants of the span. @throws RangeError for more stretches than are looked at. */
  states(atoms: ReadonlySet<number>): States {
    const sorted = [...atoms].sort((a, b) => a - b);
    const key = sorted.join();
    let states = this.#states.get(key);
    if (states === undefined) {
      states = this.#sweep(sorted);
      this.#states.set(key, states);
    }
    return states;
  }

  #cut(spans: readonly Span[]): Span[] {
    const cut = spans.map(({ from, until }) => ({
      from: Math.max(from, this.span.from),
      until: Math.min(until, this.span.until),
    }));
    return cut.filter(({ from, until }) => from < until);
  }

  #sweep(atoms: readonly number[]): States {
    const { from, until } = this.span;
    const lists = atoms.map((atom) => this.spansOf(atom));
    const edges = new Set([from]);
    for (const list of lists) for (const each of list) edges.add(each.from).add(each.until);
    const cuts = [...edges].filter((cut) => cut >= from && cut < until).sort((a, b) => a - b);
    if (cuts.length > DIFF_STRETCHES_MAX) {
      throw new OutOfRangeError(
        `more than ${DIFF_STRETCHES_MAX} stretches of time; look at a shorter span`,
      );
    }
    const numbers = new Map<string, number>();
    const at = lists.map(() => 0);
    const bits = atoms.map(() => 0n);
    const pieces = cuts.map((cut, index) => {
      const inside = lists.map((list, number) => {
        while ((list[at[number] as number]?.until ?? Number.POSITIVE_INFINITY) <= cut)
          at[number] = (at[number] as number) + 1;
        return (list[at[number] as number]?.from ?? Number.POSITIVE_INFINITY) <= cut;
      });
      const vector = inside.map(Number).join('');
      let state = numbers.get(vector);
      if (state === undefined) {
        state = numbers.size;
        numbers.set(vector, state);
        for (const [number, is] of inside.entries())
          if (is) bits[number] = (bits[number] as bigint) | (1n << BigInt(state));
      }
      return { from: cut, until: cuts[index + 1] ?? until, state };
    });
    return {
      count: numbers.size,
      pieces,
      bits: new Map(atoms.map((atom, index) => [atom, bits[index] as bigint])),
    };
  }
}

/** The spans of a set of states, touching ones joined. */
export function spansIn(states: States, bits: bigint): Span[] {
  const spans: { from: number; until: number }[] = [];
  for (const { from, until, state } of states.pieces) {
    if (((bits >> BigInt(state)) & 1n) === 0n) continue;
    const last = spans.at(-1);
    if (last?.until === from) last.until = until;
    else spans.push({ from, until });
  }
  return spans;
}
