/** What the rules of a document look up, whatever holds the document. */

import type {
  CollectionName,
  ElementOf,
  Elevator,
  Organization,
  Policy,
  Stop,
} from './document.js';
import { CANNOT_TELL } from './guarded.js';
import type { Numbering } from './numbering.js';
import type { RoleModel } from './role-model.js';

/** What the rules look up: the whole document, or the document after a change. Forward look-ups only. */
export interface PolicyView {
  readonly organization: Organization;
  /** The role model of the organisation, resolved. */
  readonly model: RoleModel;
  readonly isTimeZone: (name: string) => boolean;
  /** Whether roles marked `deprecated` may be held. */
  readonly allowDeprecatedRoles: boolean;
  find<K extends CollectionName>(collection: K, id: string): ElementOf<K> | undefined;
  stop(id: string): StopPlace | undefined;
}

/** A stop and the elevator it belongs to. */
export interface StopPlace {
  readonly stop: Stop;
  readonly elevator: Elevator;
}

/** Of each collection, which place in its list an id has, from 0 on. */
export type IdNumbers = { readonly [K in CollectionName]: Numbering };

/** The elements of a document by id. */
export interface PolicyIndex {
  readonly numbers: IdNumbers;
  readonly stops: ReadonlyMap<string, StopPlace>;
  /** Collections of which some ids could not be read, so that an unknown id says nothing. */
  readonly unsure: ReadonlySet<CollectionName | 'stops'>;
}

/** A view of an indexed document. `model` is asked for when a rule first needs it, and may throw. */
export function viewOf(
  policy: Policy,
  index: PolicyIndex,
  model: () => RoleModel,
  options: {
    readonly isTimeZone: (name: string) => boolean;
    readonly allowDeprecatedRoles: boolean;
  },
): PolicyView {
  let resolved: RoleModel | undefined;
  return {
    get organization() {
      return policy.organization;
    },
    get model() {
      resolved ??= model();
      return resolved;
    },
    isTimeZone: remembered(options.isTimeZone),
    allowDeprecatedRoles: options.allowDeprecatedRoles,
    find: <K extends CollectionName>(collection: K, id: string) => {
      const number = index.numbers[collection].get(id);
      if (number !== undefined) return policy[collection]?.[number] as ElementOf<K> | undefined;
      if (index.unsure.has(collection)) throw CANNOT_TELL;
      return undefined;
    },
    stop: (id) => {
      const found = index.stops.get(id);
      if (found === undefined && index.unsure.has('stops')) throw CANNOT_TELL;
      return found;
    },
  };
}

/** Asking a host for a zone may cost microseconds, and a document names few zones many times. */
function remembered(ask: (name: string) => boolean): (name: string) => boolean {
  const answers = new Map<string, boolean>();
  return (name) => {
    let answer = answers.get(name);
    if (answer === undefined) {
      answer = ask(name);
      answers.set(name, answer);
    }
    return answer;
  };
}
