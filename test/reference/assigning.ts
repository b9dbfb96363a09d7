/** The oracle's reading of A3 in `decide` (R23, R25 to R27): which assignments let the actor give or end a role. */
import type { Assignment, Policy, RoleDocument } from '../../src/policy/document.js';
import type { Ask } from './encounter.js';
import { rolesOf } from './roles.js';
import type { Named } from './scopes.js';
import { equal, find, holds, isNamed, lies } from './scopes.js';
import { instantOf } from './time.js';

/** What is given or ended; what is not said is not judged. */
interface Half {
  readonly role: unknown;
  readonly subject: Named | undefined;
}

/** Whether a request is about giving or ending a role rather than about "may at all". */
export function isAssigning({ resource, action }: Ask): boolean {
  const { role, subject } = resource.properties ?? {};
  const said = role !== undefined || subject !== undefined;
  return (
    resource.type === 'access_right' && ['create', 'update', 'delete'].includes(action) && said
  );
}

/** Whether the person named to give to or take from, if one is, exists (R23). */
export function isTargetKnown({ policy, resource }: Ask): boolean {
  const subject = resource.properties?.['subject'];
  if (subject === undefined) return true;
  const people: Record<string, Policy['users']> = {
    user: policy.users,
    team: policy.teams,
    link: policy.links,
  };
  return (
    isNamed(subject) &&
    Object.hasOwn(people, subject.type) &&
    find(people[subject.type], subject.id) !== undefined
  );
}

/** Those of `counting` (what A1 would permit by) each of which alone lets the actor do it. */
export function assigning(ask: Ask, counting: readonly Assignment[]): Assignment[] {
  const { policy, resource, action, person } = ask;
  const { role, subject, scope, validity } = resource.properties ?? {};
  const held = resource.id === '*' ? undefined : find(policy.assignments, resource.id)!;
  const said: Half = { role, subject: isNamed(subject) ? subject : undefined };
  const over: Half = { role: role ?? held?.role, subject: said.subject ?? held?.subject };
  const given = action === 'create' ? said : action === 'update' ? over : undefined;
  const ended = action === 'create' ? undefined : (held ?? said);
  const level = held?.scope.type ?? (isNamed(scope) ? scope.type : 'organization');
  if (role !== undefined && !rolesOf(policy).some(({ id }) => id === role)) return [];
  if (action === 'update' && isTransfer(ask, held, said)) {
    return counting.filter((own) => own === held && !outlasts(validity, own));
  }
  const halves = [given, ended].filter((half) => half !== undefined);
  const isOwn = halves.some(
    (half) => half.subject !== undefined && holds(policy, person!, half.subject),
  );
  if (given !== undefined && isOwn) return [];
  return counting.filter((own) => {
    const mine = rolesOf(policy).find(({ id }) => id === own.role)!;
    if (given !== undefined && (outlasts(validity, own) || !isGivable(ask, given.role, level)))
      return false;
    return halves.every((half) => {
      const meant = rolesOf(policy).find(({ id }) => id === half.role);
      if (meant !== undefined && (meant.unique || meant.rank > mine.rank || !assigns(mine, meant)))
        return false;
      return (
        half.subject === undefined || ranksOf(ask, half.subject).every((rank) => rank <= mine.rank)
      );
    });
  });
}

// R27
function isTransfer(
  { policy, person }: Ask,
  held: Assignment | undefined,
  { role, subject }: Half,
): boolean {
  const isUnique = rolesOf(policy).some(({ id, unique }) => id === held?.role && unique === true);
  const isOther = subject?.type === 'user' && !equal(subject, person!);
  return (
    held !== undefined &&
    isUnique &&
    equal(held.subject, person!) &&
    isOther &&
    (role ?? held.role) === held.role
  );
}

function isGivable({ policy }: Ask, role: unknown, level: string): boolean {
  const meant = rolesOf(policy).find(({ id }) => id === role);
  if (meant === undefined) return true;
  return (
    meant.assignable !== false &&
    meant.deprecated !== true &&
    meant.levels.some((each) => each === level)
  );
}

function assigns(mine: RoleDocument, meant: RoleDocument): boolean {
  return mine.assigns === 'up_to_own_rank'
    ? meant.rank <= mine.rank
    : (mine.assigns ?? []).includes(meant.id);
}

/** Ranks of what the target holds, of any status, at the scope asked about or above. */
function ranksOf({ policy, resource, action }: Ask, target: Named): number[] {
  const around = lies(policy, resource, action)!;
  const roles = (policy.assignments ?? [])
    .filter(
      ({ subject, scope }) =>
        holds(policy, target, subject) && around.some((each) => equal(each, scope)),
    )
    .map(({ role }) => role);
  return rolesOf(policy)
    .filter(({ id }) => roles.includes(id))
    .map(({ rank }) => rank);
}

function outlasts(validity: unknown, own: Assignment): boolean {
  const end = own.validity?.until;
  if (end === undefined) return false;
  const said = (validity as Record<string, unknown> | null | undefined)?.['until'];
  // A validity is of a document: whatever is no text is no end.
  const until = typeof said === 'string' ? instantOf(said) : undefined;
  return until === undefined || until > instantOf(end)!;
}
