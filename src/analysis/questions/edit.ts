/** One edit of a policy, said so that several of them make one change. */
import { elementOf } from '../../engine/change-rules.js';
import type { Snapshot } from '../../engine/snapshot.js';
import type { Changes } from '../../policy/changes.js';
import type { CollectionName, ElementOf } from '../../policy/document.js';

/** What edits do, those of one person before those of many; within each the milder first. */
export const EDIT_KINDS = [
  'activate_user',
  'activate_link',
  'activate_credential',
  'register_card',
  'set_primary_device',
  'extend_right',
  'extend_hours',
  'enable_right',
  'lift_hours',
  'new_right',
  'raise_role',
  'join_team',
  'add_to_group',
  'enable_group',
  'exempt_from_lockdown',
  'end_lockdown',
  'raise_limit',
  'soften_passback',
  'open_schedule',
  'open_calendar_day',
  'lift_restriction',
] as const;

/** What an edit does. */
export type EditKind = (typeof EDIT_KINDS)[number];

/** What an edit does to which element, for people. */
export interface EditStep {
  readonly kind: EditKind;
  /** The element changed; of `new_right` its scope, of a stop's restriction the stop. */
  readonly at: { readonly type: string; readonly id: string };
  /** The role, restriction, team's new member, or schedule it is about. */
  readonly detail?: string;
}

/** An edit, ready to be made together with others of the same element. */
export interface Edit extends EditStep {
  readonly key: string;
  readonly collection: CollectionName;
  readonly id: string;
  /** It concerns the person who asks alone, whose rights and things it changes. */
  readonly personal: boolean;
  /** The assignment that is to permit: once one is chosen, others are left as they are. */
  readonly focus: string | undefined;
  /** The element after the edit; undefined to remove it. */
  change(before: unknown): unknown;
}

/** An edit of one element of a collection. */
export function edit<K extends CollectionName>(
  collection: K,
  id: string,
  step: EditStep & { readonly personal?: boolean; readonly focus?: string | undefined },
  change: (before: ElementOf<K> | undefined) => ElementOf<K> | undefined,
): Edit {
  const { kind, at, detail, personal = false, focus } = step;
  const key = JSON.stringify([kind, at.type, at.id, detail ?? null, collection, id]);
  const shown = detail === undefined ? { kind, at } : { kind, at, detail };
  return {
    ...shown,
    key,
    collection,
    id,
    personal,
    focus,
    change: (before) => change(before as ElementOf<K> | undefined),
  };
}

/** All edits as one change of the policy: each element put once, or removed. */
export function changesOf(s: Snapshot, edits: readonly Edit[]): Changes {
  const after = new Map<string, { collection: CollectionName; id: string; element: unknown }>();
  for (const { collection, id, change } of edits) {
    const key = `${collection} ${id}`;
    const known = after.get(key);
    const before = known === undefined ? elementOf(s, collection, id) : known.element;
    after.set(key, { collection, id, element: change(before) });
  }
  const put: Partial<Record<CollectionName, unknown[]>> = {};
  const remove: Partial<Record<CollectionName, string[]>> = {};
  for (const { collection, id, element } of after.values()) {
    if (element === undefined) remove[collection] = [...(remove[collection] ?? []), id];
    else put[collection] = [...(put[collection] ?? []), element];
  }
  return {
    ...(Object.keys(put).length > 0 ? { put: put as NonNullable<Changes['put']> } : {}),
    ...(Object.keys(remove).length > 0 ? { remove } : {}),
  };
}

/** How many elements a change puts or removes. */
export function sizeOf({ put = {}, remove = {} }: Changes): number {
  const lists: readonly (readonly unknown[])[] = [...Object.values(put), ...Object.values(remove)];
  return lists.reduce((size, list) => size + list.length, 0);
}

/** An element without one of its members. */
export function without<T extends object, K extends keyof T>(element: T, member: K): T {
  const { [member]: _, ...rest } = element;
  return rest as T;
}
