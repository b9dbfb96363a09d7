/**
 * The checks a shape is made of: each takes an outside value and returns a frozen copy of what is well-formed. Of a value that
 * nobody else has it freezes the value itself.
 */
import type { Report } from './issue-list.js';
import type { Bound, SizeBounds } from './shape-bounds.js';
import {
  boundIssue,
  isPlainObject,
  type JsonKind,
  kindOf,
  missingIssue,
  typeIssue,
  unknownMemberIssue,
} from './shape-issues.js';

/** What could not be copied of an object or list that has issues. */
export interface Damage {
  /** Members (or indices, as text) that are missing or malformed. */
  readonly lost: Set<string>;
  /** Whether unknown members were left out: any absent member may be what was meant. */
  unknownMembers: boolean;
}

/** One pass over one input. */
export interface Run {
  /** Where the pass stands. */
  readonly path: (string | number)[];
  readonly report: Report;
  /** The objects and lists copied so far that have issues inside. */
  readonly damage: Map<object, Damage>;
  readonly references: References;
  /** Whether nobody else has the input: it is frozen where it is, and whoever asked lets go of it at the first issue. */
  readonly isOurs: boolean;
}

/** References copied not long ago, by id: of each check that `referenceCheck` made, its own. */
export type References = Map<unknown, Readonly<Record<string, unknown>>>[];

/** Returns the copy, or `undefined` after reporting that there is none. */
export type Check = (input: unknown, run: Run) => unknown;

/** A text, number or boolean within its bounds. */
export function scalarCheck<T>(kind: JsonKind, bounds: readonly Bound<T>[]): Check {
  const type = kind === 'text' ? 'string' : kind;
  return (input, run) => {
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

/** One of a few values of one JSON type. @throws TypeError without any. */
export function choiceCheck(choices: readonly unknown[]): Check {
  const allowed = new Set(choices);
  const kind = kindOf(choices[0]);
  if (kind === undefined) throw new TypeError('choice without a JSON value');
  const must = `must be ${choices.length === 1 ? '' : 'one of '}${choices.map(String).join(', ')}`;
  return (input, run) => {
    if (allowed.has(input)) return input;
    const issue =
      kindOf(input) === kind
        ? boundIssue(run.path, 'value', must, input)
        : typeIssue(run.path, [kind], input);
    run.report(issue);
    return undefined;
  };
}

/** A member of an object. */
export interface Member {
  readonly check: Check;
  readonly obligatory: boolean;
}

/** An object with these members and no others. */
export function objectCheck(members: ReadonlyMap<string, Member>): Check {
  let obligatory = 0;
  for (const member of members.values()) if (member.obligatory) obligatory++;
  return (input, run) => {
    if (!isObject(input)) {
      run.report(typeIssue(run.path, ['object'], input));
      return undefined;
    }
    const copy: Record<string, unknown> = run.isOurs ? input : {};
    let found = 0;
    for (const name of Object.keys(input)) {
      const member = members.get(name);
      if (member === undefined) {
        run.report(unknownMemberIssue(run.path, name));
        damageOf(copy, run).unknownMembers = true;
        continue;
      }
      run.path.push(name);
      const outside = input[name];
      // A member that is `undefined` is absent: JSON cannot write it, and TypeScript callers spread it.
      if (outside !== undefined) {
        const value = member.check(outside, run);
        if (value === undefined) damageOf(copy, run).lost.add(name);
        else if (!run.isOurs || value !== outside) copy[name] = value;
        spreadDamage(value, copy, run);
        if (member.obligatory) found++;
      }
      run.path.pop();
    }
    if (found < obligatory) reportMissing(members, copy, run);
    return Object.freeze(copy);
  };
}

/** Reports the obligatory members that were not there; of those found malformed there is no more to say. */
function reportMissing(
  members: ReadonlyMap<string, Member>,
  copy: Readonly<Record<string, unknown>>,
  run: Run,
): void {
  for (const [name, { obligatory }] of members) {
    if (!obligatory || copy[name] !== undefined || run.damage.get(copy)?.lost.has(name)) continue;
    run.report(missingIssue(run.path, name));
    damageOf(copy, run).lost.add(name);
  }
}

/** A list of elements of one shape. */
export function listCheck(check: Check, { least, most, leastCode }: SizeBounds): Check {
  const checkAt = (): Check => check;
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
    return checkedList(input, length, checkAt, run);
  };
}

/** A list of exactly these elements. */
export function tupleCheck(checks: readonly Check[]): Check {
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
    return checkedList(input, checks.length, (index) => checks[index], run);
  };
}

/** Names that lead to a prototype when used as a record key. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** An object whose members have names and values of one shape each. */
export function recordCheck(checkName: Check, check: Check, { most }: SizeBounds): Check {
  return (input, run) => {
    if (!isObject(input)) {
      run.report(typeIssue(run.path, ['object'], input));
      return undefined;
    }
    const names = Object.keys(input);
    if (names.length > most) {
      const must = `must have at most ${most} members`;
      run.report(boundIssue(run.path, 'too_large', must, names.length));
      return undefined;
    }
    const copy: Record<string, unknown> = run.isOurs ? input : {};
    for (const name of names) {
      if (PROTOTYPE_NAMES.has(name)) {
        run.report(unknownMemberIssue(run.path, name));
        damageOf(copy, run).unknownMembers = true;
        continue;
      }
      run.path.push(name);
      if (checkName(name, run) === undefined) damageOf(copy, run).unknownMembers = true;
      else {
        const outside = input[name];
        const value = check(outside, run);
        if (value === undefined) damageOf(copy, run).lost.add(name);
        else if (!run.isOurs || value !== outside) copy[name] = value;
        spreadDamage(value, copy, run);
      }
      run.path.pop();
    }
    return Object.freeze(copy);
  };
}

/** One of several shapes, each of another JSON type. */
export function unionCheck(branches: ReadonlyMap<JsonKind, Check>): Check {
  const kinds = [...branches.keys()];
  return (input, run) => {
    const kind = kindOf(input);
    const check = kind === undefined ? undefined : branches.get(kind);
    if (check !== undefined) return check(input, run);
    run.report(typeIssue(run.path, kinds, input));
    return undefined;
  };
}

/** Whether a value is a plain object. */
export function isObject(input: unknown): input is Record<string, unknown> {
  return (
    typeof input === 'object' && input !== null && !Array.isArray(input) && isPlainObject(input)
  );
}

function checkedList(
  input: unknown[],
  length: number,
  checkAt: (index: number) => Check | undefined,
  run: Run,
): readonly unknown[] {
  const copy: unknown[] = run.isOurs ? input : [];
  for (let index = 0; index < length; index++) {
    const outside = input[index];
    run.path.push(index);
    const value = checkAt(index)?.(outside, run);
    run.path.pop();
    if (!run.isOurs || value !== outside) copy[index] = value;
    if (value === undefined) damageOf(copy, run).lost.add(String(index));
    spreadDamage(value, copy, run);
  }
  return Object.freeze(copy);
}

/** What holds a part with issues has issues inside. */
function spreadDamage(part: unknown, whole: object, run: Run): void {
  if (run.damage.size > 0 && run.damage.has(part as object)) damageOf(whole, run);
}

function damageOf(copy: object, run: Run): Damage {
  let damage = run.damage.get(copy);
  if (damage === undefined) {
    damage = { lost: new Set(), unknownMembers: false };
    run.damage.set(copy, damage);
  }
  return damage;
}
