/** What the published schema lets stand at a place of a policy's text: members that are missing there, or the values there are. */

/** A schema as far as it is looked at. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string;
  readonly description?: string;
}

/** One thing that may stand there. */
export interface Hint {
  /** What is written: `"name": ` or a value. */
  readonly insert: string;
  readonly name: string;
  readonly about: string;
  readonly isNeeded: boolean;
}

/** A place and what may stand at it. */
export interface Hints {
  /** JSON Pointer of the object or list round the place. */
  readonly pointer: string;
  readonly hints: readonly Hint[];
}

/** A list or object that is open. */
interface Frame {
  readonly isObject: boolean;
  readonly names: Set<string>;
  /** The member that is written; undefined while its name is yet to come. */
  name: string | undefined;
  index: number;
}

/** What may stand at an offset of a text, however unfinished it is. */
export function hintsAt(text: string, offset: number, root: Schema): Hints {
  const { frames, frame } = framesAt(text, offset);
  const steps = frames.slice(0, -1).map((one) => (one.isObject ? (one.name ?? '') : one.index));
  const pointer = steps.map((step) => `/${step}`).join('');
  let schemas = variants(root, root);
  for (const step of steps) schemas = schemas.flatMap((schema) => below(schema, step, root));
  if (frame === undefined) return { pointer, hints: [] };
  if (frame.isObject && frame.name === undefined) {
    return { pointer, hints: schemas.flatMap((schema) => members(schema, frame.names)) };
  }
  const step = frame.isObject ? (frame.name ?? '') : frame.index;
  const values = schemas.flatMap((schema) => below(schema, step, root)).flatMap(valuesOf);
  return { pointer, hints: values };
}

/** The frames that are open at an offset, the innermost with the names of all its members, also those that come after. */
function framesAt(text: string, offset: number) {
  const open: Frame[] = [];
  let frames: readonly Frame[] | undefined;
  for (let at = 0; at < text.length; at++) {
    const frame = open.at(-1);
    const character = text[at];
    const end = character === '"' ? stringEnd(text, at) : at + 1;
    if (frames === undefined && end > offset) frames = open.map((one) => ({ ...one }));
    // What follows counts only for the object at the offset.
    if (frames !== undefined && open.length < frames.length) break;
    if (character === '{' || character === '[') {
      open.push({ isObject: character === '{', names: new Set(), name: undefined, index: 0 });
    } else if (character === '}' || character === ']') open.pop();
    else if (character === ',' && frame !== undefined) {
      frame.name = undefined;
      frame.index++;
    } else if (character === '"' && frame?.isObject && frame.name === undefined) {
      frame.name = text.slice(at + 1, end - 1);
      frame.names.add(frame.name);
    }
    at = end - 1;
  }
  frames ??= open.map((one) => ({ ...one }));
  return { frames, frame: frames.at(-1) };
}

function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
    // No string goes over a line: this one is not closed yet.
    else if (text[at] === '\n') return at;
  }
  return text.length;
}

/** A schema without references and choices: one or several. */
function variants(schema: Schema, root: Schema): readonly Schema[] {
  const { $ref, anyOf } = schema;
  if ($ref !== undefined) {
    const named = root.$defs?.[$ref.replace('#/$defs/', '')];
    return named === undefined ? [] : variants(named, root);
  }
  return anyOf === undefined ? [schema] : anyOf.flatMap((one) => variants(one, root));
}

function below(schema: Schema, step: string | number, root: Schema): readonly Schema[] {
  const { properties = {}, items } = schema;
  const next =
    typeof step === 'number'
      ? items
      : Object.hasOwn(properties, step)
        ? properties[step]
        : undefined;
  return next === undefined ? [] : variants(next, root);
}

function members({ properties = {}, required = [] }: Schema, there: ReadonlySet<string>): Hint[] {
  return Object.entries(properties)
    .filter(([name]) => !there.has(name))
    .map(([name, { type, description, $ref }]) => ({
      ...{ name, insert: `${JSON.stringify(name)}: `, isNeeded: required.includes(name) },
      about: description ?? type ?? $ref?.replace('#/$defs/', '') ?? '',
    }));
}

function valuesOf(schema: Schema): Hint[] {
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  return values.map((value) => {
    const insert = JSON.stringify(value);
    return { name: insert, insert, about: schema.description ?? '', isNeeded: false };
  });
}
