/** Which attributes of a resource an answer holds: `attributes` and `excludedAttributes`. */
import type { Json, JsonObject } from '../record.js';
import { attributeNamed, type ResourceShape, type Target, targetOf } from './attribute.js';
import { isObject } from './filter-match.js';
import { PROJECTION_PATH_LENGTH_MAX, PROJECTION_PATHS_MAX } from './limits.js';

/** What is asked for. Without `only`, everything; `without` counts only then. */
export interface Selection {
  readonly only: readonly Target[] | undefined;
  readonly without: readonly Target[];
}

/**
 * Reads both lists. Names nobody knows select nothing; a filter in brackets, which some clients write there, is
 * passed over.
 * @see RFC 7644 §3.4.2.5
 */
export function readSelection(
  shape: ResourceShape,
  attributes: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
): Selection {
  const targets = (paths: readonly string[]) =>
    paths.slice(0, PROJECTION_PATHS_MAX).flatMap((path) => {
      // What is longer is no path, and looking for its brackets would take all day.
      if (path.length > PROJECTION_PATH_LENGTH_MAX) return [];
      const found = targetOf(shape, path.replace(/\[[^\]]*\]/u, '').trim());
      return found === undefined ? [] : [found];
    });
  return {
    only: attributes === undefined ? undefined : targets(attributes),
    without: targets(excluded ?? []),
  };
}

/** Whether an attribute of the core or common ones is wanted at all: some cost a look at many things. */
export function isSelected({ only, without }: Selection, name: string): boolean {
  const names = ({ home, attribute }: Target) => home === undefined && attribute?.name === name;
  if (only !== undefined) return only.some(names);
  return !without.some((target) => names(target) && target.sub === undefined);
}

/** A resource with what is asked for, and always with what is always returned: `id` and `schemas`. */
export function select(
  shape: ResourceShape,
  resource: JsonObject,
  { only, without }: Selection,
): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(resource)) {
    const attribute =
      attributeNamed(shape.core.attributes, name) ?? attributeNamed(shape.common, name);
    const isAlways = attribute?.returned === 'always';
    const part = isAlways
      ? value
      : only === undefined
        ? leftOut(name, value, without)
        : pickedOut(name, value, only);
    if (part !== undefined) kept[name] = part;
  }
  return kept;
}

function pickedOut(name: string, value: Json, targets: readonly Target[]): Json | undefined {
  const own = targets.filter((target) => isAt(target, name));
  if (own.length === 0) return undefined;
  if (own.some((target) => isWhole(target))) return value;
  return mapParts(value, (part, inner) =>
    own.map((target) => innerOf(target)).includes(part) ? inner : undefined,
  );
}

function leftOut(name: string, value: Json, targets: readonly Target[]): Json | undefined {
  const own = targets.filter((target) => isAt(target, name));
  if (own.length === 0) return value;
  if (own.some((target) => isWhole(target))) return undefined;
  return mapParts(value, (part, inner) =>
    own.map((target) => innerOf(target)).includes(part) ? undefined : inner,
  );
}

function isAt({ home, attribute }: Target, name: string): boolean {
  return (home ?? attribute?.name) === name;
}

function isWhole({ home, attribute, sub }: Target): boolean {
  return home === undefined ? sub === undefined : attribute === undefined;
}

/** The member below the top one that a target names; of an extension, its attribute whole. */
function innerOf({ home, attribute, sub }: Target): string | undefined {
  return home === undefined ? sub?.name : attribute?.name;
}

function mapParts(
  value: Json,
  pick: (name: string, part: Json) => Json | undefined,
): Json | undefined {
  if (Array.isArray(value)) {
    const list = (value as readonly Json[]).flatMap((each) => mapParts(each, pick) ?? []);
    return list.length === 0 ? undefined : list;
  }
  if (!isObject(value)) return undefined;
  const parts = Object.entries(value).flatMap(([name, part]) => {
    const picked = pick(name, part);
    return picked === undefined ? [] : [[name, picked] as const];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}
