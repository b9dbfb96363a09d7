/** Elements that two policies write differently, as far as deciding looks at them. */
import { changedMembers, sameValue } from '../../admin/same-value.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, type Table, values } from '../../engine/table.js';
import type { Comparison, Side } from './comparison.js';

/** An element in both policies; undefined where one has none of that id. */
export interface ChangedElement<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** Members that no decision about an opening looks at. */
const IDLE_MEMBERS: ReadonlySet<string> = new Set([
  'name',
  'email',
  'segment',
  'secretHash',
  'floor',
]);

/**
 * What differs between two tables. Versions of one policy share blocks, which are not looked into; else elements are
 * compared member by member.
 * @param idOf - the id of a value.
 * @param documentOf - the element as written.
 */
export function* changedElements<T>(
  before: Table<T>,
  after: Table<T>,
  idOf: (value: T) => string,
  documentOf: (value: T) => object,
): Generator<ChangedElement<T>> {
  yield* unlikeElements(
    before,
    after,
    idOf,
    (one, other) => !decidesAlike(documentOf(one), documentOf(other)),
  );
}

/**
 * Elements that one of two tables has alone, or that differ by the look of a test, which is asked of what is not one object.
 * @param idOf - the id of a value.
 */
export function* unlikeElements<T>(
  before: Table<T>,
  after: Table<T>,
  idOf: (value: T) => string,
  areUnlike: (one: T, other: T) => boolean,
): Generator<ChangedElement<T>> {
  const differ = (one: T | undefined, other: T | undefined): boolean =>
    one !== other && (one === undefined || other === undefined || areUnlike(one, other));
  if (before.numbering === after.numbering && before.bits === after.bits) {
    for (let block = 0; block < Math.max(before.blocks.length, after.blocks.length); block++) {
      const [one, other] = [before.blocks[block], after.blocks[block]];
      if (one === other) continue;
      for (let index = 0; index < 1 << before.bits; index++) {
        if (differ(one?.[index], other?.[index]))
          yield { before: one?.[index], after: other?.[index] };
      }
    }
    return;
  }
  const elementIn = (table: Table<T>, id: string): T | undefined => {
    const number = table.numbering.get(id);
    return number === undefined ? undefined : at(table, number);
  };
  let met = 0;
  for (const [block, own] of before.blocks.entries()) {
    for (const [index, one] of (own ?? []).entries()) {
      if (one === undefined) continue;
      // Documents mostly keep their order: then the numbers agree, and no id need be looked up.
      const near = at(after, (block << before.bits) + index);
      const id = idOf(one);
      const other = near !== undefined && idOf(near) === id ? near : elementIn(after, id);
      if (other !== undefined) met += 1;
      if (differ(one, other)) yield { before: one, after: other };
    }
  }
  if (met === after.size) return;
  for (const other of values(after)) {
    if (elementIn(before, idOf(other)) === undefined) yield { before: undefined, after: other };
  }
}

/** Members that differ between two elements and matter, `id` among them if one of the elements is not there. */
export function changedParts(before: object | undefined, after: object | undefined): Set<string> {
  const changed = changedMembers(before ?? {}, after ?? {});
  return new Set([...changed].filter((name) => !IDLE_MEMBERS.has(name)));
}

/** Notes an element once for each policy that has it. */
export function sided<T>(
  { before, after }: { before: T | undefined; after: T | undefined },
  note: (side: Side, value: T) => void,
): void {
  if (before !== undefined) note(0, before);
  if (after !== undefined) note(1, after);
}

/** The same tables of both policies. */
export function tablesOf<T>(
  snapshots: Comparison['snapshots'],
  read: (tables: Snapshot['tables']) => T,
): readonly [T, T] {
  return [read(snapshots[0].tables), read(snapshots[1].tables)];
}

/** Whether two values are written alike, member by member; false says nothing. Allocates nothing: most of a million elements are alike. */
export function isCopy(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  let members = 0;
  for (const name in a) {
    if (!(name in b) || !isCopy(a[name], b[name])) return false;
    members += 1;
  }
  for (const _ in b) members -= 1;
  return members === 0 && Array.isArray(one) === Array.isArray(other);
}

function decidesAlike(one: object, other: object): boolean {
  return isCopy(one, other) || sameValue(one, other) || changedParts(one, other).size === 0;
}
