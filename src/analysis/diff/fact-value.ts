/** One value of a kind of fact: all facts of which formulas tell nothing apart, and some that have it. */
import type { Facts } from '../../engine/request.js';
import { factKey } from './fact-tests.js';
import type { FactKind, Grounds } from './formula.js';

/** What facts of one kind may come to. */
export interface FactValue {
  /** Which tests are passed, in words for machines; see `factKey`. */
  readonly key: string;
  readonly label: string;
  /** Facts that have this value at a time (epoch milliseconds). */
  facts(time: number): Partial<Facts>;
  /** The tests that are passed. */
  readonly passed: ReadonlySet<string>;
  /** Whether some of its facts say the method `card`, and whether some say another. Only of ways and devices. */
  readonly byCard?: { readonly yes: boolean; readonly no: boolean };
  /** Of a way: facts of it that say the method `card`. */
  readonly cardFacts?: Partial<Facts>;
}

/** Facts that may stand for a value, as found; `card` apart, because device and way share the method. */
export interface Candidate {
  readonly facts: Partial<Facts>;
  readonly label: string;
  readonly card: boolean;
}

/** The tests of a kind, in an order that depends on nothing else. */
export function testsOf(grounds: Grounds, kind: FactKind): string[] {
  return [...(grounds.tests.get(kind) ?? [])].sort();
}

/** The one value of a kind that nothing depends on. */
export const ANY: FactValue = { key: '', label: 'anything', facts: () => ({}), passed: new Set() };

/** A value by the tests it passes. */
export function value(
  tests: readonly string[],
  passed: readonly string[],
  label: string,
  facts: Partial<Facts> | ((time: number) => Partial<Facts>),
): FactValue {
  const set = new Set(passed);
  const made = typeof facts === 'function' ? facts : () => facts;
  return { key: factKey(tests, (test) => set.has(test)), label, facts: made, passed: set };
}

/** Of values with one key the first. */
export function distinct(values: readonly FactValue[]): FactValue[] {
  const found = new Map<string, FactValue>();
  for (const each of values) if (!found.has(each.key)) found.set(each.key, each);
  return [...found.values()];
}

/** Candidates that pass the same tests as one value, in the order in which the first of each came. */
export function grouped(
  candidates: Iterable<Candidate>,
  tests: readonly string[],
  passes: (test: string, facts: Partial<Facts>) => boolean,
  labelOf: (candidates: readonly Candidate[], passed: ReadonlySet<string>) => string,
): FactValue[] {
  const found = new Map<string, { passed: Set<string>; alike: Candidate[] }>();
  for (const candidate of candidates) {
    const passed = new Set(tests.filter((test) => passes(test, candidate.facts)));
    const key = factKey(tests, (test) => passed.has(test));
    const known = found.get(key);
    if (known === undefined) found.set(key, { passed, alike: [candidate] });
    else known.alike.push(candidate);
  }
  return [...found].map(([key, { passed, alike }]) => {
    const byCard = alike.find(({ card }) => card)?.facts;
    const otherwise = alike.find(({ card }) => !card)?.facts;
    const facts = otherwise ?? byCard ?? {};
    return {
      key,
      label: labelOf(alike, passed),
      facts: () => facts,
      passed,
      byCard: { yes: byCard !== undefined, no: otherwise !== undefined },
      cardFacts: byCard ?? {},
    };
  });
}
