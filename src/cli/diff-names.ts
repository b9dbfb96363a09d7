/** Pieces of sentences in which outside text stays apart from our own words, and how they are put in a row. */
import type { Entity } from '../engine/request.js';
import { called } from './words.js';

/** Words of ours, or text from outside. */
export type Word = string | { readonly outside: string };
/** A piece of a sentence. */
export type Words = readonly Word[];

/** What a sentence about a policy looks up: the name people gave something. */
export type NameOf = (entity: Entity) => string | undefined;

/** How many of a list are named before the rest is counted. */
const LISTED_MAX = 6;

/** Something by kind, id and name, such as ``door `front` (Front door)``. */
export function entityWords(entity: Entity, nameOf: NameOf): Words {
  const name = nameOf(entity);
  const [kind = ''] = called(entity).split(' `');
  const own: Words = [`${kind} `, { outside: entity.id }];
  return name === undefined ? own : [...own, ' (', { outside: name }, ')'];
}

/** Doors and stops; the id `*` is every one. */
export function doorWords(resources: readonly Entity[], nameOf: NameOf): Words {
  const any = (type: string): Words => [`any ${type === 'door' ? 'door' : 'elevator stop'}`];
  return listed(
    resources.map((each) => (each.id === '*' ? any(each.type) : entityWords(each, nameOf))),
  );
}

/** Pieces with something between them; of many the first few, and how many more there are. */
export function listed(pieces: readonly Words[], between = ', '): Words {
  if (pieces.length <= LISTED_MAX) return joined(pieces, between);
  const more = pieces.length - LISTED_MAX;
  return [...joined(pieces.slice(0, LISTED_MAX), between), ` and ${more} more`];
}

/** Pieces with something between them. */
export function joined(pieces: readonly Words[], between: string): Words {
  return pieces.flatMap((piece, index) => (index === 0 ? piece : [between, ...piece]));
}
