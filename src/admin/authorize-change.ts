/** Who may change what of a policy: the clauses A2 to A5 of docs/clauses.md, for whole change sets. */
import { readEntity, readTime } from '../engine/ask.js';
import { attemptChange, snapshotOf } from '../engine/compile.js';
import type { Decision, Reason } from '../engine/decision.js';
import { holderOf } from '../engine/encounter.js';
import type { Engine } from '../engine/engine.js';
import { answer, Findings } from '../engine/findings.js';
import { readChanges } from '../engine/read-changes.js';
import type { Facts } from '../engine/request.js';
import type { Snapshot } from '../engine/snapshot.js';
import type { Changes } from '../policy/changes.js';
import type { CollectionName } from '../policy/document.js';
import { PolicyError } from '../policy/issue.js';
import { issueList } from '../policy/issue-list.js';
import { type AnyChange, elementChanges } from './element-change.js';
import { type Hearing, isOwner } from './hearing.js';
import { judgeChange } from './judge-change.js';

/**
 * Whether an actor may make a change set as a whole: permitted only if every change in it is. Judged by
 * the actor's rights before the change, never by what the set itself gives him; new things are judged
 * where they will lie, removed ones where they lie, altered ones at both. Nothing is applied.
 *
 * Reasons of a refusal are `subject_unknown` or `subject_inactive` at the actor, else for each refused
 * change `no_access_right`, or `tenancy` for what lies on a door that is handed over or makes somebody
 * a holder there, at the element.
 * `grants` are the actor's assignments that carry the changes.
 *
 * @param actor - a user; nobody else signs changes. A credential is no proof of who sits at a screen.
 * @param context - only `time` is read.
 * @throws RequestError when the actor or the time is missing or ill-typed.
 * @throws PolicyError when the changed policy would be invalid; pointers lead into `changes`. An actor
 *   who is unknown or inactive is refused before the set is looked at.
 */
export function authorizeChange(
  engine: Engine,
  actor: { readonly type: string; readonly id: string },
  changes: Changes,
  context: Facts,
): Decision {
  readEntity('/actor', actor, true);
  const before = snapshotOf(engine);
  const time = readTime(context, before.zones);
  const { type, id } = actor;
  const holder = type === 'user' || type === 'link' ? holderOf(before, { type, id }) : undefined;
  if (holder === undefined) return refused(before, 'subject_unknown', { type, id });
  if (!holder.active) return refused(before, 'subject_inactive', { type, id });

  // Read once into a frozen copy, so that what is judged is what was validated.
  const issues = issueList();
  const set = readChanges(before, changes, issues.report);
  if (issues.count() > 0) throw new PolicyError(issues.inOrder());
  const attempt = attemptChange(engine, set);
  try {
    const after = snapshotOf(attempt.engine);
    return judgeSet({ before, after, actor: holder, time, grants: new Set() }, set);
  } finally {
    attempt.undo();
  }
}

function judgeSet(h: Hearing, set: Changes): Decision {
  const findings = new Findings();
  const organization = { type: 'organization', id: h.before.organization.id };
  const elements = elementChanges(set, h.before, h.after);
  // The count of revisions is the store's: a leap would lock everybody else's changes out.
  const leaps = h.after.revision !== h.before.revision + 1;
  const isEmpty = elements.length === 0 && set.organization === undefined;
  if (leaps || isEmpty || (set.organization !== undefined && !isOwner(h))) {
    findings.add('no_access_right', organization);
  }
  for (const change of elements) {
    const verdict = judgeChange(h, change);
    if (verdict !== 'permitted') findings.add(verdict, elementOf(change));
  }
  if (findings.reasons.length > 0) return answer(false, findings, h.before.revision);
  findings.add('granted', organization);
  findings.grants.push(...h.grants);
  return answer(true, findings, h.before.revision);
}

function refused(s: Snapshot, code: Reason['code'], at: Reason['at']): Decision {
  const findings = new Findings();
  findings.add(code, at);
  return answer(false, findings, s.revision);
}

/** The names under which reasons tell of elements. */
const TYPES: Readonly<Record<CollectionName, string>> = {
  places: 'place',
  floors: 'floor',
  doors: 'door',
  elevators: 'elevator',
  groups: 'group',
  users: 'user',
  teams: 'team',
  links: 'link',
  credentials: 'credential',
  assignments: 'access_right',
  schedules: 'schedule',
  calendars: 'calendar',
  lockdowns: 'lockdown',
};

function elementOf({ collection, id }: AnyChange): Reason['at'] {
  return { type: TYPES[collection], id };
}
