/**
 * Decisions as formulas over what they rest on: kinds of facts, and time. Monotone: nothing is negated, so that an
 * absent fact never permits. Equal formulas of one book are one object.
 */

import { DIFF_FORMULAS_MAX } from '../../values/limits.js';
import { OutOfRangeError } from '../out-of-range.js';
import type { Circumstance } from './policy-diff.js';

/** A kind of fact. */
export type FactKind = Circumstance['fact'];

/** A formula; `id` is its own within its book. */
export type Formula = { readonly id: number } & (
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'fact'; readonly fact: FactKind; readonly test: string }
  | { readonly kind: 'time'; readonly atom: number }
);

/** Makes formulas, each once. */
export class FormulaBook {
  readonly #known = new Map<string, Formula>();
  readonly never: Formula = { id: 0, kind: 'constant', value: false };
  readonly always: Formula = { id: 1, kind: 'constant', value: true };

  /** A test that a fact passes or fails. */
  fact(fact: FactKind, test: string): Formula {
    return this.#intern(`f${fact} ${test}`, (id) => ({ id, kind: 'fact', fact, test }));
  }

  /** A set of times, by its number in a book of times. */
  time(atom: number): Formula {
    return this.#intern(`t${atom}`, (id) => ({ id, kind: 'time', atom }));
  }

  /** All of them. */
  and(...parts: readonly Formula[]): Formula {
    return this.all(parts);
  }

  /** Any of them. */
  or(...parts: readonly Formula[]): Formula {
    return this.any(parts);
  }

  /** All of a list, which may be longer than a call takes arguments. */
  all(parts: readonly Formula[]): Formula {
    return this.#join('and', parts, this.always, this.never);
  }

  /** Any of a list, which may be longer than a call takes arguments. */
  any(parts: readonly Formula[]): Formula {
    return this.#join('or', parts, this.never, this.always);
  }

  #join(kind: 'and' | 'or', parts: readonly Formula[], idle: Formula, final: Formula): Formula {
    const found = new Map<number, Formula>();
    for (const part of parts) {
      if (part === final) return final;
      if (part === idle) continue;
      for (const own of part.kind === kind ? part.parts : [part]) found.set(own.id, own);
    }
    const sorted = [...found.values()].sort((a, b) => a.id - b.id);
    const [only] = sorted;
    if (only === undefined) return idle;
    if (sorted.length === 1) return only;
    const key = `${kind}${sorted.map(({ id }) => id).join(',')}`;
    return this.#intern(key, (id) => ({ id, kind, parts: sorted }));
  }

  #intern(key: string, make: (id: number) => Formula): Formula {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= DIFF_FORMULAS_MAX) {
      throw new OutOfRangeError(`policies that differ in more than ${DIFF_FORMULAS_MAX} ways`);
    }
    const made = make(this.#known.size + 2);
    this.#known.set(key, made);
    return made;
  }
}

/** Tests of facts and sets of times that formulas rest on. */
export interface Grounds {
  readonly tests: ReadonlyMap<FactKind, ReadonlySet<string>>;
  readonly atoms: ReadonlySet<number>;
}

/** What formulas rest on, all together. */
export function groundsOf(formulas: readonly Formula[]): Grounds {
  const tests = new Map<FactKind, Set<string>>();
  const atoms = new Set<number>();
  const seen = new Set<Formula>(formulas);
  // A set grows while it is walked.
  for (const formula of seen) {
    switch (formula.kind) {
      case 'constant':
        break;
      case 'fact': {
        const known = tests.get(formula.fact);
        if (known === undefined) tests.set(formula.fact, new Set([formula.test]));
        else known.add(formula.test);
        break;
      }
      case 'time':
        atoms.add(formula.atom);
        break;
      case 'and':
      case 'or':
        for (const part of formula.parts) seen.add(part);
        break;
      default:
        formula satisfies never;
    }
  }
  return { tests, atoms };
}
