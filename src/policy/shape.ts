/**
 * Checks outside data against a shape of `document.ts` and copies it, in one pass.
 *
 * The valibot schemas are the definition; this walks them instead of calling valibot's own `safeParse`,
 * because an untrusted policy needs more than valibot promises: every unknown member reported and not
 * only the first of an object, each outside property read exactly once (a getter cannot show the check one
 * value and the engine another), class instances and `constructor` as a record key refused, a frozen copy
 * made of plain objects, and a million assignments in about a second. `test/policy/shape.test.ts` holds
 * that both accept the same documents.
 */
import type { Report } from './issue-list.js';
import {
  type Bound,
  numberBounds,
  type ShapeNode,
  sizeBounds,
  textBounds,
} from './shape-bounds.js';
import {
  boundIssue,
  isPlainObject,
  type JsonKind,
  kindOf,
  missingIssue,
  typeIssue,
  unknownMemberIssue,
  unreadableIssue,
} from './shape-issues.js';

/** What could not be copied of an object that has shape issues. */
export interface Damage {
  /** Members (or indices, as text) that are there but malformed. */
  readonly lost: Set<string>;
  /** Whether unknown members were left out: any absent member may be what was meant. */
  unknownMembers: boolean;
}

/** A checked value. */
export interface Shaped {
  /** The frozen copy; of a malformed value what is well-formed, `undefined` when nothing is. */
  readonly value: unknown;
  /** Every object and list of the copy that has an issue somewhere inside. Empty: the value is well-formed. */
  readonly damage: ReadonlyMap<object, Damage>;
}

/** A compiled shape: checks and copies `input`, which may be hostile; never throws. */
export type Shape = (input: unknown, report: Report) => Shaped;

/**
 * The shape that a valibot schema defines.
 * @throws TypeError when the schema uses something that is not understood here: a definition that
 *   would be checked only in part must not be used at all.
 */
export function shapeOf(schema: { readonly type: string }): Shape {
  const check = checkOf(schema as ShapeNode);
  return (input, report) => {
    const run: Run = { path: [], report, damage: new Map() };
    try {
      return { value: check(input, run), damage: run.damage };
    } catch {
      // Only reading a getter or proxy can throw: depth and size are bounded by the shape.
      report(unreadableIssue(run.path));
      return { value: undefined, damage: run.damage };
    }
  };
}

/** One pass over one input. */
interface Run {
  readonly path: (string | number)[];
  readonly report: Report;
  readonly damage: Map<object, Damage>;
}

/** Returns the copy, or `undefined` after reporting that there is none. */
type Check = (input: unknown, run: Run) => unknown;

function checkOf(node: ShapeNode): Check {
  switch (node.type) {
    case 'string':
      return scalarCheck<string>('text', textBounds(node));
    case 'number':
      return scalarCheck<number>('number', numberBounds(node));
    case 'boolean':
      return scalarCheck<boolean>('boolean', []);
    case 'literal':
      return choiceCheck([node.literal]);
    case 'picklist':
      return choiceCheck(node.options ?? []);
    case 'strict_object':
      return objectCheck(node.entries ?? {});
    case 'array':
      return listCheck(node);
    case 'strict_tuple':
      return tupleCheck(node.items ?? []);
    case 'record':
      return recordCheck(node);
    case 'union':
      return unionCheck((node.options ?? []) as readonly ShapeNode[]);
    case 'optional':
      return checkOf(required(node.wrapped, node));
    default:
      throw new TypeError(`shape not understood \`${node.type}\``);
  }
}

function scalarCheck<T>(kind: JsonKind, bounds: readonly Bound<T>[]): Check {
  const type = kind === 'text' ? 'string' : kind;
  return (input, run) => {
    // biome-ignore lint/suspicious/useValidTypeof: `type` is one of three names of typeof
    if (typeof input !== type || (type === 'number' && !Number.isFinite(input))) {
      run.report(typeIssue(run.path, [kind], input));
      return undefined;
    }
    for (const bound of bounds) {
      if (!bound.holds(input as T)) {
        run.report(boundIssue(run.path, bound.code, bound.must, input));
        return undefined;
      }
    }
    return input;
  };
}

function choiceCheck(choices: readonly unknown[]): Check {
  const allowed = new Set(choices);
  const kind = kindOf(choices[0]);
  if (kind === undefined) throw new TypeError('choice without a JSON value');
  const must = `must be ${choices.length === 1 ? '' : 'one of '}${choices.map(String).join(', ')}`;
  return (input, run) => {
    if (allowed.has(input)) return input;
    const right = kindOf(input) === kind;
    run.report(
      right ? boundIssue(run.path, 'value', must, input) : typeIssue(run.path, [kind], input),
    );
    return undefined;
  };
}

function objectCheck(entries: Readonly<Record<string, ShapeNode>>): Check {
  const members = new Map(Object.entries(entries).map(([name, node]) => [name, checkOf(node)]));
  const obligatory = Object.keys(entries).filter((name) => entries[name]?.type !== 'optional');
  return (input, run) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input) || !isPlainObject(input)) {
      run.report(typeIssue(run.path, ['object'], input));
      return undefined;
    }
    const copy: Record<string, unknown> = {};
    let damage: Damage | undefined;
    for (const name of Object.keys(input)) {
      const check = members.get(name);
      if (check === undefined) {
        run.report(unknownMemberIssue(run.path, name));
        damage ??= damageOf(copy, run);
        damage.unknownMembers = true;
        continue;
      }
      run.path.push(name);
      const outside = (input as Record<string, unknown>)[name];
      // A member that is `undefined` is absent: JSON cannot write it, and TypeScript callers spread it.
      if (outside !== undefined) {
        const value = check(outside, run);
        if (value === undefined) (damage ??= damageOf(copy, run)).lost.add(name);
        else {
          copy[name] = value;
          if (run.damage.size > 0 && run.damage.has(value as object)) damage ??= damageOf(copy, run);
        }
      }
      run.path.pop();
    }
    for (const name of obligatory) {
      if (copy[name] !== undefined || damage?.lost.has(name)) continue;
      run.report(missingIssue(run.path, name));
      (damage ??= damageOf(copy, run)).lost.add(name);
    }
    return Object.freeze(copy);
  };
}

function listCheck(node: ShapeNode): Check {
  const check = checkOf(required(node.item, node));
  const { least, most, leastCode } = sizeBounds(node);
  return (input, run) => {
    if (!Array.isArray(input)) {
      run.report(typeIssue(run.path, ['list'], input));
      return undefined;
    }
    const length = input.length;
    if (length > most) {
      // Not walked: the cap bounds the work spent on a hostile list, sparse ones included.
      run.report(boundIssue(run.path, 'too_large', `must have at most ${most} elements`, length));
      return undefined;
    }
    if (length < least) {
      const must = least === 1 ? 'must not be empty' : `must have at least ${least} elements`;
      run.report(boundIssue(run.path, leastCode, must, length));
      return undefined;
    }
    const copy: unknown[] = [];
    let damage: Damage | undefined;
    for (let index = 0; index < length; index++) {
      run.path.push(index);
      const value = check(input[index], run);
      run.path.pop();
      copy.push(value);
      if (value === undefined) (damage ??= damageOf(copy, run)).lost.add(String(index));
      else if (run.damage.size > 0 && run.damage.has(value as object)) damage ??= damageOf(copy, run);
    }
    return Object.freeze(copy);
  };
}

function tupleCheck(items: readonly ShapeNode[]): Check {
  const checks = items.map(checkOf);
  return (input, run) => {
    if (!Array.isArray(input)) {
      run.report(typeIssue(run.path, ['list'], input));
      return undefined;
    }
    if (input.length !== checks.length) {
      const must = `must have exactly ${checks.length} elements`;
      run.report(boundIssue(run.path, 'type', must, input.length));
      return undefined;
    }
    const copy = checks.map((check, index) => {
      run.path.push(index);
      const value = check(input[index], run);
      run.path.pop();
      return value;
    });
    if (copy.includes(undefined)) {
      const damage = damageOf(copy, run);
      copy.forEach((value, index) => value === undefined && damage.lost.add(String(index)));
    }
    return Object.freeze(copy);
  };
}

/** Names that lead to a prototype when used as a record key. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function recordCheck(node: ShapeNode): Check {
  const checkName = checkOf(required(node.key, node));
  const check = checkOf(required(node.value, node));
  const { most } = sizeBounds(node);
  return (input, run) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input) || !isPlainObject(input)) {
      run.report(typeIssue(run.path, ['object'], input));
      return undefined;
    }
    const names = Object.keys(input);
    if (names.length > most) {
      run.report(boundIssue(run.path, 'too_large', `must have at most ${most} members`, names.length));
      return undefined;
    }
    const copy: Record<string, unknown> = {};
    for (const name of names) {
      run.path.push(name);
      if (PROTOTYPE_NAMES.has(name)) {
        run.report(unknownMemberIssue(run.path.slice(0, -1), name));
        damageOf(copy, run).unknownMembers = true;
      } else if (checkName(name, run) === undefined) {
        damageOf(copy, run).unknownMembers = true;
      } else {
        const value = check((input as Record<string, unknown>)[name], run);
        if (value === undefined) damageOf(copy, run).lost.add(name);
        else {
          copy[name] = value;
          if (run.damage.has(value as object)) damageOf(copy, run);
        }
      }
      run.path.pop();
    }
    return Object.freeze(copy);
  };
}

/** Branches are told apart by JSON type alone, so that one mistake is not told once per branch. */
function unionCheck(options: readonly ShapeNode[]): Check {
  const branches = new Map<JsonKind, Check>();
  for (const option of options) {
    const kind = kindOfNode(option);
    if (branches.has(kind)) throw new TypeError(`two branches of one JSON type \`${kind}\``);
    branches.set(kind, checkOf(option));
  }
  const kinds = [...branches.keys()];
  return (input, run) => {
    const kind = kindOf(input);
    const check = kind === undefined ? undefined : branches.get(kind);
    if (check !== undefined) return check(input, run);
    run.report(typeIssue(run.path, kinds, input));
    return undefined;
  };
}

function kindOfNode(node: ShapeNode): JsonKind {
  const kinds: Readonly<Record<string, JsonKind>> = {
    string: 'text',
    number: 'number',
    boolean: 'boolean',
    array: 'list',
    strict_tuple: 'list',
    strict_object: 'object',
    record: 'object',
  };
  const kind = kinds[node.type] ?? kindOf(node.type === 'literal' ? node.literal : node.options?.[0]);
  if (kind === undefined) throw new TypeError(`branch not understood \`${node.type}\``);
  return kind;
}

function damageOf(copy: object, run: Run): Damage {
  let damage = run.damage.get(copy);
  if (damage === undefined) {
    damage = { lost: new Set(), unknownMembers: false };
    run.damage.set(copy, damage);
  }
  return damage;
}

function required(node: ShapeNode | undefined, of: ShapeNode): ShapeNode {
  if (node === undefined) throw new TypeError(`shape without content \`${of.type}\``);
  return node;
}
