/** What an import of Kisi's objects works from. */
import { optionsObject, requireList, requireMembers, requireText } from '../options.js';
import type { KisiObject } from './objects.js';
import type { Hours } from './restrictions.js';

/** What Kisi's objects do not say, or say elsewhere. */
export interface KisiOptions {
  /** Hours of access schedules, by collection (`places`, `locks`, `elevator_stops`, `groups`) and id. */
  readonly hours?: Readonly<Record<string, Readonly<Record<string, Hours>>>>;
  /** Ids of the readers of a lock, by its id. */
  readonly readers?: Readonly<Record<string, readonly string[]>>;
  /** Roles of the model `kisi` by Kisi's `role_id`, beside `group_basic` and `group_manager`. */
  readonly roles?: Readonly<Record<string, string>>;
}

/** What is read, by collection. */
export interface KisiSource {
  readonly objects: ReadonlyMap<string, readonly KisiObject[]>;
  /** Every object by collection and id, `locks 7`; a user may be known by a membership alone. */
  readonly known: ReadonlySet<string>;
  readonly options: KisiOptions;
  readonly organization: string;
}

/** Options as they are given, perhaps from a file. @throws TypeError naming the place of a mistake. */
export function checkKisiOptions(options: unknown): asserts options is KisiOptions {
  const {
    hours = {},
    readers = {},
    roles = {},
  } = optionsObject(options, '', ['hours', 'readers', 'roles']);
  const collections = ['places', 'locks', 'elevator_stops', 'groups'];
  requireMembers(optionsObject(hours, '/hours', collections), '/hours', (byId, pointer) => {
    // What a schedule is, the policy's own rules say.
    requireMembers(byId, pointer, (each, at) => void optionsObject(each, at, 'any'));
  });
  requireMembers(readers, '/readers', (ids, pointer) =>
    requireList(ids, pointer, (id, at) => requireText(id, at)),
  );
  requireMembers(roles, '/roles', (role, pointer) => requireText(role, pointer));
}

/** An option of an id, never one that every object inherits. */
export function optionOf<T>(
  options: Readonly<Record<string, T>> | undefined,
  id: string,
): T | undefined {
  return options !== undefined && Object.hasOwn(options, id) ? options[id] : undefined;
}

/** The objects of a collection. */
export function all({ objects }: KisiSource, collection: string): readonly KisiObject[] {
  return objects.get(collection) ?? [];
}
