/** In which circumstances, and when, two policies answer one person at one door differently. */

import { type ArrivalValue, arrivalValues } from './arrival-values.js';
import { companyValues, type Vouchers, vouchersAt, vouchersFor } from './company-values.js';
import { type Comparison, openersOf, type Pair, SIDES, type Side } from './comparison.js';
import { type Box, Diagram, type Node } from './diagram.js';
import { passesTest } from './fact-tests.js';
import { ANY, type FactValue, OWN_KINDS, type OwnKind, ownValues, testsOf } from './fact-values.js';
import { wordsOf } from './fact-words.js';
import type { FencePlan } from './fence-points.js';
import { type FactKind, type Formula, type Grounds, groundsOf } from './formula.js';
import { permitFormula } from './opening-formula.js';
import type { Effect } from './policy-diff.js';
import type { States } from './time-book.js';

/** The kinds of facts, a level of the diagrams each. */
export const KINDS: readonly FactKind[] = [...OWN_KINDS, 'company', 'arrivals'];

/** Somebody at a door: what either policy decides, and all that this rests on. */
export interface Problem {
  readonly pair: Pair;
  readonly formulas: readonly [Formula, Formula];
  readonly fences: ReadonlyMap<string, FencePlan>;
  readonly tests: ReadonlyMap<FactKind, readonly string[]>;
  /** Of each kind, as `KINDS`. */
  readonly values: readonly (readonly FactValue[])[];
  readonly arrivals: readonly ArrivalValue[];
  readonly vouchers: readonly Vouchers[];
  /** Equal for problems of which one has the same solution as the other. */
  readonly key: string;
}

/** Where the policies differ: boxes of the numbers of values, with times. */
export interface Solution {
  readonly states: States;
  readonly boxes: Readonly<Record<Effect, readonly Box[]>>;
}

/** Finds problems; what several share is worked out once. */
export class Problems {
  readonly #c: Comparison;
  readonly #values = new Map<string, readonly FactValue[]>();
  readonly #vouchers = new Map<string, readonly Vouchers[]>();
  readonly #arrivals = new Map<string, readonly ArrivalValue[]>();
  readonly #solutions = new Map<string, Solution>();

  constructor(c: Comparison) {
    this.#c = c;
  }

  /** The problem of somebody at a door; undefined where both policies decide alike by the look of it. */
  problemOf(pair: Pair): Problem | undefined {
    const fences = new Map<string, FencePlan>();
    const formulas = SIDES.map((side) => formulaOf(this.#c, pair, side, fences)) as [
      Formula,
      Formula,
    ];
    if (formulas[0] === formulas[1]) return undefined;
    const first = groundsOf(formulas);
    const vouchers = first.tests.has('company')
      ? vouchersFor(this.#c, pair, this.#vouchersAt(pair))
      : [];
    const grounds = groundsOf([...formulas, ...vouchers.flatMap((each) => each.formulas)]);
    const arrivals = grounds.tests.has('arrivals') ? this.#arrivalsAt(pair, grounds) : [];
    const values = KINDS.map((kind) => {
      if (kind === 'company') return companyValues(testsOf(grounds, kind));
      if (kind === 'arrivals')
        return arrivals.length === 0 ? [ANY] : arrivals.map((each) => each.value);
      return this.#valuesOf(pair, fences, grounds, kind);
    });
    const domains = values.map((each) =>
      each
        .map(({ key, byCard }) => `${key}${byCard?.yes ? 'c' : ''}${byCard?.no ? 'n' : ''}`)
        .join('/'),
    );
    const key = [
      ...formulas.map(({ id }) => id),
      ...domains,
      ...vouchers.map((each) => each.formulas.map(({ id }) => id).join('-')).sort(),
      ...arrivals.map(({ possible }) => possible.id),
    ].join('|');
    const tests = new Map(KINDS.map((kind) => [kind, testsOf(grounds, kind)]));
    return { pair, formulas, fences, tests, values, arrivals, vouchers, key };
  }

  /** Where the policies differ. @throws RangeError where there is more to it than is looked at. */
  solutionOf(problem: Problem): Solution {
    let solution = this.#solutions.get(problem.key);
    if (solution === undefined) {
      solution = solve(this.#c, problem);
      this.#solutions.set(problem.key, solution);
    }
    return solution;
  }

  #vouchersAt(pair: Pair): readonly Vouchers[] {
    return remembered(
      this.#vouchers,
      `${pair.portal.key} ${pair.subject.entity.type === 'link'}`,
      () => vouchersAt(this.#c, pair),
    );
  }

  #arrivalsAt(pair: Pair, grounds: Grounds): readonly ArrivalValue[] {
    const tests = testsOf(grounds, 'arrivals');
    return remembered(this.#arrivals, `${pair.portal.key} ${tests.join()}`, () =>
      arrivalValues(this.#c, pair, tests, (test, asked) =>
        passesTest(this.#c, pair, new Map(), 'arrivals', test, asked),
      ),
    );
  }

  #valuesOf(
    pair: Pair,
    fences: Map<string, FencePlan>,
    grounds: Grounds,
    kind: OwnKind,
  ): readonly FactValue[] {
    const make = () => ownValues(this.#c, pair, fences, grounds, kind);
    const tests = testsOf(grounds, kind).join();
    if (kind === 'device')
      return remembered(this.#values, `device ${pair.subject.key} ${tests}`, make);
    if (kind === 'way')
      return remembered(
        this.#values,
        `way ${pair.portal.key} ${pair.subject.entity.type === 'link'} ${tests}`,
        make,
      );
    // A fence is named after the element that restricts, which two doors may share or not.
    const owners =
      kind === 'location'
        ? [...fences.values()].map(({ where, sides }) => `${where}${sides.join()}`).join()
        : '';
    return remembered(this.#values, `${kind} ${owners} ${tests}`, make);
  }
}

function remembered<T>(memo: Map<string, T>, key: string, make: () => T): T {
  let known = memo.get(key);
  if (known === undefined) {
    known = make();
    memo.set(key, known);
  }
  return known;
}

function formulaOf(c: Comparison, pair: Pair, side: Side, fences: Map<string, FencePlan>): Formula {
  const s = c.snapshots[side];
  const portal = pair.portal.records[side];
  const roles = openersOf(s, pair.portal);
  if (portal === undefined || roles === undefined) return c.book.never;
  const words = wordsOf(c, pair, side, fences);
  return permitFormula({
    s,
    book: c.book,
    times: c.times,
    portal,
    holder: pair.subject.holders[side],
    roles,
    words,
  });
}

function solve(c: Comparison, problem: Problem): Solution {
  const { formulas, values, vouchers, arrivals } = problem;
  const all = [
    ...formulas,
    ...vouchers.flatMap((each) => each.formulas),
    ...arrivals.map(({ possible }) => possible),
  ];
  const states = c.times.states(groundsOf(all).atoms);
  const diagram = new Diagram(
    values.map(({ length }) => length),
    states.count,
  );
  const nodeOf = reader(diagram, states, values);
  const [before, after] = formulas.map(nodeOf) as [Node, Node];
  const possible = [
    wayAndDevice(diagram, values),
    company(diagram, problem, nodeOf),
    arrived(diagram, problem, nodeOf),
  ].reduce((a, b) => diagram.and(a, b));
  const boxes = (yes: Node, no: Node) =>
    diagram.boxes(diagram.and(diagram.without(yes, no), possible));
  return { states, boxes: { gains: boxes(after, before), loses: boxes(before, after) } };
}

/** From formulas to sets. */
function reader(
  diagram: Diagram,
  states: States,
  values: Problem['values'],
): (formula: Formula) => Node {
  const memo = new Map<number, Node>();
  const read = (formula: Formula): Node => {
    switch (formula.kind) {
      case 'constant':
        return formula.value ? diagram.all : diagram.empty;
      case 'time':
        return diagram.times(states.bits.get(formula.atom) ?? 0n);
      case 'fact': {
        const level = KINDS.indexOf(formula.fact);
        return diagram.values(
          level,
          (number) => values[level]?.[number]?.passed.has(formula.test) ?? false,
        );
      }
      case 'and':
        return formula.parts.map(nodeOf).reduce((a, b) => diagram.and(a, b));
      case 'or':
        return formula.parts.map(nodeOf).reduce((a, b) => diagram.or(a, b));
      default:
        return formula satisfies never;
    }
  };
  const nodeOf = (formula: Formula): Node => {
    let node = memo.get(formula.id);
    if (node === undefined) {
      node = read(formula);
      memo.set(formula.id, node);
    }
    return node;
  };
  return nodeOf;
}

/** A way and a device go together where one stated method has both: a card that must be known is shown as `card`. */
function wayAndDevice(diagram: Diagram, values: Problem['values']): Node {
  const [way, device] = [KINDS.indexOf('way'), KINDS.indexOf('device')];
  const both = (card: 'yes' | 'no') => {
    const by = (level: number) =>
      diagram.values(level, (number) => values[level]?.[number]?.byCard?.[card] ?? true);
    return diagram.and(by(way), by(device));
  };
  return diagram.or(both('yes'), both('no'));
}

/** Company that somebody could bring along, then and there. */
function company(
  diagram: Diagram,
  { vouchers, values }: Problem,
  nodeOf: (formula: Formula) => Node,
): Node {
  const level = KINDS.indexOf('company');
  const people = vouchers.map(({ formulas }) => formulas.map(nodeOf) as [Node, Node]);
  const either = (nodes: readonly Node[]) =>
    nodes.reduce((a, b) => diagram.or(a, b), diagram.empty);
  const asked = SIDES.filter((side) =>
    values[level]?.some(({ passed }) => passed.has(`vouched@${side}`)),
  );
  const possible = (passed: ReadonlySet<string>): Node => {
    const sides = asked.filter((side) => passed.has(`vouched@${side}`));
    const [only] = sides;
    if (only === undefined) return diagram.all;
    const vouch = (side: Side) => either(people.map((nodes) => nodes[side]));
    if (sides.length === asked.length) return asked.map(vouch).reduce((a, b) => diagram.and(a, b));
    const other = only === 0 ? 1 : 0;
    return either(people.map((nodes) => diagram.without(nodes[only], nodes[other])));
  };
  const sets = (values[level] ?? []).map(({ passed }, number) =>
    diagram.and(
      diagram.values(level, (each) => each === number),
      possible(passed),
    ),
  );
  return either(sets);
}

/** Arrivals that there can have been by then. */
function arrived(
  diagram: Diagram,
  { arrivals }: Problem,
  nodeOf: (formula: Formula) => Node,
): Node {
  if (arrivals.length === 0) return diagram.all;
  const level = KINDS.indexOf('arrivals');
  const sets = arrivals.map(({ possible }, number) =>
    diagram.and(
      diagram.values(level, (each) => each === number),
      nodeOf(possible),
    ),
  );
  return sets.reduce((a, b) => diagram.or(a, b));
}
