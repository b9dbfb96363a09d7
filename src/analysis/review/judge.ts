/** What a row of a review says beside who and where: the status of the right, and what else is asked there. */
import type { Zone } from '../../checks/time/zone.js';
import { placeOf } from '../../engine/encounter.js';
import { failingParts } from '../../engine/holding.js';
import type { PortalRecord, RestrictionRecord } from '../../engine/records.js';
import { type Snapshot, zoneAt } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';
import type { ReviewPerson, ReviewResource, ReviewRow } from './review-row.js';

/** Codes that do not bind links. */
const SPARES_LINKS: ReadonlySet<string> = new Set(['geofence', 'reader', 'app_access']);

/** Restrictions at one door, by the group through which one comes; those of users and of links. */
interface Bound {
  readonly zone: Zone | undefined;
  readonly user: Map<string, readonly string[]>;
  readonly link: Map<string, readonly string[]>;
}

/** Makes the rows of one review. */
export class ReviewJudge {
  readonly #s: Snapshot;
  readonly #time: number;
  readonly #bound = new Map<PortalRecord, Bound>();

  constructor(s: Snapshot, time: number) {
    this.#s = s;
    this.#time = time;
  }

  /** @param number - the assignment's. */
  row(
    person: ReviewPerson,
    resource: ReviewResource,
    portal: PortalRecord,
    assignment: Assignment,
    number: number,
  ): ReviewRow {
    const bound = this.#boundAt(portal);
    const { scope } = assignment;
    const group = scope.type === 'group' ? scope.id : '';
    let restrictions = bound[person.type].get(group);
    if (restrictions === undefined) {
      restrictions = this.#restrictionsAt(portal, group, person.type === 'link');
      bound[person.type].set(group, restrictions);
    }
    let status: ReviewRow['status'] = 'active';
    if (assignment.validity !== undefined) {
      const validity = at(this.#s.tables.validities, number);
      const failing = validity && failingParts(this.#s, validity, this.#time, bound.zone);
      status = failing?.[0] ?? 'active';
    }
    const enabled = assignment.enabled !== false && (group === '' || this.#isEnabled(group));
    return { person, resource, assignment, status, enabled, restrictions };
  }

  #boundAt(portal: PortalRecord): Bound {
    let bound = this.#bound.get(portal);
    if (bound === undefined) {
      bound = { zone: zoneAt(this.#s, portal.place), user: new Map(), link: new Map() };
      this.#bound.set(portal, bound);
    }
    return bound;
  }

  #isEnabled(group: string): boolean {
    return find(this.#s.tables.groups, group)?.enabled ?? false;
  }

  #restrictionsAt(portal: PortalRecord, group: string, isLink: boolean): readonly string[] {
    const place = placeOf(this.#s, portal);
    const own = [
      ...named(portal.restrictions, `${portal.type} ${portal.id}`, isLink),
      ...named(place.restrictions, `place ${place.document.id}`, isLink),
    ];
    if (group === '') return own;
    const { restrictions } = find(this.#s.tables.groups, group) ?? {};
    return [...own, ...named(restrictions, `group ${group}`, isLink)];
  }
}

/** What a restriction asks for, in the order of the codes' names. */
function named(asked: RestrictionRecord | undefined, where: string, isLink: boolean): string[] {
  if (asked === undefined) return [];
  const { presence } = asked;
  const codes: readonly (readonly [code: string, asks: boolean])[] = [
    ['anti_passback', (presence?.passbackResetMs ?? -1) >= 0],
    ['app_access', asked.appAccess],
    ['geofence', asked.geofence !== undefined],
    ['occupancy_limit', presence?.occupancyLimit !== undefined],
    ['primary_device', asked.primaryDevice],
    ['reader', asked.reader],
    ['schedule', asked.schedule >= 0],
    ['second_factor', asked.secondFactor],
    ['two_person', presence?.twoPerson === true],
  ];
  const binding = codes.filter(([code, asks]) => asks && !(isLink && SPARES_LINKS.has(code)));
  return binding.map(([code]) => `${code}@${where}`);
}
