/** What is to be written for a User that a directory makes, changes or deletes. */

import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { holdingsOf } from '../../engine/holding.js';
import { HOLDING_WIDTH, type HolderRecord } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Changes } from '../../policy/changes.js';
import type { Team, User } from '../../policy/document.js';
import { authorizeChange } from '../authorize-change.js';
import type { Plan } from '../plan.js';
import type { JsonObject } from '../record.js';
import { refuse, type ScimOutcome } from './code.js';
import { idsNamed, type Shelf } from './shelf.js';
import { type KeptUser, policyUser, userRecord } from './user-mapping.js';

/** A user before a write. */
export interface KnownUser {
  readonly user: User | undefined;
  readonly kept: KeptUser | undefined;
}

/** A user after a write, and what writes it. */
export interface PlannedUser {
  readonly plan: Plan;
  readonly user: User;
  readonly kept: KeptUser;
}

/** What a plan is made from. */
export interface UserGround {
  readonly engine: Engine;
  readonly shelf: Shelf;
  /** RFC 3339. */
  readonly now: string;
}

/**
 * A user with these attributes, `active` among them. The user is always put, also where nothing of him changes in
 * the policy: by that he who writes is judged, and every process hears of it.
 * @returns codes `invalidValue`, `tooLarge`, `uniqueness`; `forbidden` for deactivating whoever owns the site.
 */
export function planUser(
  ground: UserGround,
  id: string,
  before: KnownUser,
  attributes: JsonObject,
): ScimOutcome<PlannedUser> {
  const { engine, shelf, now } = ground;
  const mapped = policyUser(id, before.user, attributes);
  if (!mapped.ok) return mapped;
  const user = mapped.value;
  const { userName } = attributes;
  if (typeof userName === 'string' && idsNamed(shelf, userName).some((other) => other !== id)) {
    return refuse('uniqueness', 'there is a user with this `userName`');
  }
  if (user.active === false && isActive(before.user) && isOwner(engine, id)) return ownerStays();
  const { active: _, ...rest } = attributes;
  const kept: KeptUser = {
    attributes: rest,
    created: before.kept?.created || now,
    lastModified: now,
    deleted: false,
  };
  const plan: Plan = {
    changes: { put: { users: [user] } },
    records: { put: [userRecord(id, kept)] },
    audit: { object: { type: 'user', id } },
  };
  return { ok: true, value: { plan, user, kept } };
}

/**
 * A user deleted: deactivated, his own assignments ended, out of every team; the account stays in the policy, so
 * that events and grants still tell of somebody. Where the actor may not end all of that (a tenancy, a right above
 * his), deactivation alone: it closes every door as well.
 * @param actor - the user whose rights are used.
 * @returns code `forbidden` for whoever owns the site.
 */
export function planUserDeletion(
  ground: UserGround,
  actor: string,
  time: number,
  user: User,
  kept: KeptUser | undefined,
): ScimOutcome<Plan> {
  const { engine, now } = ground;
  const { id } = user;
  if (isOwner(engine, id)) return ownerStays();
  const s = snapshotOf(engine);
  const holder = find(s.tables.users, id);
  const put = { users: [{ ...user, active: false }] };
  const least: Changes = { put };
  const whole: Changes = {
    put: { ...put, teams: holder === undefined ? [] : teamsWithout(s, holder) },
    remove: { assignments: holder === undefined ? [] : ownAssignments(s, holder) },
  };
  const { decision } = authorizeChange(engine, { type: 'user', id: actor }, whole, { time });
  const gone: KeptUser = {
    attributes: kept?.attributes ?? {},
    created: kept?.created || now,
    lastModified: now,
    deleted: true,
  };
  return {
    ok: true,
    value: {
      changes: decision ? whole : least,
      records: { put: [userRecord(id, gone)] },
      audit: { object: { type: 'user', id }, data: { rightsEnded: decision } },
    },
  };
}

function isActive(user: User | undefined): boolean {
  return user !== undefined && (user.active ?? true);
}

/** Whether somebody holds the role without which nobody could run the site, himself or by a team. */
function isOwner(engine: Engine, id: string): boolean {
  const s = snapshotOf(engine);
  const holder = find(s.tables.users, id);
  if (holder === undefined) return false;
  return holdingsOf(s, holder).some(({ role }) => s.model.roles[role]?.unique === true);
}

function ownerStays() {
  return refuse(
    'forbidden',
    'the owner of the organisation stays active: hand the organisation over first',
  );
}

function ownAssignments(s: Snapshot, holder: HolderRecord): string[] {
  const ids: string[] = [];
  for (let index = 2; index < holder.holdings.length; index += HOLDING_WIDTH) {
    const id = at(s.tables.assignments, holder.holdings[index] as number)?.id;
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

function teamsWithout(s: Snapshot, holder: HolderRecord): Team[] {
  return holder.teams.flatMap((number) => {
    const team = at(s.tables.teams, number)?.document as Team | undefined;
    if (team === undefined) return [];
    return [{ ...team, users: (team.users ?? []).filter((id) => id !== holder.id) }];
  });
}
