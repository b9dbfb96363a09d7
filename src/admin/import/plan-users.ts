/** Rows of people held against the policy: made, altered, left alone, or refused. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { holdingsOf } from '../../engine/holding.js';
import { HOLDING_WIDTH } from '../../engine/records.js';
import { at, find } from '../../engine/table.js';
import type { Assignment, User } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import { foldEmail } from '../directory/match-members.js';
import { DIRECTORY_ROLES } from '../directory/rules.js';
import type { UserField } from './columns.js';
import { type ColumnMap, type ImportIssue, issueAt } from './import-issue.js';
import { type ImportHand, type ImportPlan, importPlan, type RowPlan } from './import-plan.js';
import type { PeopleIndex } from './people-index.js';
import type { UserRow } from './user-rows.js';

/** What planning rows of people looks at. */
export interface UserPlanGround {
  readonly engine: Engine;
  /** Of this very engine. */
  readonly index: PeopleIndex;
  readonly columns: ColumnMap<UserField>;
  /** The role given at groups. Default: the model's own for opening doors. */
  readonly role?: string;
}

/**
 * Makes or alters one account a row, found by id, else by e-mail. A field that a row leaves empty stays as it is;
 * groups are given and never taken. Rows do not depend on each other, save for what `parseUserRow` refuses.
 */
export function planUserRows(
  ground: UserPlanGround,
  rows: readonly UserRow[],
  hand: ImportHand,
): ImportPlan {
  const plans = rows.map((row) => planRow(ground, row, hand));
  return importPlan(ground.engine, plans, hand);
}

function planRow(ground: UserPlanGround, row: UserRow, hand: ImportHand): RowPlan {
  const found = findAccount(ground, row);
  if (found.kind === 'wrong') return { kind: 'wrong', issues: [found.issue] };
  const before = found.user;
  const after = altered(before ?? { id: row.id ?? hand.newId() }, row);
  if (before !== undefined && after.active === false && isOwner(ground.engine, before.id)) {
    const message = 'the owner of the organisation stays active';
    const issue = issueAt(row, ground.columns, 'active', 'not_permitted', message);
    return { kind: 'wrong', issues: [issue] };
  }
  const groups = planGroups(ground, row, before, after.id, hand);
  if (groups.issues.length > 0) return { kind: 'wrong', issues: groups.issues };
  const { assignments } = groups;
  if (after === before && assignments.length === 0) return { kind: 'unchanged' };
  return {
    kind: 'draft',
    draft: {
      ...{ line: row.line, isNew: before === undefined, assignments },
      ...(after === before ? {} : { user: { before, after } }),
      elements: [`user ${after.id}`, ...assignments.map(({ id }) => `access_right ${id}`)],
    },
  };
}

/** Whoever holds the role that only its holder gives away: switched off, even by himself, nobody ever would. */
function isOwner(engine: Engine, id: string): boolean {
  const s = snapshotOf(engine);
  const holder = find(s.tables.users, id);
  if (holder === undefined) return false;
  return holdingsOf(s, holder).some(({ role }) => s.model.roles[role]?.unique === true);
}

type FoundAccount =
  | { readonly kind: 'account'; readonly user: User | undefined }
  | { readonly kind: 'wrong'; readonly issue: ImportIssue };

function findAccount({ engine, index, columns }: UserPlanGround, row: UserRow): FoundAccount {
  const { users } = snapshotOf(engine).tables;
  const having = row.email === undefined ? undefined : index.withEmail(row.email);
  const userOf = (id: string) => find(users, id)?.document as User | undefined;
  const wrong = (code: 'email_taken' | 'ambiguous', message: string): FoundAccount => ({
    kind: 'wrong',
    issue: issueAt(row, columns, 'email', code, message),
  });
  if (row.id !== undefined) {
    const user = userOf(row.id);
    const isOwn = having === undefined || having.size === 0 || having.has(row.id);
    if (isOwn) return { kind: 'account', user };
    return wrong('email_taken', `another account has it ${quote(row.email)}`);
  }
  const [id, other] = having ?? [];
  if (other !== undefined)
    return wrong('ambiguous', `several accounts have it ${quote(row.email)}`);
  return { kind: 'account', user: id === undefined ? undefined : userOf(id) };
}

/** The account with what the row says; the very same one if that is nothing new. */
function altered(user: User, row: UserRow): User {
  const { name, email, segment, active } = row;
  const changed: Record<string, unknown> = {};
  if (name !== undefined && name !== user.name?.trim()) changed['name'] = name;
  if (segment !== undefined && segment !== user.segment?.trim()) changed['segment'] = segment;
  if (email !== undefined && foldEmail(email) !== foldEmail(user.email ?? '')) {
    changed['email'] = email;
  }
  if (active !== undefined && active !== (user.active ?? true)) changed['active'] = active;
  return Object.keys(changed).length === 0 ? user : { ...user, ...changed };
}

function planGroups(
  ground: UserPlanGround,
  row: UserRow,
  user: User | undefined,
  id: string,
  hand: ImportHand,
): { readonly assignments: Assignment[]; readonly issues: ImportIssue[] } {
  const assignments: Assignment[] = [];
  const issues: ImportIssue[] = [];
  const report = (code: ImportIssue['code'], message: string): void => {
    issues.push(issueAt(row, ground.columns, 'groups', code, message));
  };
  const { model } = snapshotOf(ground.engine);
  const role = ground.role ?? DIRECTORY_ROLES.get(model.id);
  const held = user === undefined ? undefined : rolesAt(ground.engine, user.id);
  const given = new Set<string>();
  for (const named of row.groups ?? []) {
    const found = ground.index.group(ground.engine, named);
    if (found.kind === 'none') report('unknown_group', `no such group ${quote(named)}`);
    else if (found.kind === 'several') report('ambiguous', `several groups ${quote(named)}`);
    else if (role === undefined) report('other_role', 'no role to give');
    else {
      const roles = held?.get(found.id);
      if (roles?.has(role) || given.has(found.id)) continue;
      if (roles !== undefined && model.onePerScope) {
        report('other_role', `holds another role there ${quote(found.id)}`);
      }
      given.add(found.id);
      assignments.push({
        ...{ id: hand.newId(), subject: { type: 'user', id }, role, grantedBy: hand.actor },
        scope: { type: 'group', id: found.id },
      });
    }
  }
  return { assignments, issues };
}

/** The roles an account holds itself, by group. */
function rolesAt(engine: Engine, user: string): Map<string, Set<string>> {
  const { tables } = snapshotOf(engine);
  const roles = new Map<string, Set<string>>();
  const holdings = find(tables.users, user)?.holdings ?? [];
  for (let index = 0; index < holdings.length; index += HOLDING_WIDTH) {
    const assignment = at(tables.assignments, holdings[index + 2] as number);
    if (assignment?.scope.type !== 'group') continue;
    const set = roles.get(assignment.scope.id) ?? new Set();
    roles.set(assignment.scope.id, set.add(assignment.role));
  }
  return roles;
}
