/** Where one person is as far as a place knows: one record for each place and person, so that a crowd shares none. */
import { v } from '../../policy/schema-nodes.js';
import { bearerField, idField, instantField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';

/** Somebody who can go in or out: a link counts as one guest, however many hold it. */
export interface Bearer {
  readonly type: 'user' | 'link';
  readonly id: string;
}

/** What is known of one person at one place. Instants are epoch milliseconds. */
export interface Presence {
  readonly place: string;
  readonly subject: Bearer;
  readonly state: 'inside' | 'outside' | 'unknown';
  /** When the state began. */
  readonly since: number;
  /** The door or stop by which it began. */
  readonly door: string;
  /** Of who is inside: the last entry. Anti-passback counts from here. */
  readonly entered?: number;
  readonly lastSeen: number;
  readonly lastDoor: string;
  /** Of who is inside: when the timer runs out. */
  readonly until?: number;
  /** Anti-passback was forgiven: the next move either way is allowed. */
  readonly forgiven?: boolean;
  /** Marked safe in a muster, by whom. */
  readonly safe?: { readonly at: number; readonly by: string };
}

/** The record `presence`. */
export const presenceShape = recordShape<Presence>('presence', () =>
  v.strictObject({
    place: idField,
    subject: bearerField,
    state: v.picklist(['inside', 'outside', 'unknown']),
    since: instantField,
    door: idField,
    entered: v.optional(instantField),
    lastSeen: instantField,
    lastDoor: idField,
    until: v.optional(instantField),
    forgiven: v.optional(v.boolean()),
    safe: v.optional(v.strictObject({ at: instantField, by: idField })),
  }),
);

/** What all ids of a place's presences begin with. No policy id has a `/`. */
export function presencePrefix(place: string): string {
  return `${place}/`;
}

/** The id of the record of one person at one place. */
export function presenceId(place: string, { type, id }: Bearer): string {
  return `${presencePrefix(place)}${type}/${id}`;
}

/** Whether two are the same person. */
export function isSameBearer(one: Bearer, other: Bearer): boolean {
  return one.id === other.id && one.type === other.type;
}
