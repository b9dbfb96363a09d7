/** Changes of users and of their credentials: the permission, and the bound of rank (A3, A5). */
import { highestRank } from '../engine/assigning.js';
import { holdingsOf } from '../engine/holding.js';
import type { HolderRecord } from '../engine/records.js';
import { find } from '../engine/table.js';
import type { Credential } from '../policy/document.js';
import { type ElementChange, kindOf } from './element-change.js';
import { areMet, type Hearing } from './hearing.js';
import { type Need, plainNeed } from './need.js';
import { changedMembers } from './same-value.js';

/**
 * Whether the actor may make, alter or delete a user: by assignments that rank no lower than the user's
 * highest role anywhere, and reach every scope at which he holds something. The holder of a unique role
 * is altered by himself alone, deleted by nobody.
 */
export function mayChangeUser(h: Hearing, change: ElementChange<'users'>): boolean {
  const user = find(h.before.tables.users, change.id);
  if (user !== undefined && change.after === undefined && holdsUnique(h, user)) return false;
  const rank = rankOver(h, user);
  if (rank === undefined) return false;
  const own = plainNeed(h.before.model, 'user', kindOf(change), { type: 'user', id: change.id });
  return areMet(h, user === undefined ? [own] : [own, { ...own, where: 'everywhere' }], rank);
}

/**
 * Whether the actor may make, alter or delete a credential: as its user, both the one it had and the one
 * it gets, since whoever holds a credential passes for its user.
 */
export function mayChangeCredential(h: Hearing, change: ElementChange<'credentials'>): boolean {
  let highest = 0;
  for (const id of new Set([change.before?.user, change.after?.user])) {
    const rank = rankOver(h, id === undefined ? undefined : find(h.before.tables.users, id));
    if (rank === undefined) return false;
    highest = Math.max(highest, rank);
  }
  return needsOfCredential(h, change).some((needs) =>
    areMet(h, [...needs, ...needsOfHolders(h, change, needs)], highest),
  );
}

/**
 * Whoever gets or has a credential is altered by its change. What counts is everywhere he lay and held
 * something before: a right given him, in the same set or an earlier one, must not draw him near.
 */
function needsOfHolders(
  h: Hearing,
  { before, after }: ElementChange<'credentials'>,
  needs: readonly Need[],
): Need[] {
  const ids = new Set([before?.user, after?.user]);
  const users = [...ids].filter((id) => id !== undefined);
  return users
    .filter((id) => find(h.before.tables.users, id) !== undefined)
    .flatMap((id) =>
      needs.map(({ type, actions }) => {
        return { type, actions, at: { type: 'user', id }, where: 'everywhere' as const };
      }),
    );
}

/**
 * The rank an assignment needs to touch a user; undefined where none suffices. Nobody ranks below
 * himself, and somebody who is not there yet ranks nowhere.
 */
function rankOver(h: Hearing, user: HolderRecord | undefined): number | undefined {
  if (user === undefined) return 0;
  if (h.actor.kind === 'user' && h.actor.number === user.number) return 0;
  return holdsUnique(h, user) ? undefined : highestRank(h.before, user, undefined);
}

function holdsUnique(h: Hearing, user: HolderRecord): boolean {
  for (const holding of holdingsOf(h.before, user)) {
    if (h.before.model.roles[holding.role]?.unique === true) return true;
  }
  return false;
}

/**
 * What a credential's change needs, each alternative by itself. A model that names `activate` wants it
 * to make a credential active again; taking one out of use, which opens nothing, may be done by
 * `deactivate` as well as by `update`.
 */
function needsOfCredential(h: Hearing, change: ElementChange<'credentials'>): Need[][] {
  const { before, after } = change;
  const { model } = h.before;
  const at = { type: 'card', id: change.id };
  const plain = plainNeed(model, 'card', kindOf(change), at);
  if (before === undefined || after === undefined) return [[plain]];
  const parts = changedMembers(before, after);
  const onlyState = parts.size === 1 && parts.has('state');
  const step = stateStep(before, after);
  if (step === undefined || !(model.actions.get('card')?.has(step) ?? false)) return [[plain]];
  const own: Need = { type: 'card', actions: [step], at, where: 'update' };
  if (step === 'activate') return onlyState ? [[own]] : [[own, plain]];
  return onlyState ? [[plain], [own]] : [[plain]];
}

function stateStep(before: Credential, after: Credential): 'activate' | 'deactivate' | undefined {
  if (before.state === after.state) return undefined;
  if (after.state === 'active') return 'activate';
  return before.state === 'active' ? 'deactivate' : undefined;
}
