/**
 * Sets of circumstances and times as decision diagrams: one level a kind of fact, one branch a value, sets of states of
 * time at the ends. Equal sets are one node, so that comparing, joining and describing them cost little.
 */

import { DIFF_BOXES_MAX, DIFF_NODES_MAX } from '../../values/limits.js';
import { OutOfRangeError } from '../out-of-range.js';

/** A set, by its number. */
export type Node = number;

/** Everything whose value at each level is one of these, at times in these states. */
export interface Box {
  /** Per level the numbers of values, ascending; undefined for all of them. */
  readonly values: readonly (readonly number[] | undefined)[];
  readonly times: bigint;
}

type Branching = { readonly level: number; readonly children: readonly Node[] };

/** Sets over some levels of so many values each. */
export class Diagram {
  readonly #sizes: readonly number[];
  readonly #nodes: (Branching | bigint)[] = [];
  readonly #known = new Map<string, Node>();
  readonly #memo = new Map<string, Node>();
  readonly empty: Node;
  readonly all: Node;

  /** @param states - how many states of time there are. */
  constructor(sizes: readonly number[], states: number) {
    this.#sizes = sizes;
    this.empty = this.times(0n);
    this.all = this.times((1n << BigInt(states)) - 1n);
  }

  /** All circumstances, at times in these states. */
  times(bits: bigint): Node {
    return this.#intern(`t${bits}`, bits);
  }

  /** All times, and circumstances whose value at a level passes. */
  values(level: number, passes: (value: number) => boolean): Node {
    const children = Array.from({ length: this.#sizes[level] ?? 0 }, (_, value) =>
      passes(value) ? this.all : this.empty,
    );
    return this.#branch(level, children);
  }

  /** What is in both. */
  and(a: Node, b: Node): Node {
    if (a === b || b === this.all) return a;
    if (a === this.all) return b;
    if (a === this.empty || b === this.empty) return this.empty;
    return this.#apply(
      '&',
      Math.min(a, b),
      Math.max(a, b),
      (x, y) => x & y,
      (x, y) => this.and(x, y),
    );
  }

  /** What is in either. */
  or(a: Node, b: Node): Node {
    if (a === b || b === this.empty) return a;
    if (a === this.empty) return b;
    if (a === this.all || b === this.all) return this.all;
    return this.#apply(
      '|',
      Math.min(a, b),
      Math.max(a, b),
      (x, y) => x | y,
      (x, y) => this.or(x, y),
    );
  }

  /** What is in the first and not in the second. */
  without(a: Node, b: Node): Node {
    if (a === b || a === this.empty || b === this.all) return this.empty;
    if (b === this.empty) return a;
    return this.#apply(
      '-',
      a,
      b,
      (x, y) => x & ~y,
      (x, y) => this.without(x, y),
    );
  }

  /** The set as boxes that do not overlap. @throws RangeError for too many. */
  boxes(node: Node): Box[] {
    const found: Box[] = [];
    const path: (readonly number[] | undefined)[] = this.#sizes.map(() => undefined);
    const walk = (at: Node): void => {
      if (at === this.empty) return;
      const own = this.#nodes[at] as Branching | bigint;
      if (typeof own === 'bigint') {
        if (found.length >= DIFF_BOXES_MAX)
          throw new OutOfRangeError(
            `more than ${DIFF_BOXES_MAX} circumstances in which one person's openings differ`,
          );
        found.push({ values: [...path], times: own });
        return;
      }
      const groups = new Map<Node, number[]>();
      for (const [value, child] of own.children.entries()) {
        const group = groups.get(child);
        if (group === undefined) groups.set(child, [value]);
        else group.push(value);
      }
      for (const [child, values] of groups) {
        path[own.level] = values;
        walk(child);
      }
      path[own.level] = undefined;
    };
    walk(node);
    return joined(found, this.#sizes);
  }

  #apply(
    sign: string,
    a: Node,
    b: Node,
    onTimes: (x: bigint, y: bigint) => bigint,
    onNodes: (x: Node, y: Node) => Node,
  ): Node {
    const key = `${sign}${a},${b}`;
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const [x, y] = [this.#nodes[a] as Branching | bigint, this.#nodes[b] as Branching | bigint];
    let node: Node;
    if (typeof x === 'bigint' && typeof y === 'bigint') node = this.times(onTimes(x, y));
    else {
      const level = Math.min(levelOf(x), levelOf(y));
      const children = Array.from({ length: this.#sizes[level] ?? 0 }, (_, value) =>
        onNodes(childOf(x, a, level, value), childOf(y, b, level, value)),
      );
      node = this.#branch(level, children);
    }
    this.#memo.set(key, node);
    return node;
  }

  #branch(level: number, children: readonly Node[]): Node {
    const [first = this.empty] = children;
    if (children.every((child) => child === first)) return first;
    return this.#intern(`${level}:${children.join()}`, { level, children });
  }

  #intern(key: string, own: Branching | bigint): Node {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#nodes.length >= DIFF_NODES_MAX)
      throw new OutOfRangeError(
        `more than ${DIFF_NODES_MAX} cases of circumstances for one person at one door`,
      );
    this.#nodes.push(own);
    this.#known.set(key, this.#nodes.length - 1);
    return this.#nodes.length - 1;
  }
}

function levelOf(own: Branching | bigint): number {
  return typeof own === 'bigint' ? Number.POSITIVE_INFINITY : own.level;
}

function childOf(own: Branching | bigint, node: Node, level: number, value: number): Node {
  return typeof own === 'bigint' || own.level !== level ? node : (own.children[value] as Node);
}

/** Boxes that differ in one respect only, joined until there are none. */
function joined(boxes: readonly Box[], sizes: readonly number[]): Box[] {
  let found = [...boxes];
  for (let before = -1; before !== found.length; ) {
    before = found.length;
    found = joinedBy(
      found,
      ({ values }) => values.map((each) => each?.join() ?? '*').join(';'),
      (a, b) => ({ values: a.values, times: a.times | b.times }),
    );
    for (const [level, size] of sizes.entries()) {
      const rest = ({ values, times }: Box) =>
        `${values.map((each, at) => (at === level ? '' : (each?.join() ?? '*'))).join(';')}@${times}`;
      found = joinedBy(found, rest, (a, b) => {
        const [one, other] = [a.values[level], b.values[level]];
        const all = one && other && [...new Set([...one, ...other])].sort((x, y) => x - y);
        const values = [...a.values];
        values[level] = all === undefined || all.length === size ? undefined : all;
        return { values, times: a.times };
      });
    }
  }
  return found;
}

function joinedBy(
  boxes: readonly Box[],
  key: (box: Box) => string,
  join: (a: Box, b: Box) => Box,
): Box[] {
  const found = new Map<string, Box>();
  for (const box of boxes) {
    const of = key(box);
    const known = found.get(of);
    found.set(of, known === undefined ? box : join(known, box));
  }
  return [...found.values()];
}
