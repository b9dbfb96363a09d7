/** Circumstances that there can be: not every value of one kind of fact goes with every value of another. */
import { SIDES, type Side } from './comparison.js';
import type { Diagram, Node } from './diagram.js';
import type { Formula } from './formula.js';
import { KINDS, type Problem } from './problem.js';

/** A way and a device go together where one stated method has both: a card that must be known is shown as `card`. */
export function wayAndDevice(diagram: Diagram, values: Problem['values']): Node {
  const [way, device] = [KINDS.indexOf('way'), KINDS.indexOf('device')];
  const both = (card: 'yes' | 'no') => {
    const by = (level: number) =>
      diagram.values(level, (number) => values[level]?.[number]?.byCard?.[card] ?? true);
    return diagram.and(by(way), by(device));
  };
  return diagram.or(both('yes'), both('no'));
}

/** Company that somebody could bring along, then and there. */
export function possibleCompany(
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
export function possibleArrivals(
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
