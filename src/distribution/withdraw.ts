/**
 * Deciding by a policy less what was taken away from it later. Whatever the state, older or newer than the one the withdrawals
 * were computed from, nothing is permitted that was refused before. That is why elements are switched off or closed and
 * never removed: what is gone no longer stands in the way of others, as a credential does that was foreign to them, or
 * a right that gave its holder a rank.
 */
import { overlaidEngine } from '../engine/compile.js';
import { organizationOf } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import type { Credential } from '../policy/document.js';
import { less, type Overlay, overlayOf } from './overlay.js';
import { readWithdrawal } from './read-withdrawal.js';
import { closeEverything, withdrawHours, withdrawOpenings } from './withdraw-openings.js';
import type { Withdrawal } from './withdrawal.js';

/** Before every instant a request may speak of: a right that ends here is over. */
const LONG_AGO = '0001-01-01T00:00:00Z';

/** No id of a document. Nobody holds a credential that the state does not know, and no question finds it. */
const NOBODY = 'withdrawn/nobody';

/** From bad to worse: of two states of one credential the worse counts. */
const STATES: readonly Credential['state'][] = ['active', 'inactive', 'lost', 'stolen'];

/**
 * The engine of the same policy and revision less these withdrawals; the engine itself where they take nothing from it. Applying
 * them twice or in another order decides the same. Never throws: a withdrawal that cannot be read closes everything.
 *
 * Its `policy` shows what was laid over and is no valid document; changes go to the engine it was made from.
 */
export function withdraw(engine: Engine, withdrawals: Iterable<Withdrawal>): Engine {
  const overlay = overlayOf(engine, organizationOf(engine).id);
  let everything = false;
  for (const withdrawal of withdrawals) {
    const read = readWithdrawal(withdrawal);
    everything ||= read.everything === true;
    withdrawPeople(overlay, read);
    withdrawCredentials(overlay, read);
    withdrawAssignments(overlay, read);
    withdrawMembers(overlay, read);
    withdrawOpenings(overlay, read);
    withdrawHours(overlay, read);
  }
  if (everything) closeEverything(overlay);
  const { put, closed } = overlay.laid();
  if (put === undefined) return engine;
  return overlaidEngine(engine, put, everything ? 'all' : closed);
}

function withdrawPeople(overlay: Overlay, { users, links, primaryDevices }: Withdrawal): void {
  for (const id of users ?? []) {
    const user = overlay.find('users', id);
    if (user === undefined || user.active === false) continue;
    overlay.lay('users', { ...user, active: false });
  }
  for (const id of links ?? []) {
    const link = overlay.find('links', id);
    if (link === undefined || link.active === false) continue;
    overlay.lay('links', { ...link, active: false });
  }
  for (const id of primaryDevices ?? []) {
    const { primaryDevice, ...user } = overlay.find('users', id) ?? { id };
    if (primaryDevice !== undefined) overlay.lay('users', user);
  }
}

/**
 * A credential the state knows stays its holder's there: given to another, it would let that other pass for the subject. One
 * it does not know becomes nobody's: foreign to everybody, and found by no question.
 */
function withdrawCredentials(overlay: Overlay, { credentials }: Withdrawal): void {
  for (const { id, kind, state } of credentials ?? []) {
    const unknown: Credential = { id, kind, user: NOBODY, state: 'active' };
    const known = overlay.find('credentials', id) ?? unknown;
    const worse = Math.max(STATES.indexOf(known.state), STATES.indexOf(state), 1);
    const worst = STATES[worse] ?? 'inactive';
    if (worst !== known.state) overlay.lay('credentials', { ...known, state: worst });
  }
}

/** Rights stay where they are, in another status: one of any status gives its holder rank (A3) and a place to lie in (R19). */
function withdrawAssignments(overlay: Overlay, withdrawal: Withdrawal): void {
  for (const id of withdrawal.assignments ?? []) {
    const held = overlay.find('assignments', id);
    if (held === undefined || held.enabled === false) continue;
    overlay.lay('assignments', { ...held, enabled: false });
  }
  for (const id of withdrawal.narrowedAssignments ?? []) {
    const held = overlay.find('assignments', id);
    if (held === undefined || held.validity?.until === LONG_AGO) continue;
    // Over, since that is what does not refuse at an exit reader (D11).
    const validity = Object.freeze({ ...held.validity, until: LONG_AGO });
    overlay.lay('assignments', { ...held, validity });
  }
}

function withdrawMembers(overlay: Overlay, { members }: Withdrawal): void {
  for (const { team: id, users, teams } of members ?? []) {
    const team = overlay.find('teams', id);
    if (team === undefined) continue;
    const usersLeft = less(team.users, users);
    const teamsLeft = less(team.teams, teams);
    if (usersLeft === team.users && teamsLeft === team.teams) continue;
    overlay.lay('teams', {
      ...team,
      ...(usersLeft === undefined ? {} : { users: usersLeft }),
      ...(teamsLeft === undefined ? {} : { teams: teamsLeft }),
    });
    // Who left has no longer the rank the team gave him, and would be at the mercy of lower ones (A3).
    overlay.close('access_right');
  }
}
