/**
 * A directory in the shape of OfficeRnD's JSON: lists of members, companies, locations, floors, resources,
 * memberships, bookings and passes. The table of names is in docs/directory.md.
 */
import { type HttpPagesOptions, readAllPages, requireBaseUrl } from './http-pages.js';
import { type DirectorySource, DirectorySourceError } from './source.js';

/** Which list lies where below the base address, where it is not by its own name. */
export interface OfficeRndOptions extends HttpPagesOptions {
  readonly paths?: Partial<Readonly<Record<OfficeRndList, string>>>;
}

/** The lists that are read. */
export type OfficeRndList =
  | 'members'
  | 'companies'
  | 'plans'
  | 'locations'
  | 'floors'
  | 'resources'
  | 'memberships'
  | 'bookings'
  | 'passes';

/**
 * A source that reads every page of every list, one after the other.
 * @throws TypeError for a base address that is not `https`.
 */
export function officeRndSource(options: OfficeRndOptions): DirectorySource {
  requireBaseUrl(options.baseUrl);
  return {
    async read(signal) {
      const token = await options.token();
      const snapshot: Record<string, unknown> = {};
      for (const [list, { into, read }] of Object.entries(LISTS)) {
        const path = options.paths?.[list as OfficeRndList] ?? list;
        const elements = await readAllPages(path, options, token, signal);
        snapshot[into] = elements.flatMap((element, index) => {
          if (typeof element === 'object' && element !== null && !Array.isArray(element)) {
            return read(element as Item);
          }
          throw new DirectorySourceError('malformed', `${path}: element ${index} is no object`);
        });
      }
      return snapshot;
    },
  };
}

type Item = Readonly<Record<string, unknown>>;
type Reader = (item: Item) => Item[];

/** One element, without what it does not say. What is ill-typed stays, for the strict parser to refuse. */
function element(members: Item): Item[] {
  const said = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return [Object.fromEntries(said)];
}

/** An id, written as text or as an object that was filled in with more. */
function reference(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return (value as Item)['_id'] ?? value;
}

const named: Reader = ({ _id, name }) => element({ id: _id, name });

/** Types of resources that are not booked by the hour. */
const DESKS: ReadonlySet<unknown> = new Set(['desk', 'desk_tr', 'hotdesk']);

const LISTS: Readonly<Record<OfficeRndList, { readonly into: string; readonly read: Reader }>> = {
  members: {
    into: 'members',
    read: ({ _id, name, email, phone, company, status }) =>
      element({
        ...{ id: _id, name, email, phone, team: reference(company) },
        active: status === undefined ? undefined : status !== 'inactive' && status !== 'former',
      }),
  },
  companies: { into: 'teams', read: named },
  plans: { into: 'plans', read: named },
  locations: { into: 'locations', read: named },
  floors: {
    into: 'floors',
    read: ({ _id, name, location }) => element({ id: _id, name, location: reference(location) }),
  },
  resources: {
    into: 'resources',
    read: ({ _id, name, type, location, floor }) =>
      element({
        ...{ id: _id, name, location: reference(location), floor: reference(floor) },
        kind: type === 'team_room' ? 'office' : DESKS.has(type) ? 'desk' : 'bookable',
      }),
  },
  memberships: {
    into: 'memberships',
    read: ({ _id, plan, member, company, resource, startDate, endDate, status }) =>
      status === 'not_approved'
        ? []
        : element({
            ...{ id: _id, plan: reference(plan), resource: reference(resource) },
            ...{ member: reference(member), team: reference(company) },
            ...{ from: startDate, until: endDate },
          }),
  },
  bookings: {
    into: 'bookings',
    // A booking of nobody blocks a room for cleaning or an event: it is nobody's access.
    read: ({ _id, resource, member, start, end, canceled }) =>
      canceled === true || member === undefined || member === null
        ? []
        : element({
            ...{ id: _id, resource: reference(resource), member: reference(member) },
            ...{ from: dateTime(start), until: dateTime(end) },
          }),
  },
  passes: {
    into: 'dayPasses',
    read: ({ _id, plan, member, company, remaining, startDate, endDate }) =>
      element({
        ...{ id: _id, kind: reference(plan), remaining },
        ...{ member: reference(member), team: reference(company) },
        ...{ from: startDate, until: endDate },
      }),
  },
};

/** A time, written as text or as `{ dateTime }`. */
function dateTime(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return (value as Item)['dateTime'];
}
