/** Rules about teams, credentials and assignments. Source: docs/policy.md, "Collections". */
import type { Assignment, Credential, Team } from './document.js';
import type { IssueCode } from './issue.js';
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
      checkNamed(view, 'users', 'user', id, `${pointer}/users/${index}`, report);
    });
  },
  (view, team, pointer, report) => {
    team.teams?.forEach((id, index) => {
      checkNamed(view, 'teams', 'team', id, `${pointer}/teams/${index}`, report);
    });
  },
];

export const CREDENTIAL_RULES: readonly Rule<Credential>[] = [
  (view, credential, pointer, report) => {
    checkNamed(view, 'users', 'user', credential.user, `${pointer}/user`, report);
  },
];

export const ASSIGNMENT_RULES: readonly Rule<Assignment>[] = [
  (view, { subject }, pointer, report) => {
    checkNamed(view, SUBJECT_COLLECTIONS[subject.type], subject.type, subject.id, `${pointer}/subject/id`, report);
  },
  checkRole,
  (view, { scope }, pointer, report) => checkScope(view, scope, `${pointer}/scope`, report),
  (view, { grantedBy }, pointer, report) => {
    // R1: a name that means nobody today could mean somebody else tomorrow.
    if (grantedBy !== undefined) checkNamed(view, 'users', 'user', grantedBy, `${pointer}/grantedBy`, report);
  },
  (view, { validity, scope }, pointer, report) => {
    if (validity === undefined) return;
    checkValidity(view, validity, placeOf(view, scope), `${pointer}/validity`, report);
  },
];

/** Whether a link may hold a role: no permission beside `view` but `unlock` and `get_access`, inherited ones included. */
export function isLinkRole(role: Role): boolean {
  for (const actions of role.permissions.values()) {
    for (const action of actions) {
      if (action !== 'view' && action !== 'unlock' && action !== 'get_access') return false;
    }
  }
  return true;
}

const SUBJECT_COLLECTIONS = { user: 'users', team: 'teams', link: 'links' } as const;

function checkNamed(
  view: PolicyView,
  collection: 'users' | 'teams' | 'links',
  kind: string,
  id: string,
  pointer: string,
  report: Report,
): void {
  if (view.find(collection, id) !== undefined) return;
  report({ pointer, code: 'reference', message: `unknown ${kind} ${quote(id)}` });
}

function checkRole(view: PolicyView, assignment: Assignment, pointer: string, report: Report): void {
  const role = view.model.byId.get(assignment.role);
  const fault = (code: IssueCode, what: string) => {
    report({ pointer: `${pointer}/role`, code, message: `${what} ${quote(assignment.role)}` });
  };
  if (role === undefined) {
    fault('reference', 'unknown role');
    return;
  }
  const level = assignment.scope.type;
  if (!role.levels.has(level)) fault('role_level', `not held at level ${level}: role`);
  if (role.deprecated && !view.allowDeprecatedRoles) fault('role_deprecated', 'a deprecated role');
  if (assignment.subject.type === 'link' && !isLinkRole(role)) {
    fault('link_role', 'a link may do no more than open: role');
  }
  if (assignment.subject.type === 'team' && role.unique) {
    // A team may have many members, now or later; the role may have one holder.
    fault('role_unique', 'a team cannot hold the unique role');
  }
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
