/** Shapes of what differs between two policies: who gains or loses what, under which circumstances, and when. */
import type { Decision } from '../../engine/decision.js';
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import type { Restrictions } from '../../policy/document.js';
import type { When } from '../when.js';

/** Between which instants two policies are compared. */
export interface DiffOptions {
  /** RFC 3339. Inside. */
  readonly from: string;
  /** RFC 3339. Outside. Default: 53 weeks after `from`, so that every day of a year is looked at. */
  readonly until?: string;
}

/**
 * Everything that differs, for requests whose time lies in `[from, until)`. Complete: a request that the two policies
 * decide differently is covered by a line. Free of false lines: whatever a line covers is decided differently.
 */
export interface PolicyDiff {
  readonly from: string;
  readonly until: string;
  /** Revisions of the two policies. */
  readonly revisions: readonly [before: number, after: number];
  /** Openings: `unlock` of doors and `get_access` of elevator stops. */
  readonly openings: readonly OpeningChange[];
  /** Every other action. */
  readonly rights: readonly RightChange[];
  /** Restrictions that some request meets for the first time, or no longer. */
  readonly restrictions: readonly RestrictionChange[];
}

/** Gains: refused before, permitted after. Loses: the other way round. */
export type Effect = 'gains' | 'loses';

/** One request that both policies answer differently, with both answers. */
export interface Witness {
  readonly request: AccessRequest;
  readonly before: Decision;
  readonly after: Decision;
}

/** Subjects a line is about. A credential whose holder is the same in both policies is covered by its holder. */
export interface DiffSubjects {
  /** Users, links and credentials, sorted by type and id (code units). */
  readonly named: readonly Entity[];
  /**
   * Everybody else too: every subject that neither policy holds, and of those that one holds each whom no assignment of
   * either policy reaches there.
   */
  readonly others: boolean;
  /**
   * Only on lines about a credential that appears or vanishes: everybody but its user whom the policy without it permits
   * to open something while naming it as `device`, and the policy with it refuses, because it is somebody else's.
   */
  readonly everybodyElse?: true;
}

/** One kind of fact on which a line depends, and the values under which it holds. Kinds a line does not depend on are absent. */
export interface Circumstance {
  readonly fact:
    | 'way'
    | 'device'
    | 'location'
    | 'second_factor'
    | 'occupancy'
    | 'presence'
    | 'company'
    | 'arrivals';
  readonly values: readonly CircumstanceValue[];
}

/** One value of a kind of fact: words for people, and members of `context` that stand for all of its kind. */
export interface CircumstanceValue {
  /** Says what facts of this kind come to in both policies; the same for all facts that the value stands for. */
  readonly key: string;
  /** Lower case, for people: `at an entry reader`, `outside the fence of door \`front\``. */
  readonly label: string;
  /** For the line's first subject and resource, at the time of its witness. */
  readonly facts: Partial<Facts>;
}

/** Somebody's opening of something, under circumstances, at times: permitted by one policy and refused by the other. */
export interface OpeningChange {
  readonly kind: 'opening';
  readonly effect: Effect;
  readonly subjects: DiffSubjects;
  readonly action: 'unlock' | 'get_access';
  /** Doors or elevator stops, sorted by id; the id `*` stands for every one, where `subjects` says `everybodyElse`. */
  readonly resources: readonly Entity[];
  /** All must hold. Empty: whatever the facts are. */
  readonly circumstances: readonly Circumstance[];
  readonly when: When;
  readonly witness: Witness;
}

/**
 * Permissions beside opening (A1): what requests without `properties.role` and `properties.subject` on an `access_right` ask
 * about. For `unlock` of doors and `get_access` of stops that is the id `*` alone, "may at all".
 */
export interface RightChange {
  readonly kind: 'right';
  readonly effect: Effect;
  /** A credential whose holder is the same in both policies is covered by its holder. `others` is never true. */
  readonly subjects: DiffSubjects;
  /** Actions by type of resource, sorted. */
  readonly permissions: readonly { readonly type: string; readonly actions: readonly string[] }[];
  readonly reach: RightReach;
  readonly when: When;
  readonly witness: Witness;
}

/** Of the types that a change of rights names, the resources it is about. Each is sorted. */
export type RightReach =
  /**
   * Held resources by name: such as lie elsewhere in the other policy or do not exist there; and, for `view`, floors and
   * places. With `into`, of `add_to_place_group` and `remove_from_place_group`: said to be moved to what lies in one of these scopes.
   */
  | {
      readonly kind: 'named';
      readonly resources: readonly Entity[];
      readonly into?: readonly Entity[];
    }
  /**
   * Whatever lies in one of `within` and in none of `outside`, held or not (id `*` too), as far as it lies in the same
   * scopes in both policies. Not `view` of held floors and places, which is by name.
   */
  | {
      readonly kind: 'within';
      readonly within: readonly Entity[];
      readonly outside: readonly Entity[];
    }
  /** What no document holds (id `*` of what one does hold too) and what says that it lies at one of these scopes. */
  | { readonly kind: 'said'; readonly scopes: readonly Entity[] };

/** A restriction that begins or ceases to refuse somebody. */
export interface RestrictionChange {
  readonly kind: 'restriction';
  readonly change: 'appears' | 'vanishes' | 'changes';
  /** The door, elevator stop, place or group that restricts, or the lockdown. */
  readonly at: Entity;
  readonly restriction: keyof Restrictions | 'lockdown';
  /** As written; absent where there is none. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly witness: Witness;
}
