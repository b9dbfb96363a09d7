/**
 * Every rule that looks at more than one value, owned by the element that refers: by forward look-ups
 * alone, so that a change can be checked without walking the whole document.
 */
import { edgeBackTo } from './cycles.js';
import type { CollectionName, ElementOf, Organization, Team } from './document.js';
import { CANNOT_TELL, unlessUnreadable } from './guarded.js';
import type { Report } from './issue-list.js';
import { quote } from './pointer.js';
import {
  ASSIGNMENT_RULES,
  CREDENTIAL_RULES,
  KNOWN_ASSIGNMENT_RULES,
  TEAM_RULES,
} from './rules-people.js';
import {
  DOOR_RULES,
  ELEVATOR_RULES,
  FLOOR_RULES,
  GROUP_RULES,
  LOCKDOWN_RULES,
  PLACE_RULES,
  type Rule,
} from './rules-place.js';
import { checkRoleModel } from './rules-roles.js';
import { checkCalendar, checkScheduleBody, checkTimeZone } from './rules-time.js';
import type { PolicyView } from './view.js';

/**
 * Reports everything that is wrong with one element of a document, itself well-formed, in the sight of the
 * others: what it refers to, and the cycle of teams it closes.
 * @param pointer - where the element stands; the pointers of issues lead on from there.
 */
export function checkElement<K extends CollectionName>(
  view: PolicyView,
  collection: K,
  element: ElementOf<K>,
  pointer: string,
  report: Report,
): void {
  checkWithoutCycles(view, collection, element, pointer, report);
  if (collection !== 'teams') return;
  const { id, teams = [] } = element as Team;
  const edge = edgeBackTo(id, teams, (team) => view.find('teams', team)?.teams ?? []);
  if (edge !== -1) reportTeamCycle(teams[edge] ?? id, edge, pointer, report);
}

/**
 * As {@link checkElement}, but leaves cycles of teams to one walk over all teams.
 * @param isKnown - whether subject and scope of an assignment are known to exist, so that neither is looked up.
 */
export function checkWithoutCycles<K extends CollectionName>(
  view: PolicyView,
  collection: K,
  element: ElementOf<K>,
  pointer: string,
  report: Report,
  isKnown: boolean = false,
): void {
  const rules = isKnown ? KNOWN_ASSIGNMENT_RULES : ELEMENT_RULES[collection];
  for (const rule of rules as readonly Rule<ElementOf<K>>[]) {
    // Spelled out instead of `unlessUnreadable`: a closure per rule would be five million of them.
    try {
      rule(view, element, pointer, report);
    } catch (error) {
      if (error !== CANNOT_TELL) throw error;
    }
  }
}

/** The edge at which a team contains itself, directly or not: code `cycle`. */
export function reportTeamCycle(team: string, edge: number, pointer: string, report: Report): void {
  const message = `the team contains itself, through ${quote(team)}`;
  report({ pointer: `${pointer}/teams/${edge}`, code: 'cycle', message });
}

/** Reports what is wrong with the organisation: its zone and, where it brings one, its role model. */
export function checkOrganization(
  view: PolicyView,
  organization: Organization,
  pointer: string,
  report: Report,
): void {
  unlessUnreadable(() => checkTimeZone(view, organization, pointer, report));
  unlessUnreadable(() => {
    if (typeof organization.roles !== 'object') return;
    checkRoleModel(organization.roles, `${pointer}/roles`, report);
  });
}

/** The rules of each collection, in the order in which they are told. */
const ELEMENT_RULES: { readonly [K in CollectionName]: readonly Rule<ElementOf<K>>[] } = {
  places: PLACE_RULES,
  floors: FLOOR_RULES,
  doors: DOOR_RULES,
  elevators: ELEVATOR_RULES,
  groups: GROUP_RULES,
  users: [],
  teams: TEAM_RULES,
  links: [],
  credentials: CREDENTIAL_RULES,
  assignments: ASSIGNMENT_RULES,
  schedules: [checkScheduleBody],
  calendars: [(_view, calendar, pointer, report) => checkCalendar(calendar, pointer, report)],
  lockdowns: LOCKDOWN_RULES,
};
