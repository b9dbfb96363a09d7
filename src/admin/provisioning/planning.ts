/** What every workflow of provisioning is given, and what it answers with. */
import type { Engine } from '../../engine/engine.js';
import type { Plan } from '../plan.js';

/** Who plans, on what, when, and with which fresh ids and bytes. Workflows take nothing else from outside. */
export interface Planning {
  readonly engine: Engine;
  /** The user who signs for what is given (`grantedBy`). */
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** A fresh id. */
  readonly newId: () => string;
  /** So many fresh random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** SHA-256. */
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
}

/** A plan, and what its maker gets once it is written. */
export interface Draft<T> extends Plan {
  readonly value: T;
}

/** Members to set; null takes one away, undefined leaves it. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/** An element with other members. */
export function patched<T extends object>(element: T, patch: Patch<T>): T {
  const members = new Map<string, unknown>(Object.entries(element));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else if (value !== undefined) members.set(name, value);
  }
  return Object.fromEntries(members) as T;
}

/** Only the members that say something. */
export function given<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const said = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** A list of ids with some added and others taken away; each once. */
export function editedIds(
  before: readonly string[] | undefined,
  add: readonly string[] | undefined,
  remove: readonly string[] | undefined,
): string[] {
  const ids = new Set([...(before ?? []), ...(add ?? [])]);
  for (const id of remove ?? []) ids.delete(id);
  return [...ids];
}
