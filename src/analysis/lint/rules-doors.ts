/** Doors that nobody may open, tenants without a right, two persons where there is one; and lockdowns. */
import { candidatesOf } from '../../engine/holding.js';
import { type PortalRecord, SWITCHED_OFF } from '../../engine/records.js';
import { at } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import { parseInstant } from '../../values/instant.js';
import { type Ground, holdingsAround, opens, type Path } from './ground.js';
import { fewUsersWith } from './people.js';
import { nameOf } from './words.js';

/** Codes `door_unreachable`, `two_person_alone` and `tenant_without_right`. */
export function lintDoors(ground: Ground): void {
  const { s } = ground;
  // A list of assignments is shared by all doors of its group or place.
  const known = new Map<readonly number[], [door: boolean, stop: boolean]>();
  const reaches = (list: readonly number[], type: PortalRecord['type']): boolean => {
    const both = known.get(list) ?? [
      list.some((number) => isOpening(ground, number, 'door')),
      list.some((number) => isOpening(ground, number, 'elevator_stop')),
    ];
    known.set(list, both);
    return both[type === 'door' ? 0 : 1];
  };
  const able = new Map<readonly number[], Map<PortalRecord['type'], readonly number[]>>();
  for (const { portal, path } of ground.openables) {
    const around = holdingsAround(s, portal);
    const reached = around.some((list) => reaches(list, portal.type));
    if (!reached && portal.unlocks.length === 0) {
      ground.report('door_unreachable', path, `nobody may ever open ${nameOf(portal)}`);
    }
    if (reached) lintTwoPersons(ground, portal, path, around, able);
    lintTenant(ground, portal, path);
  }
}

/** Codes `lockdown_without_end`, `lockdown_over` and `lockdown_blocks_exit`. */
export function lintLockdowns(ground: Ground): void {
  const { now } = ground;
  ground.policy.lockdowns?.forEach(({ id, until, blocksExit }, index) => {
    const path = ['lockdowns', index];
    const name = `lockdown ${quote(id)}`;
    if (until === undefined) {
      ground.report('lockdown_without_end', path, `${name} has no end`);
    } else if (now !== undefined && parseInstant(until) <= now) {
      ground.report('lockdown_over', path, `${name} ended at ${until}`);
      return;
    }
    if (blocksExit !== true) return;
    ground.report('lockdown_blocks_exit', [...path, 'blocksExit'], `${name} keeps people in`);
  });
}

/** Whether an assignment that is switched on is of a role that opens. */
function isOpening({ s }: Ground, number: number, type: PortalRecord['type']): boolean {
  const assignment = at(s.tables.assignments, number);
  return assignment !== undefined && assignment.enabled !== false && mayOpen(s, assignment, type);
}

function mayOpen(s: Ground['s'], { role }: Assignment, type: PortalRecord['type']): boolean {
  return opens(s, s.model.byId.get(role)?.index ?? -1, type);
}

/** Where the door or its place asks for two: at least two active users must hold a right to it. */
function lintTwoPersons(
  ground: Ground,
  portal: PortalRecord,
  path: Path,
  around: readonly (readonly number[])[],
  known: Map<readonly number[], Map<PortalRecord['type'], readonly number[]>>,
): void {
  const { s } = ground;
  const place = at(s.tables.places, portal.place);
  const own = portal.restrictions?.presence?.twoPerson === true;
  if (!own && place?.restrictions?.presence?.twoPerson !== true) return;
  const able = new Set<number>();
  for (const list of around) {
    const byType = known.get(list) ?? new Map<PortalRecord['type'], readonly number[]>();
    known.set(list, byType);
    const few = byType.get(portal.type) ?? fewAble(ground, list, portal.type);
    byType.set(portal.type, few);
    for (const user of few) able.add(user);
    if (able.size > 1) return;
  }
  const count = able.size === 0 ? 'no user' : 'one user';
  const message = `${nameOf(portal)} asks for two persons, and ${count} may open it`;
  const above: Path = [...ground.placePath(portal.place), 'restrictions', 'twoPerson'];
  if (own) ground.report('two_person_alone', [...path, 'restrictions', 'twoPerson'], message);
  else ground.report('two_person_alone', path, message, [above]);
}

/** The first two active users whom assignments of a list let open. */
function fewAble(
  ground: Ground,
  list: readonly number[],
  type: PortalRecord['type'],
): readonly number[] {
  const able = new Set<number>();
  for (const number of list) {
    const assignment = at(ground.s.tables.assignments, number);
    if (assignment === undefined || !isOpening(ground, number, type)) continue;
    for (const user of fewUsersWith(ground.s, assignment)) able.add(user);
    if (able.size > 1) break;
  }
  return [...able];
}

function lintTenant(ground: Ground, portal: PortalRecord, path: Path): void {
  const { s } = ground;
  if (portal.tenant < 0) return;
  const tenant = at(s.tables.users, portal.tenant);
  const roles = s.mayUnlock;
  if (tenant === undefined) return;
  const held = roles === undefined ? [] : candidatesOf(s, tenant, roles, portal.containers);
  const able = held.some(({ flags }) => (flags & SWITCHED_OFF) === 0);
  if (able && tenant.active) return;
  const why = tenant.active ? 'has no right to it' : 'is inactive';
  const message = `${nameOf(portal)} is handed over to user ${quote(tenant.id)}, who ${why}`;
  const there = [...path, 'tenant', 'user'];
  ground.report('tenant_without_right', there, message);
}
