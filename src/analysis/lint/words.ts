/** How findings name things. */
import type { PortalRecord } from '../../engine/records.js';
import { DOOR, GROUP, PLACE, type ScopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import { quote } from '../../policy/pointer.js';

/** Names that a list in a message tells before it says how many more there are. */
const NAMES_MAX = 3;

/** A door or stop. */
export function nameOf({ type, id }: Pick<PortalRecord, 'type' | 'id'>): string {
  return `${type === 'door' ? 'door' : 'stop'} ${quote(id)}`;
}

/** A scope. */
export function scopeName(s: Snapshot, scope: ScopeCode): string {
  const number = scope >> 2;
  switch (scope & 3) {
    case PLACE:
      return `place ${quote(at(s.tables.places, number)?.document.id)}`;
    case GROUP:
      return `group ${quote(at(s.tables.groups, number)?.document.id)}`;
    case DOOR:
      return `door ${quote(at(s.tables.doors, number)?.id)}`;
    default:
      return 'the organisation';
  }
}

/** The first of some names by their letters, and how many more there are. */
export function capped(names: readonly string[]): string {
  const sorted = [...names].sort();
  const told = sorted.slice(0, NAMES_MAX);
  const more = sorted.length - told.length;
  return more === 0 ? told.join(', ') : `${told.join(', ')} and ${more} more`;
}
