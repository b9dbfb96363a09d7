/**
 * Checks outside data against a shape of `document.ts` and copies it, in one pass.
 *
 * The definition is written in valibot's words; this walks it instead of calling valibot's own `safeParse`,
 * because an untrusted policy needs more than valibot promises: every unknown member reported and not
 * only the first of an object, each outside property read exactly once (a getter cannot show the check one
 * value and the engine another), class instances and `constructor` as a record key refused, a frozen copy
 * made of plain objects, and a million assignments in about a second. `test/policy/shape.test.ts` holds
 * that both accept the same documents.
 */
import type { Report } from './issue-list.js';
import { numberBounds, type ShapeNode, sizeBounds, textBounds } from './shape-bounds.js';
import {
  type Check,
  choiceCheck,
  type Damage,
  listCheck,
  objectCheck,
  type References,
  type Run,
  recordCheck,
  scalarCheck,
  tupleCheck,
  unionCheck,
} from './shape-checks.js';
import { type JsonKind, kindOf, unreadableIssue } from './shape-issues.js';
import { referenceCheck } from './shape-reference.js';

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
 * A compiled shape for what `JSON.parse` made and nobody else has: checks it and freezes it where it is, all the way down,
 * where a copy of each of a million assignments would be made only to let the first go.
 * @param references - of what this shape read before of the same document, and of what it will read after:
 *   what equals a reference of an earlier part becomes the same object.
 * @returns the value; undefined when it has issues, and then what was handed in is of no more use.
 */
export type OwnShape = (parsed: unknown, references: References) => unknown;

/**
 * The shape that a schema defines, of valibot or of `schema-nodes.ts`.
 * @throws TypeError when the schema uses something that is not understood here: a definition that
 *   would be checked only in part must not be used at all.
 */
export function shapeOf(schema: { readonly type: string }): Shape {
  const check = checkOf(schema as ShapeNode);
  return (input, report) => {
    const run: Run = { path: [], report, damage: new Map(), references: [], isOurs: false };
    try {
      return { value: check(input, run), damage: run.damage };
    } catch {
      // Only reading a getter or proxy can throw: depth and size are bounded by the shape.
      report(unreadableIssue(run.path));
      return { value: undefined, damage: run.damage };
    }
  };
}

/** As {@link shapeOf}, for data of our own. @throws TypeError as there. */
export function ownShapeOf(schema: { readonly type: string }): OwnShape {
  const check = checkOf(schema as ShapeNode);
  return (parsed, references) => {
    let isWhole = true;
    const report = () => {
      isWhole = false;
    };
    const value = check(parsed, { path: [], report, damage: new Map(), references, isOurs: true });
    return isWhole ? value : undefined;
  };
}

function checkOf(node: ShapeNode): Check {
  switch (node.type) {
    case 'string':
      return scalarCheck('text', textBounds(node));
    case 'number':
      return scalarCheck('number', numberBounds(node));
    case 'boolean':
      return scalarCheck('boolean', []);
    case 'literal':
      return choiceCheck([node.literal]);
    case 'picklist':
      return choiceCheck(node.options ?? []);
    case 'strict_object': {
      const members = Object.entries(node.entries ?? {}).map(([name, member]) => {
        return [name, { check: checkOf(member), obligatory: member.type !== 'optional' }] as const;
      });
      const check = objectCheck(new Map(members));
      const isReference =
        Object.keys(node.entries ?? {})
          .sort()
          .join() === 'id,type';
      return isReference ? referenceCheck(check) : check;
    }
    case 'array':
      return listCheck(checkOf(required(node.item, node)), sizeBounds(node));
    case 'strict_tuple':
      return tupleCheck((node.items ?? []).map(checkOf));
    case 'record':
      return recordCheck(
        checkOf(required(node.key, node)),
        checkOf(required(node.value, node)),
        sizeBounds(node),
      );
    case 'union':
      return unionCheck(branchesOf((node.options ?? []) as readonly ShapeNode[]));
    case 'optional':
      return checkOf(required(node.wrapped, node));
    default:
      throw new TypeError(`shape not understood \`${node.type}\``);
  }
}

/** Branches are told apart by JSON type alone, so that one mistake is not told once per branch. */
function branchesOf(options: readonly ShapeNode[]): Map<JsonKind, Check> {
  const branches = new Map<JsonKind, Check>();
  for (const option of options) {
    const kind = kindOfNode(option);
    if (branches.has(kind)) throw new TypeError(`two branches of one JSON type \`${kind}\``);
    branches.set(kind, checkOf(option));
  }
  return branches;
}

const KIND_OF_TYPE: ReadonlyMap<string, JsonKind> = new Map<string, JsonKind>([
  ['string', 'text'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['array', 'list'],
  ['strict_tuple', 'list'],
  ['strict_object', 'object'],
  ['record', 'object'],
]);

function kindOfNode(node: ShapeNode): JsonKind {
  const sample = node.type === 'literal' ? node.literal : node.options?.[0];
  const kind = KIND_OF_TYPE.get(node.type) ?? kindOf(sample);
  if (kind === undefined) throw new TypeError(`branch not understood \`${node.type}\``);
  return kind;
}

function required(node: ShapeNode | undefined, of: ShapeNode): ShapeNode {
  if (node === undefined) throw new TypeError(`shape without content \`${of.type}\``);
  return node;
}
