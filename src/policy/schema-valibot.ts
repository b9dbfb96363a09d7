/**
 * valibot's own schemas, made from those of `document.ts`: for the JSON Schema, and for tests that hold `shape.ts`
 * against valibot. Nothing at run time reaches this file, because valibot is a development dependency.
 */
import * as v from 'valibot';
import type { ShapeNode } from './shape-bounds.js';

/** The valibot schema of one of `document.ts`; of the same one always the same. */
export function valibotSchema(schema: { readonly type: string }): v.GenericSchema {
  let made = MADE.get(schema);
  if (made === undefined) {
    made = make(schema as ShapeNode);
    MADE.set(schema, made);
  }
  return made;
}

const MADE = new WeakMap<object, v.GenericSchema>();

type Step = NonNullable<ShapeNode['pipe']>[number];

function make(node: ShapeNode): v.GenericSchema {
  const { pipe } = node;
  if (pipe === undefined) return makePlain(node);
  const [, ...steps] = pipe;
  return steps.reduce<v.GenericSchema>(
    (schema, step) => v.pipe(schema, makeStep(step) as v.GenericPipeAction),
    makePlain(node),
  );
}

function makePlain(node: ShapeNode): v.GenericSchema {
  const of = (part: ShapeNode | undefined): v.GenericSchema => valibotSchema(part as ShapeNode);
  switch (node.type) {
    case 'string':
      return v.string();
    case 'number':
      return v.number();
    case 'boolean':
      return v.boolean();
    case 'literal':
      return v.literal(node.literal as string | number);
    case 'picklist':
      return v.picklist(node.options as readonly string[]);
    case 'strict_object': {
      const entries = Object.entries(node.entries ?? {});
      return v.strictObject(Object.fromEntries(entries.map(([name, part]) => [name, of(part)])));
    }
    case 'array':
      return v.array(of(node.item));
    case 'strict_tuple':
      return v.strictTuple((node.items ?? []).map(of));
    case 'record':
      return v.record(of(node.key) as v.GenericSchema<string>, of(node.value));
    case 'union':
      return v.union((node.options as readonly ShapeNode[]).map(of));
    case 'optional':
      return v.optional(of(node.wrapped));
    default:
      throw new TypeError(`schema not understood \`${node.type}\``);
  }
}

function makeStep({ type, requirement, message, metadata }: Step): unknown {
  const limit = requirement as number;
  switch (type) {
    case 'min_length':
      return v.minLength(limit);
    case 'max_length':
      return v.maxLength(limit);
    case 'max_entries':
      return v.maxEntries(limit);
    case 'min_value':
      return v.minValue(limit);
    case 'max_value':
      return v.maxValue(limit);
    case 'gt_value':
      return v.gtValue(limit);
    case 'integer':
      return v.integer();
    case 'regex':
      return v.regex(requirement as RegExp, message as string);
    case 'check':
      return v.check(requirement as (value: unknown) => boolean, message as string);
    case 'metadata':
      return v.metadata(metadata ?? {});
    default:
      throw new TypeError(`step not understood \`${type}\``);
  }
}
