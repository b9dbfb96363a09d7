/**
 * The numbers of what assignments name, looked up once for each: whether it exists, who holds two roles at one scope and
 * who holds what where are then questions about integers.
 */
import type { Assignment, Policy } from './document.js';
import { CANNOT_TELL, unlessUnreadable } from './guarded.js';
import type { IdNumbers } from './view.js';

/** By the place of an assignment in its list; -1 where it could not be read, and of a team that does not exist. */
export interface AssignmentNumbers {
  /** The number of the subject among those of its kind, times four, plus its place in {@link SUBJECT_KINDS}. */
  readonly subjects: Int32Array;
  /** The number of the scope among those of its kind, times four, plus what {@link SCOPE_KINDS} says; 0 for the organisation. */
  readonly scopes: Int32Array;
}

/** Kinds of subjects, in the order in which their numbers are told apart. */
export const SUBJECT_KINDS = ['user', 'link', 'team'] as const;

/** By what the numbers of scopes are told apart. */
export const SCOPE_KINDS = { organization: 0, place: 1, group: 2, door: 3 } as const;

/** By kind of subject, the collection that it is in. */
export const SUBJECT_COLLECTIONS = { user: 'users', team: 'teams', link: 'links' } as const;

/** By kind of scope, the collection that it is in. */
export const SCOPE_COLLECTIONS = { place: 'places', group: 'groups', door: 'doors' } as const;

/** Looks up what assignments name. */
export interface AssignmentReader {
  /** What was found so far. What does not exist, except teams, has a number of its own, which nothing that exists has. */
  readonly numbers: AssignmentNumbers;
  /** Looks up what one assignment names. @returns whether its subject and its scope exist; not, where that cannot be read. */
  see(assignment: Assignment, index: number): boolean;
}

/** A reader of the assignments of a document, which may be guarded. */
export function assignmentReader(policy: Policy, ids: IdNumbers): AssignmentReader {
  let count = 0;
  let organization: string | undefined;
  unlessUnreadable(() => {
    count = policy.assignments?.length ?? 0;
    organization = policy.organization.id;
  });
  const subjects = new Int32Array(count).fill(-1);
  const scopes = new Int32Array(count).fill(-1);
  const strangers = new Map<string, number>();
  // Assignments of one subject mostly stand together.
  let last: Assignment['subject'] | undefined;
  let lastNumber: number | undefined;
  const see = ({ subject, scope }: Assignment, index: number): boolean => {
    if (subject !== last) {
      lastNumber = subjectNumber(ids, subject);
      last = subject;
    }
    const scopeNumber = scopeNumberOf(ids, organization, scope);
    subjects[index] = lastNumber ?? strangeSubject(strangers, subject);
    scopes[index] = scopeNumber ?? strangerOf(strangers, scope) * 4;
    return lastNumber !== undefined && scopeNumber !== undefined;
  };
  return {
    numbers: { subjects, scopes },
    see(assignment, index) {
      try {
        return see(assignment, index);
      } catch (error) {
        if (error !== CANNOT_TELL) throw error;
        return false;
      }
    },
  };
}

function subjectNumber(ids: IdNumbers, { type, id }: Assignment['subject']): number | undefined {
  const number = ids[SUBJECT_COLLECTIONS[type]].get(id);
  return number === undefined ? number : number * 4 + SUBJECT_KINDS.indexOf(type);
}

function scopeNumberOf(
  ids: IdNumbers,
  organization: string | undefined,
  { type, id }: Assignment['scope'],
): number | undefined {
  if (type === 'organization') return id === organization ? 0 : undefined;
  const number = ids[SCOPE_COLLECTIONS[type]].get(id);
  return number === undefined ? number : number * 4 + SCOPE_KINDS[type];
}

/** Users and links that do not exist are told apart; whoever counts holders leaves teams out. */
function strangeSubject(strangers: Map<string, number>, subject: Assignment['subject']): number {
  return subject.type === 'team' ? -1 : strangerOf(strangers, subject) * 4 + STRANGE_SUBJECT;
}

/** No kind of subject has this place. */
const STRANGE_SUBJECT = 3;

/** A number of something that does not exist, from 1 on: there is one organisation, and its number is 0. */
function strangerOf(
  strangers: Map<string, number>,
  { type, id }: Assignment['subject'] | Assignment['scope'],
): number {
  const name = `${type} ${id}`;
  const number = strangers.get(name) ?? strangers.size + 1;
  strangers.set(name, number);
  return number;
}
