/** What the logs hold of one person: found, to be shown to him (GDPR art. 15) or erased (art. 17). */
import type { Json } from '../record.js';
import type { EntityName, StoredEvent } from './event.js';
import { type ReadEvent, readEvent } from './read-event.js';
import type { DueParts } from './retention.js';

/** A person under all names that the logs know: his id, and his pseudonyms where their keys still exist. */
export interface LoggedPerson {
  readonly names: readonly EntityName[];
}

/** What may stay although a person asked for erasure. */
export interface KeptOnGround {
  /** The legal ground, in words that will stand in the audit log: `§ 257 HGB`. */
  readonly ground: string;
  /** Types of the audit log that stay under it; absent: all of that log. */
  readonly types?: readonly string[];
}

/** What becomes of one event. */
export type ErasureVerdict =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'kept' }
  | ({ readonly kind: 'erase' } & DueParts);

/**
 * Whether an event tells of a person: he did it, it concerns him, it is about him, or its personal part names
 * him anywhere.
 */
export function tellsOf(event: StoredEvent, person: LoggedPerson): boolean {
  return isAbout(readEvent(event), person);
}

/** What is to be erased of an event when this person asks for it. */
export function erasureOf(
  event: StoredEvent,
  person: LoggedPerson,
  kept?: KeptOnGround,
): ErasureVerdict {
  const read = readEvent(event);
  if (!isAbout(read, person)) return { kind: 'foreign' };
  const stays = kept !== undefined && (kept.types?.includes(event.type) ?? true);
  if (event.log === 'audit' && stays) return { kind: 'kept' };
  const content = person.names.some((name) => isSame(read.object, name));
  return { kind: 'erase', content, personal: event.personal !== null };
}

function isAbout(event: ReadEvent, { names }: LoggedPerson): boolean {
  const { object, actor, subject, personalData } = event;
  return names.some(
    (name) =>
      isSame(object, name) ||
      isSame(actor, name) ||
      isSame(subject, name) ||
      mentions(personalData, name.id),
  );
}

function isSame(one: EntityName | undefined, other: EntityName): boolean {
  return one?.type === other.type && one.id === other.id;
}

/** Whether a text is anywhere in a value, as a whole. Bounded by the depth that events may have. */
function mentions(value: Json | undefined, text: string): boolean {
  if (value === undefined || value === null || typeof value !== 'object') return value === text;
  if (Array.isArray(value)) return value.some((item: Json) => mentions(item, text));
  return Object.entries(value).some(([name, item]) => name === text || mentions(item, text));
}
