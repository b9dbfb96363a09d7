/** Kisi's API objects as a policy under the role model `kisi`. */
import { Draft, type Imported } from '../imported.js';
import { putGroups } from './groups.js';
import { COLLECTIONS, noteCollections, noteMembers } from './members.js';
import { idOf, type KisiObject, objectsOf, optionalText } from './objects.js';
import { putPeople } from './people.js';
import { putPlaces } from './places.js';
import { putRights } from './rights.js';
import { checkKisiOptions, type KisiOptions } from './source.js';

/**
 * A policy that permits what Kisi's objects permit, or less: what a policy cannot say as strictly is left out, and everything
 * that is not carried over is a note. Refused with issues that point into the input if it contradicts itself, or if it does not
 * say whether a restriction is on.
 * @throws TypeError for options that are none.
 * @param input - the API's answers by collection: `{ places: […], locks: […], … }`.
 */
export function fromKisi(input: unknown, options: KisiOptions = {}): Imported {
  checkKisiOptions(options);
  const draft = new Draft();
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    draft.refuse('', 'type', 'not an object of collections');
    return draft.finish({});
  }
  noteCollections(draft, input);
  const objects = new Map<string, readonly KisiObject[]>();
  for (const collection of COLLECTIONS) {
    const all = objectsOf(draft, input, collection);
    objects.set(collection, all);
    noteMembers(draft, collection, all);
  }
  const organization = organizationOf(draft, input);
  const source = { objects, known: knownIn(objects), options, organization: organization.id };
  putPlaces(draft, source);
  putGroups(draft, source);
  putPeople(draft, source);
  putRights(draft, source);
  return draft.finish(organization);
}

function organizationOf(draft: Draft, input: object): { id: string; name?: string; roles: string } {
  const given: unknown = Object.hasOwn(input, 'organization')
    ? (input as Readonly<Record<string, unknown>>)['organization']
    : undefined;
  const isObject = typeof given === 'object' && given !== null;
  const members = (isObject ? given : {}) as Record<string, unknown>;
  const object = { pointer: '/organization', id: '', members };
  const id = idOf(draft, object, 'id') ?? '';
  const name = optionalText(draft, object, 'name');
  return { id, ...(name === undefined ? {} : { name }), roles: 'kisi' };
}

function knownIn(objects: ReadonlyMap<string, readonly KisiObject[]>): Set<string> {
  const known = new Set<string>();
  for (const [collection, all] of objects) {
    for (const { id, members } of all) {
      known.add(`${collection} ${id}`);
      if (collection === 'members') known.add(`users ${String(members['user_id'])}`);
    }
  }
  return known;
}
