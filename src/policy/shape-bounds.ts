/** The bounds that the pipes of `document.ts` put on a value of the right JSON type. */
import type { IssueCode } from './issue.js';

/** The parts of a schema that are read, as valibot has them. */
export interface ShapeNode {
  readonly type: string;
  readonly entries?: Readonly<Record<string, ShapeNode>>;
  readonly item?: ShapeNode;
  readonly items?: readonly ShapeNode[];
  readonly key?: ShapeNode;
  readonly value?: ShapeNode;
  readonly wrapped?: ShapeNode;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly pipe?: readonly ShapeStep[];
}

/** One bound. */
export interface Bound<T> {
  readonly code: IssueCode;
  /** What must hold, for the message. */
  readonly must: string;
  readonly holds: (value: T) => boolean;
}

/** How many elements a list, or members a record, may have. */
export interface SizeBounds {
  readonly least: number;
  readonly most: number;
  /** Under which code too few are told. */
  readonly leastCode: IssueCode;
}

/** Bounds of a text, in the order in which they are told. @throws TypeError for a step not understood. */
export function textBounds(node: ShapeNode): Bound<string>[] {
  const code = toldAs(node);
  return stepsOf(node).map((step): Bound<string> => {
    const { requirement } = step;
    switch (step.type) {
      case 'min_length':
        return { code: code ?? 'empty', must: 'must not be empty', holds: atLeast(requirement) };
      case 'max_length': {
        const must = `must have at most ${String(requirement)} characters`;
        return { code: 'too_large', must, holds: atMost(requirement) };
      }
      case 'regex': {
        if (!(requirement instanceof RegExp) || /[gy]/.test(requirement.flags))
          return unknown(step);
        return {
          code: code ?? 'format',
          must:
            typeof step.message === 'string' ? step.message : `must match ${requirement.source}`,
          holds: (value) => requirement.test(value),
        };
      }
      case 'check': {
        if (typeof requirement !== 'function') return unknown(step);
        return {
          code: code ?? 'format',
          must: typeof step.message === 'string' ? step.message : 'must be well-formed',
          holds: (value) => requirement(value) === true,
        };
      }
      default:
        return unknown(step);
    }
  });
}

/** Bounds of a number. @throws TypeError for a step not understood. */
export function numberBounds(node: ShapeNode): Bound<number>[] {
  return stepsOf(node).map((step): Bound<number> => {
    if (step.type === 'integer') {
      return { code: 'value', must: 'must be an integer', holds: Number.isInteger };
    }
    const limit = step.requirement;
    if (typeof limit !== 'number') return unknown(step);
    switch (step.type) {
      case 'min_value':
        return {
          code: 'value',
          must: `must be at least ${limit}`,
          holds: (value) => value >= limit,
        };
      case 'max_value':
        return {
          code: 'value',
          must: `must be at most ${limit}`,
          holds: (value) => value <= limit,
        };
      case 'gt_value':
        return {
          code: 'value',
          must: `must be more than ${limit}`,
          holds: (value) => value > limit,
        };
      default:
        return unknown(step);
    }
  });
}

/** Bounds of a list or record. @throws TypeError for a step not understood, or without a cap. */
export function sizeBounds(node: ShapeNode): SizeBounds {
  let least = 0;
  let most = Number.POSITIVE_INFINITY;
  for (const step of stepsOf(node)) {
    if (typeof step.requirement !== 'number') return unknown(step);
    if (step.type === 'min_length' || step.type === 'min_entries') least = step.requirement;
    else if (step.type === 'max_length' || step.type === 'max_entries') most = step.requirement;
    else return unknown(step);
  }
  // A list without a cap could not be refused for its size.
  if (most === Number.POSITIVE_INFINITY)
    throw new TypeError(`shape without a cap \`${node.type}\``);
  return { least, most, leastCode: toldAs(node) ?? 'empty' };
}

/** One step of a pipe after the schema itself. */
interface ShapeStep {
  readonly kind: string;
  readonly type: string;
  readonly requirement?: unknown;
  readonly message?: unknown;
  readonly metadata?: { readonly issueCode?: IssueCode };
}

/** The code that the definition names for its bounds. */
function toldAs(node: ShapeNode): IssueCode | undefined {
  const step = node.pipe?.find(({ type }) => type === 'metadata');
  return step?.metadata?.issueCode;
}

function stepsOf(node: ShapeNode): readonly ShapeStep[] {
  const steps = (node.pipe ?? []).slice(1);
  return steps.filter((step) => step.kind !== 'metadata');
}

/** A bound that is not understood would not be checked: better no shape at all. */
function unknown(step: ShapeStep): never {
  throw new TypeError(`bound not understood \`${step.type}\``);
}

function atLeast(limit: unknown): (value: string) => boolean {
  return (value) => value.length >= Number(limit);
}

function atMost(limit: unknown): (value: string) => boolean {
  return (value) => value.length <= Number(limit);
}
