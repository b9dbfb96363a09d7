/** The judge of one change of a change set: which rule of A5 it falls under. */
import { holdingsOf } from '../engine/holding.js';
import { find } from '../engine/table.js';
import { type AnyChange, type ElementChange, kindOf } from './element-change.js';
import { areMet, type Hearing, isTenantedByAnother, type Verdict } from './hearing.js';
import { movedIds } from './id-lists.js';
import { type Need, plainNeed } from './need.js';
import { movesOwnHours } from './own-hours.js';
import { mayChangeCredential, mayChangeUser } from './person-change.js';
import {
  isReturn,
  needsOfDoor,
  needsOfElevator,
  needsOfGroup,
  needsOfLink,
  needsOfLockdown,
  needsOfPlain,
  needsOfSchedule,
} from './required-permission.js';
import { judgeAssignment, judgeMembers } from './right-change.js';
import { countsAtTenanted } from './tenants-grant.js';
import { isUsedByUnlock } from './unlock-use.js';

/** What becomes of one change, judged against the policy before the set and where things lie after it. */
export function judgeChange(h: Hearing, change: AnyChange): Verdict {
  const { model } = h.before;
  if (movesOwnHours(h, change)) return 'no_access_right';
  switch (change.collection) {
    case 'places':
      return met(h, needsOfPlain(model, 'place', change));
    case 'floors':
      return met(h, needsOfPlain(model, 'floor', change));
    case 'links':
      return judgeLink(h, change);
    case 'doors':
      return judgeDoor(h, change);
    case 'elevators':
      return met(h, needsOfElevator(model, change));
    case 'groups':
      return judgeGroup(h, change);
    case 'schedules':
    case 'calendars':
      return met(h, needsOfSchedule(model, change, isUsed(h, change)));
    case 'lockdowns':
      return judgeLockdown(h, change);
    case 'users':
      return verdict(mayChangeUser(h, change));
    case 'credentials':
      return verdict(mayChangeCredential(h, change));
    case 'assignments':
      return judgeAssignment(h, change);
    case 'teams': {
      const at = { type: 'team', id: change.id };
      const own = met(h, [plainNeed(model, 'group', kindOf(change), at)]);
      return own === 'permitted' ? judgeMembers(h, change) : own;
    }
    default: {
      const never: never = change;
      return never;
    }
  }
}

/** A link that passes a handed-over door is its tenant's: others may end it, not make it another's. */
function judgeLink(h: Hearing, change: ElementChange<'links'>): Verdict {
  const { before } = h;
  const link = change.after && find(before.tables.links, change.id);
  const held = link === undefined ? [] : holdingsOf(before, link);
  if (held.some((holding) => countsAtTenanted(h, before, holding))) return 'tenancy';
  return met(h, needsOfLink(before.model, change));
}

/** A handed-over door is its tenant's: others may only take it back. */
function judgeDoor(h: Hearing, change: ElementChange<'doors'>): Verdict {
  if (isTenantedByAnother(h, change.id) && !isReturn(change)) return 'tenancy';
  return met(h, needsOfDoor(h.before.model, change));
}

/** Putting a handed-over door into a group, or taking it out, is a change of who holds it. */
function judgeGroup(h: Hearing, change: ElementChange<'groups'>): Verdict {
  const moved = movedIds(change.before?.doors, change.after?.doors);
  if (moved.some((door) => isTenantedByAnother(h, door))) return 'tenancy';
  return met(h, needsOfGroup(h.before.model, change));
}

function judgeLockdown(h: Hearing, change: ElementChange<'lockdowns'>): Verdict {
  for (const scope of [change.before?.scope, change.after?.scope]) {
    if (scope?.type === 'door' && isTenantedByAnother(h, scope.id)) return 'tenancy';
  }
  return met(h, needsOfLockdown(change));
}

function isUsed(
  h: Hearing,
  { collection, id }: ElementChange<'schedules'> | ElementChange<'calendars'>,
): boolean {
  return isUsedByUnlock(h.before, collection, id) || isUsedByUnlock(h.after, collection, id);
}

/** Whether all needs are met; a change without a need has no rule, and so is refused. */
function met(h: Hearing, needs: readonly Need[]): Verdict {
  return verdict(needs.length > 0 && areMet(h, needs));
}

function verdict(permitted: boolean): Verdict {
  return permitted ? 'permitted' : 'no_access_right';
}
