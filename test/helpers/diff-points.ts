/** Requests drawn inside a line of a comparison: any of its people and doors, facts and times. */
import {
  type Comparison,
  othersOf,
  portalOf,
  subjectOf,
} from '../../src/analysis/diff/comparison.js';
import type { OpeningChange } from '../../src/analysis/diff/policy-diff.js';
import { KINDS } from '../../src/analysis/diff/problem.js';
import { Problems } from '../../src/analysis/diff/solve.js';
import { requestWith } from '../../src/analysis/diff/witness.js';
import type { AccessRequest } from '../../src/engine/request.js';
import type { Draw } from './arbitraries-draw.js';

/** A request that a line covers. Of a line about everybody else its witness, since it names nobody. */
export function drawPoint(draw: Draw, c: Comparison, line: OpeningChange): AccessRequest {
  const { circumstances, resources, subjects, when } = line;
  if (subjects.everybodyElse) return line.witness.request;
  const people = subjects.named.map((entity) => subjectOf(c, entity));
  const { type, id } = draw.pick(resources);
  const subject = draw.pick(subjects.others ? [...people, othersOf(c)] : people);
  const problem = new Problems(c).problemOf({ subject, portal: portalOf(c, type, id)! })!;
  const span = draw.pick(when.spans);
  const [from, until] = [Date.parse(span.from), Date.parse(span.until)];
  const time = draw.pick([from, until - 1, draw.int(from, until - 1)]);
  const values = KINDS.map((kind, level) => {
    const asked = circumstances.find(({ fact }) => fact === kind)?.values.map(({ key }) => key);
    return draw.pick(
      problem.values[level]!.filter(({ key }) => asked === undefined || asked.includes(key)),
    );
  });
  return requestWith(c, problem, values, time);
}
