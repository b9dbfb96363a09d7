/** Rules about teams, credentials and assignments. Source: docs/policy.md, "Collections". */
import { SUBJECT_COLLECTIONS } from './assignment-numbers.js';
import type { Assignment, Credential, Team } from './document.js';
import type { Issue, IssueCode } from './issue.js';
import type { Report } from './issue-list.js';
import { quote } from './pointer.js';
import type { Role } from './role-model.js';
import { checkScope, type Rule } from './rules-place.js';
import { checkValidity, type WherePlace } from './rules-time.js';
import type { PolicyView } from './view.js';

/** A team's members; cycles are found apart, because they concern many teams at once. */
export const TEAM_RULES: readonly Rule<Team>[] = [
  (view, team, pointer, report) => {
    team.users?.forEach((id, index) => {
      if (view.find('users', id) === undefined)
        report(unknown('user', id, `${pointer}/users/${index}`));
    });
  },
  (view, team, pointer, report) => {
    team.teams?.forEach((id, index) => {
      if (view.find('teams', id) === undefined)
        report(unknown('team', id, `${pointer}/teams/${index}`));
    });
  },
];

export const CREDENTIAL_RULES: readonly Rule<Credential>[] = [
  (view, { user }, pointer, report) => {
    if (view.find('users', user) === undefined) report(unknown('user', user, `${pointer}/user`));
  },
];

/** Rules of an assignment whose subject and scope exist. */
export const KNOWN_ASSIGNMENT_RULES: readonly Rule<Assignment>[] = [
  checkRole,
  checkGranter,
  checkItsValidity,
];

export const ASSIGNMENT_RULES: readonly Rule<Assignment>[] = [
  (view, { subject }, pointer, report) => {
    if (view.find(SUBJECT_COLLECTIONS[subject.type], subject.id) !== undefined) return;
    report(unknown(subject.type, subject.id, `${pointer}/subject/id`));
  },
  checkRole,
  (view, { scope }, pointer, report) => checkScope(view, scope, pointer, report),
  checkGranter,
  checkItsValidity,
];

/** Whether a link may hold a role: no permission beside `view` but `unlock` and `get_access`, inherited ones included. */
function isLinkRole(role: Role): boolean {
  for (const actions of role.permissions.values()) {
    for (const action of actions) {
      if (action !== 'view' && action !== 'unlock' && action !== 'get_access') return false;
    }
  }
  return true;
}

function checkRole(
  view: PolicyView,
  assignment: Assignment,
  pointer: string,
  report: Report,
): void {
  const { subject, scope } = assignment;
  const role = view.model.byId.get(assignment.role);
  if (role === undefined) {
    report(unknown('role', assignment.role, `${pointer}/role`));
    return;
  }
  if (!role.levels.has(scope.type)) {
    report(roleIssue('role_level', `not held at level ${scope.type}: role`, role, pointer));
  }
  if (role.deprecated && !view.allowDeprecatedRoles) {
    report(roleIssue('role_deprecated', 'a deprecated role', role, pointer));
  }
  if (subject.type === 'link' && !isLinkRole(role)) {
    report(roleIssue('link_role', 'a link may do no more than open: role', role, pointer));
  }
  if (subject.type === 'team' && role.unique) {
    // A team may have many members, now or later; the role may have one holder.
    report(roleIssue('role_unique', 'a team cannot hold the unique role', role, pointer));
  }
}

/** R1: a name that means nobody today could mean somebody else tomorrow. */
function checkGranter(
  view: PolicyView,
  { grantedBy }: Assignment,
  pointer: string,
  report: Report,
): void {
  if (grantedBy === undefined || view.find('users', grantedBy) !== undefined) return;
  report(unknown('user', grantedBy, `${pointer}/grantedBy`));
}

function checkItsValidity(
  view: PolicyView,
  { validity, scope }: Assignment,
  pointer: string,
  report: Report,
): void {
  if (validity === undefined) return;
  checkValidity(view, validity, placeOf(view, scope), `${pointer}/validity`, report);
}

function roleIssue(code: IssueCode, what: string, role: Role, pointer: string): Issue {
  return { pointer: `${pointer}/role`, code, message: `${what} ${quote(role.id)}` };
}

function unknown(kind: string, id: string, pointer: string): Issue {
  return { pointer, code: 'reference', message: `unknown ${kind} ${quote(id)}` };
}

/** The place whose zone a validity at this scope falls back to (R3). */
function placeOf(view: PolicyView, scope: Assignment['scope']): WherePlace {
  switch (scope.type) {
    case 'organization':
      return undefined;
    case 'place':
      return scope.id;
    case 'group': {
      const group = view.find('groups', scope.id);
      return group === undefined ? null : group.place;
    }
    case 'door':
      return view.find('doors', scope.id)?.place ?? null;
  }
}
