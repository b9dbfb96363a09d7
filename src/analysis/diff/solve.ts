/** In which circumstances, and when, two policies answer one person at one door differently. */

import { type ArrivalValue, arrivalValues } from './arrival-values.js';
import { companyValues, type Vouchers, vouchersAt, vouchersFor } from './company-values.js';
import { type Comparison, openersOf, type Pair, SIDES, type Side } from './comparison.js';
import { type Box, Diagram, type Node } from './diagram.js';
import { passesTest } from './fact-tests.js';
import { ANY, type FactValue, testsOf } from './fact-value.js';
import { type OwnKind, ownValues } from './fact-values.js';
import { wordsOf } from './fact-words.js';
import type { FencePlan } from './fence-points.js';
import { type Formula, type Grounds, groundsOf } from './formula.js';
import { permitFormula } from './opening-formula.js';
import type { Effect } from './policy-diff.js';
import { possibleArrivals, possibleCompany, wayAndDevice } from './possible.js';
import { KINDS, type Problem } from './problem.js';
import type { States } from './time-book.js';

/** Where the policies differ: boxes of the numbers of values, with times. */
export interface Solution {
  readonly states: States;
  readonly boxes: Readonly<Record<Effect, readonly Box[]>>;
  /** The same, but for naming somebody else's credential that only one policy holds: those are lines of their own. */
  readonly strange: Readonly<Record<Effect, readonly Box[]>>;
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
    const grounds = this.#groundsOf([...formulas, ...vouchers.flatMap((each) => each.formulas)]);
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

  /** With the tests that tell a strange credential from one's own. */
  #groundsOf(formulas: readonly Formula[]): Grounds {
    const { atoms, tests } = groundsOf(formulas);
    const devices = tests.get('device');
    if (devices === undefined || this.#c.strays.size === 0) return { atoms, tests };
    const all = new Set([...devices, ...SIDES.map(strangeAt)]);
    return { atoms, tests: new Map([...tests, ['device', all]]) };
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
    possibleCompany(diagram, problem, nodeOf),
    possibleArrivals(diagram, problem, nodeOf),
  ].reduce((a, b) => diagram.and(a, b));
  const [gains, loses] = [diagram.without(after, before), diagram.without(before, after)].map(
    (node) => diagram.and(node, possible),
  ) as [Node, Node];
  const level = KINDS.indexOf('device');
  const strange = (side: Side) =>
    diagram.values(
      level,
      (number) => values[level]?.[number]?.passed.has(strangeAt(side)) ?? false,
    );
  const boxes = (cut: (a: Node, b: Node) => Node) => ({
    gains: diagram.boxes(cut(gains, strange(0))),
    loses: diagram.boxes(cut(loses, strange(1))),
  });
  return {
    states,
    boxes: boxes((a, b) => diagram.without(a, b)),
    strange: boxes((a, b) => diagram.and(a, b)),
  };
}

/** The test whether a device is somebody else's credential that only this policy holds. */
function strangeAt(side: Side): string {
  return `strange@${side}`;
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
