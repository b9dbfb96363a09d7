/** Shapes of a review's rows. */
import type { AccessEntry } from '../../engine/search.js';
import type { Assignment } from '../../policy/document.js';

/** Who holds a right: a user, also as a member of a team, or a link. One object a person, shared by his rows. */
export interface ReviewPerson {
  readonly type: 'user' | 'link';
  readonly id: string;
  readonly name: string | undefined;
  readonly active: boolean;
}

/** A door or stop. One object a door, shared by its rows. */
export interface ReviewResource {
  readonly type: 'door' | 'elevator_stop';
  readonly id: string;
  readonly name: string | undefined;
  readonly place: string;
}

/** One right of one person at one door. */
export interface ReviewRow {
  readonly person: ReviewPerson;
  readonly resource: ReviewResource;
  /** As the policy writes it: role, scope, validity, who granted it. Its subject is a team where the person is a member. */
  readonly assignment: Assignment;
  /** KIWI status at `at`, which looks at validity alone, as in `engine.access`. */
  readonly status: AccessEntry['status'];
  /** False for an assignment or group that is switched off. */
  readonly enabled: boolean;
  /**
   * What else is asked of this person there by this right: `geofence@door front`; of the door, its place, and the group
   * where that is the scope. Codes of docs/clauses.md, sorted within each.
   */
  readonly restrictions: readonly string[];
}
