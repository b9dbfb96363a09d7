/** Changes that only add, so that nothing is withdrawn. */
import type { Changes } from '../../src/policy/changes.js';
import type { Policy, Restrictions } from '../../src/policy/document.js';
import type { World } from '../helpers/arbitraries.js';
import { drawWorld } from '../helpers/arbitraries.js';
import type { Draw } from '../helpers/arbitraries-draw.js';
import { editOf } from './narrowing-edits.js';

type Edit = (draw: Draw, world: World) => Changes | undefined;
type Restricted = { readonly restrictions?: Restrictions | undefined };

const missing = (
  all: readonly { readonly id: string }[] | undefined,
  ids: readonly string[] = [],
) => (all ?? []).map(({ id }) => id).filter((id) => !ids.includes(id));

/** One restriction fewer, or one that says it demands nothing. */
const freer = ({ restrictions = {} }: Restricted, draw: Draw): object | undefined => {
  const names = Object.keys(restrictions);
  if (names.length === 0) return undefined;
  const { [draw.pick(names) as keyof Restrictions]: _, ...rest } = restrictions;
  return draw.chance(20)
    ? { restrictions: undefined }
    : { restrictions: { ...rest, ...draw.maybe(50, { antiPassback: undefined }) } };
};

const renamed = () => ({ name: 'another name' });
const put = (parts: object): Changes => ({ put: parts }) as unknown as Changes;

/** Edits by name. */
export const WIDENING: Readonly<Record<string, Edit>> = {
  'a right is given': (draw, { policy }) => {
    const given = policy.assignments ?? [];
    if (given.length === 0) return undefined;
    return put({ assignments: [{ ...draw.pick(given), id: 'new' }] });
  },
  'a right is switched on': editOf('assignments', ({ enabled }) =>
    enabled === false ? { enabled: true } : undefined,
  ),
  'a right is for ever': editOf('assignments', ({ validity }) =>
    validity === undefined ? undefined : { validity: undefined },
  ),
  'a right ends later': editOf('assignments', ({ validity }) =>
    validity?.until === undefined
      ? undefined
      : { validity: { ...validity, until: '2090-01-01T00:00:00Z' } },
  ),
  'a right has begun': editOf('assignments', ({ validity }) =>
    validity?.from === undefined
      ? undefined
      : { validity: { ...validity, from: '0001-01-01T00:00:00Z' } },
  ),
  'a right was granted by somebody': editOf('assignments', ({ grantedBy }, draw, { policy }) =>
    grantedBy === undefined ? { grantedBy: draw.pick(missing(policy.users)) } : undefined,
  ),
  'a user is active again': editOf('users', ({ active }) =>
    active === false ? { active: true } : undefined,
  ),
  'a user has another name': editOf('users', () => ({ name: 'another', email: 'a@example.org' })),
  'a user gets a phone': editOf('users', ({ primaryDevice }) =>
    primaryDevice === undefined ? { primaryDevice: 'first' } : undefined,
  ),
  'a user comes': () => put({ users: [{ id: 'new', active: false }] }),
  'a link comes': () => put({ links: [{ id: 'new', secretHash: 'hash' }] }),
  'a link is active again': editOf('links', ({ active }) =>
    active === false ? { active: true } : undefined,
  ),
  'a link gets a secret': editOf('links', () => ({ secretHash: 'hash' })),
  'a credential is found': editOf('credentials', ({ state }) =>
    state === 'active' ? undefined : { state: 'active' },
  ),
  'a credential is of another kind': editOf('credentials', ({ kind }) => ({
    kind: kind === 'pin' ? 'pass' : 'pin',
  })),
  'somebody joins a team': editOf('teams', ({ users = [] }, draw, { policy }) => {
    const others = missing(policy.users, users);
    return others.length === 0 ? undefined : { users: [...users, draw.pick(others)] };
  }),
  'a team has another name': editOf('teams', renamed),
  'a team comes': (_, { policy }) => put({ teams: [{ id: 'new', users: missing(policy.users) }] }),
  'a door joins a group': editOf('groups', ({ doors = [], place }, draw, { policy }) => {
    const near = policy.doors?.filter((door) => place === undefined || door.place === place);
    const others = missing(near, doors);
    return others.length === 0 ? undefined : { doors: [...doors, draw.pick(others)] };
  }),
  'a group is switched on': editOf('groups', ({ enabled }) =>
    enabled === false ? { enabled: true } : undefined,
  ),
  'a group demands less': editOf('groups', freer),
  'a group says that it demands nothing': editOf('groups', ({ restrictions }) => ({
    restrictions: { twoPerson: false, appAccess: true, reader: false, ...restrictions },
  })),
  'a group has another name': editOf('groups', renamed),
  'a door demands less': editOf('doors', freer),
  'a door stands open longer': editOf('doors', ({ unlock = [], lock }, draw, { policy }) =>
    (policy.schedules ?? []).length === 0 || lock === 'offline'
      ? undefined
      : { unlock: [{ schedule: draw.pick(missing(policy.schedules)) }, ...unlock] },
  ),
  'a door goes online': editOf('doors', ({ lock }) =>
    lock === 'offline' ? { lock: 'online' } : undefined,
  ),
  'a door lets out at any time': editOf('doors', ({ strictExit }) =>
    strictExit === true ? { strictExit: false } : undefined,
  ),
  'a door is returned': editOf('doors', ({ tenant }) =>
    tenant === undefined ? undefined : { tenant: undefined },
  ),
  'a door has another name and no floor': editOf('doors', () => ({
    ...renamed(),
    floor: undefined,
  })),
  'a door comes': (_, { policy }) =>
    put({ doors: [{ id: 'new', place: policy.places![0]!.id, restrictions: { reader: true } }] }),
  'a place demands less': editOf('places', freer),
  'a place has room for more': editOf('places', ({ capacity }) =>
    capacity === undefined ? undefined : { capacity: capacity + 1 },
  ),
  'a place has another name': editOf('places', renamed),
  'a stop demands less': editOf('elevators', ({ stops }) => ({
    stops: stops.map(({ restrictions: _, ...stop }) => ({ ...stop, name: 'another' })),
  })),
  'a schedule is open for more': editOf('schedules', ({ windows }) =>
    windows === undefined
      ? undefined
      : { windows: [{ days: ['mo', 'sa', 'su'], from: '00:00', until: '24:00' }, ...windows] },
  ),
  'a schedule has no exceptions': editOf('schedules', ({ except }) =>
    except === undefined ? undefined : { except: undefined },
  ),
  'a schedule has another name': editOf('schedules', renamed),
  'a closed day is like others': editOf('calendars', ({ days }) =>
    days.every(({ windows }) => windows !== undefined)
      ? undefined
      : { days: days.filter(({ windows }) => windows !== undefined) },
  ),
  'a closed day has hours': editOf('calendars', ({ days }) =>
    days.every(({ windows }) => windows !== undefined)
      ? undefined
      : {
          days: days.map(({ date, windows }) => ({
            date,
            windows: windows ?? [{ from: '01:00', until: '23:30' }],
          })),
        },
  ),
  'a calendar has another name': editOf('calendars', renamed),
  'a lockdown ends': (draw, { policy }) => {
    const ids = missing(policy.lockdowns);
    return ids.length === 0 ? undefined : { remove: { lockdowns: [draw.pick(ids)] } };
  },
  'the organisation has another name': (_, { policy }) => ({
    organization: { ...policy.organization, name: 'another' } as Policy['organization'],
  }),
  'another floor comes': (draw) =>
    put({
      floors: drawWorld(draw).policy.floors!.map(({ id, ...floor }) => ({
        id: `new-${id}`,
        ...floor,
      })),
    }),
};
