/** What the path of a PATCH operation means for resources of a shape. */
import { attributeNamed, type ResourceShape, type Target, targetOf } from './attribute.js';
import { hasForbiddenName } from './body.js';
import { refuse, type ScimOutcome } from './code.js';
import { type Filter, parsePath } from './filter.js';
import { bindValueFilter, type Matcher } from './filter-match.js';

/** Where an operation acts. */
export interface PatchTarget extends Target {
  /** Which values of a complex attribute are meant. */
  readonly chosen: { readonly filter: Filter; readonly matches: Matcher } | undefined;
}

/**
 * Where a path leads; undefined for an attribute nobody knows, which is no fault: directories send attributes of
 * their own.
 * @returns code `invalidPath`, also for any name that JavaScript objects have by themselves.
 */
export function readTarget(
  shape: ResourceShape,
  path: string,
): ScimOutcome<PatchTarget | undefined> {
  const written = parsePath(path);
  if (!written.ok) return written;
  const { filter, sub } = written.value;
  const names = [written.value.path, sub ?? '', ...(filter === undefined ? [] : pathsOf(filter))];
  if (names.some(hasForbiddenName)) return refuse('invalidPath', 'no attribute is called so');
  const target = targetOf(shape, written.value.path);
  if (target === undefined) {
    return isPartOfSimple(shape, written.value.path)
      ? refuse('invalidPath', `\`${written.value.path}\` has no parts`)
      : { ok: true, value: undefined };
  }
  if (filter === undefined) return { ok: true, value: { ...target, chosen: undefined } };
  const { attribute } = target;
  if (attribute?.type !== 'complex' || target.sub !== undefined) {
    return refuse('invalidPath', `\`${written.value.path}\` has no values to choose from`);
  }
  const bound = bindValueFilter(attribute, filter);
  if (!bound.ok) return refuse('invalidPath', bound.detail);
  const inner = sub === undefined ? undefined : attributeNamed(attribute.subAttributes ?? [], sub);
  if (sub !== undefined && inner === undefined) return { ok: true, value: undefined };
  const chosen = { filter, matches: bound.value };
  return { ok: true, value: { ...target, sub: inner, chosen } };
}

/** `active.value`: whoever writes that means an attribute that is known, and must not believe that it was set. */
function isPartOfSimple(shape: ResourceShape, path: string): boolean {
  const dot = path.lastIndexOf('.');
  const { attribute, sub } = (dot > 0 && targetOf(shape, path.slice(0, dot))) || {};
  return attribute !== undefined && (attribute.type !== 'complex' || sub !== undefined);
}

/** Every name a filter asks about. */
function pathsOf(filter: Filter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts.flatMap(pathsOf);
    case 'not':
      return pathsOf(filter.part);
    case 'within':
      return [filter.path, ...pathsOf(filter.part)];
    case 'present':
    case 'compare':
      return [filter.path];
    default: {
      const never: never = filter;
      return never;
    }
  }
}
