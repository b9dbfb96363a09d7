/** Multiplying out a matrix: every combination of its axes asked once, each with exactly one expectation. */
import type { Report } from '../../policy/issue-list.js';
import { quote } from '../../policy/pointer.js';
import { CASES_MAX } from './limits.js';
import type { WrittenCell, WrittenExpectation, WrittenTest } from './tests-document.js';

/** What a test may ask with, in the order in which a matrix is multiplied out. */
export const AXES = ['subject', 'action', 'resource', 'context', 'time'] as const;
/** One of them. */
export type Axis = (typeof AXES)[number];

/** One combination. */
export interface MatrixCell {
  /** The values of the axes, as written. */
  readonly values: Readonly<Partial<Record<Axis, string>>>;
  /** And where on its axis each stands. */
  readonly positions: Readonly<Partial<Record<Axis, number>>>;
  readonly expect: WrittenExpectation;
  /** Where the expectation stands. */
  readonly pointer: string;
}

/**
 * The combinations of a matrix, with what each expects: what a cell says of it, else what the rest expects. Reported are a
 * combination of which two cells speak or none, a cell that speaks of no value of an axis, and a rest that is empty.
 * @param room - how many combinations there may be.
 */
export function matrixCells(
  test: WrittenTest,
  pointer: string,
  room: number,
  report: Report,
): readonly MatrixCell[] {
  const axes = AXES.flatMap((name) => {
    const values = test.matrix?.[name];
    if (values === undefined) return [];
    return [{ name, values, places: new Map(values.map((value, index) => [value, index])) }];
  });
  if (!axesAreSound(axes, test, pointer, report)) return [];
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > room) {
    const message = `a file may have at most ${CASES_MAX} cases; this matrix alone has ${quote(count)}`;
    report({ pointer: `${pointer}/matrix`, code: 'too_large', message });
    return [];
  }
  const chosen = expectations(test, axes, count, pointer, report);
  if (chosen === undefined) return [];
  return chosen.map(({ expect, pointer: at }, index) => {
    const values: Partial<Record<Axis, string>> = {};
    const found: Partial<Record<Axis, number>> = {};
    for (const [axis, position] of positions(axes, index).entries()) {
      const { name, values: all } = axes[axis] as AxisValues;
      values[name] = all[position] as string;
      found[name] = position;
    }
    return { values, positions: found, expect, pointer: at };
  });
}

interface AxisValues {
  readonly name: Axis;
  readonly values: readonly string[];
  /** Where each value stands. */
  readonly places: ReadonlyMap<string, number>;
}

interface Chosen {
  readonly expect: WrittenExpectation;
  readonly pointer: string;
}

/** An axis names each value once, and what it varies is not fixed beside it. */
function axesAreSound(
  axes: readonly AxisValues[],
  test: WrittenTest,
  pointer: string,
  report: Report,
): boolean {
  let sound = true;
  if (axes.length === 0) {
    report({ pointer: `${pointer}/matrix`, code: 'empty', message: 'must vary something' });
    sound = false;
  }
  for (const { name, values } of axes) {
    const seen = new Set<string>();
    for (const [index, value] of values.entries()) {
      if (seen.has(value)) {
        const message = `twice on one axis ${quote(value)}`;
        report({ pointer: `${pointer}/matrix/${name}/${index}`, code: 'duplicate', message });
        sound = false;
      }
      seen.add(value);
    }
    if (test[name] === undefined) continue;
    const message = `is varied by the matrix, and fixed beside it ${quote(name)}`;
    report({ pointer: `${pointer}/${name}`, code: 'duplicate', message });
    sound = false;
  }
  return sound;
}

/** What each combination expects; undefined when something about it was reported. */
function expectations(
  test: WrittenTest,
  axes: readonly AxisValues[],
  count: number,
  pointer: string,
  report: Report,
): readonly Chosen[] | undefined {
  const { expect, cells, others } = test;
  if (expect !== undefined) {
    if (cells === undefined && others === undefined) {
      return Array.from({ length: count }, () => ({ expect, pointer: `${pointer}/expect` }));
    }
    const message = 'is expected of every combination: leave out `cells` and `others`, or this';
    report({ pointer: `${pointer}/expect`, code: 'duplicate', message });
    return undefined;
  }
  const chosen = new Array<Chosen | undefined>(count).fill(undefined);
  let sound = true;
  for (const [index, cell] of (cells ?? []).entries()) {
    const at = `${pointer}/cells/${index}`;
    sound = fill(chosen, axes, cell, at, report) && sound;
  }
  if (!sound) return undefined;
  const rest = chosen.indexOf(undefined);
  if (others === undefined && rest !== -1) {
    const message = `expects nothing of ${quote(combination(axes, rest))}: add a cell, or \`others\``;
    report({ pointer, code: 'missing', message });
    return undefined;
  }
  if (others !== undefined && rest === -1) {
    const message = 'the cells speak of every combination, so this could not fail';
    report({ pointer: `${pointer}/others`, code: 'empty', message });
    return undefined;
  }
  return chosen.map((one) => one ?? { expect: others ?? 'deny', pointer: `${pointer}/others` });
}

/** Writes what a cell expects at the combinations it speaks of. @returns whether each was free. */
function fill(
  chosen: (Chosen | undefined)[],
  axes: readonly AxisValues[],
  cell: WrittenCell,
  pointer: string,
  report: Report,
): boolean {
  const selected = axes.map(({ name, values, places }) => {
    const said = cell[name];
    if (said === undefined) return [...values.keys()];
    const wanted = typeof said === 'string' ? [said] : said;
    return [...new Set(wanted)].map((value) => {
      const position = places.get(value) ?? -1;
      if (position === -1) {
        const message = `not on the axis \`${name}\` ${quote(value)}`;
        report({ pointer: `${pointer}/${name}`, code: 'reference', message });
      }
      return position;
    });
  });
  for (const name of AXES) {
    if (cell[name] === undefined || axes.some((axis) => axis.name === name)) continue;
    const message = `the matrix does not vary ${quote(name)}`;
    report({ pointer: `${pointer}/${name}`, code: 'reference', message });
    return false;
  }
  if (selected.some((positions) => positions.includes(-1))) return false;
  for (const index of indexes(axes, selected)) {
    const before = chosen[index];
    if (before !== undefined) {
      const message = `${before.pointer} speaks of this already ${quote(combination(axes, index))}`;
      report({ pointer, code: 'duplicate', message });
      return false;
    }
    chosen[index] = { expect: cell.expect, pointer: `${pointer}/expect` };
  }
  return true;
}

/** The indexes of every combination of some positions on each axis; the last axis turns fastest. */
function* indexes(
  axes: readonly AxisValues[],
  selected: readonly (readonly number[])[],
  axis = 0,
  base = 0,
): Generator<number> {
  const { values } = axes[axis] ?? {};
  if (values === undefined) {
    yield base;
    return;
  }
  for (const position of selected[axis] ?? []) {
    yield* indexes(axes, selected, axis + 1, base * values.length + position);
  }
}

/** The position on each axis of the combination of an index. */
function positions(axes: readonly AxisValues[], index: number): number[] {
  const found = new Array<number>(axes.length).fill(0);
  let rest = index;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const length = axes[axis]?.values.length ?? 1;
    found[axis] = rest % length;
    rest = Math.floor(rest / length);
  }
  return found;
}

function combination(axes: readonly AxisValues[], index: number): string {
  return positions(axes, index)
    .map((position, axis) => axes[axis]?.values[position] ?? '')
    .join(', ');
}
