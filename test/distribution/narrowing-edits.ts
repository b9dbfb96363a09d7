/** Changes that take something away, one for each rule of what a change withdraws, and what must name it. */

import { sameValue } from '../../src/admin/same-value.js';
import type { Withdrawal } from '../../src/distribution/withdrawal.js';
import type { Changes } from '../../src/policy/changes.js';
import type {
  Assignment,
  CollectionName,
  Door,
  ElementOf,
  Group,
  Place,
  Policy,
  Schedule,
} from '../../src/policy/document.js';
import type { World } from '../helpers/arbitraries.js';
import type { Draw } from '../helpers/arbitraries-draw.js';

type Edit = (draw: Draw, world: World) => Changes | undefined;
type Removal = { -readonly [K in CollectionName]?: string[] };

/** An instant text. */
const text = (ms: number) => new Date(ms).toISOString();
const put = <K extends CollectionName>(name: K, ...elements: readonly object[]): Changes =>
  ({ put: { [name]: elements } }) as unknown as Changes;

/** An edit of some element of a collection: the members it gets (`undefined` takes one away), or nothing to do. */
export function editOf<K extends CollectionName>(
  name: K,
  members: (element: ElementOf<K>, draw: Draw, world: World) => object | undefined,
): Edit {
  return (draw, world) => {
    const able = ((world.policy[name] ?? []) as readonly ElementOf<K>[]).flatMap((element) => {
      const given = members(element, draw, world);
      const edited = given === undefined ? element : strip({ ...element, ...given });
      return sameValue(edited, element) ? [] : [edited];
    });
    return able.length === 0 ? undefined : put(name, draw.pick(able));
  };
}

function strip(element: object): object {
  return Object.fromEntries(Object.entries(element).filter(([, value]) => value !== undefined));
}

const removeOf = (removal: (draw: Draw, policy: Policy) => Removal | undefined): Edit => {
  return (draw, { policy }) => {
    const remove = removal(draw, policy);
    return remove && ({ remove } as Changes);
  };
};

const idsOf = (all: readonly { readonly id: string }[] | undefined) =>
  (all ?? []).map(({ id }) => id);
const oneOf = (draw: Draw, all: readonly { readonly id: string }[] | undefined) =>
  idsOf(all).length === 0 ? undefined : draw.pick(idsOf(all));

const stricter = { secondFactor: true, reader: true } as const;

/** A user and everything that names him. */
const goneUser: Edit = (draw, { policy }) => {
  const id = oneOf(draw, policy.users);
  if (id === undefined || policy.users?.length === 1) return undefined;
  const held = (policy.assignments ?? []).filter(
    ({ subject, grantedBy }) => grantedBy === id || (subject.type === 'user' && subject.id === id),
  );
  const cards = (policy.credentials ?? []).filter(({ user }) => user === id);
  const teams = (policy.teams ?? []).filter(({ users }) => users?.includes(id));
  const doors = (policy.doors ?? []).filter(({ tenant }) => tenant?.user === id);
  return {
    put: {
      teams: teams.map((team) => ({
        ...team,
        users: team.users?.filter((user) => user !== id) ?? [],
      })),
      doors: doors.map(({ tenant: _, ...door }) => door),
    },
    remove: { users: [id], assignments: idsOf(held), credentials: idsOf(cards) },
  };
};

const goneGroup: Edit = removeOf((draw, policy) => {
  const group = oneOf(draw, policy.groups);
  const held = (policy.assignments ?? []).filter(
    ({ scope }) => scope.type === 'group' && scope.id === group,
  );
  return group === undefined ? undefined : { groups: [group], assignments: idsOf(held) };
});

const goneLink: Edit = removeOf((draw, policy) => {
  const link = oneOf(draw, policy.links);
  const held = (policy.assignments ?? []).filter(
    ({ subject }) => subject.type === 'link' && subject.id === link,
  );
  return link === undefined ? undefined : { links: [link], assignments: idsOf(held) };
});

/** A door, out of the groups that hold it, with what is held at it. */
const goneDoor: Edit = (draw, { policy }) => {
  const id = oneOf(draw, policy.doors);
  if (id === undefined) return undefined;
  const at = ({ scope }: { readonly scope: { readonly type: string; readonly id: string } }) =>
    scope.type === 'door' && scope.id === id;
  const groups = (policy.groups ?? []).filter(({ doors }) => doors?.includes(id));
  return {
    put: {
      groups: groups.map((group) => ({
        ...group,
        doors: group.doors!.filter((door) => door !== id),
      })),
    },
    remove: {
      doors: [id],
      assignments: idsOf((policy.assignments ?? []).filter(at)),
      lockdowns: idsOf((policy.lockdowns ?? []).filter(at)),
    },
  };
};

const stopEdit = (change: (stop: object) => object): Edit =>
  editOf('elevators', ({ stops }, draw) => {
    if (stops.length === 0) return undefined;
    const at = draw.int(0, stops.length - 1);
    return { stops: stops.map((stop, index) => (index === at ? strip(change(stop)) : stop)) };
  });

/** A part of a list of ids. */
const fewer = (draw: Draw, ids: readonly string[] | undefined): string[] | undefined => {
  const all = [...new Set(ids)];
  return all.length === 0 ? undefined : draw.upTo(all.length - 1, all);
};

const leavesTeam = (name: 'users' | 'teams'): Edit =>
  editOf('teams', (team, draw) => {
    const left = fewer(draw, team[name]);
    return left && { [name]: left };
  });

const leavesGroup = (name: 'doors' | 'stops'): Edit =>
  editOf('groups', (group: Group, draw) => {
    const left = fewer(draw, group[name]);
    return left && { [name]: left };
  });

const right = (members: (right: Assignment, draw: Draw, world: World) => object | undefined) =>
  editOf('assignments', members);
const door = (members: (door: Door, draw: Draw, world: World) => object | undefined) =>
  editOf('doors', members);
const place = (members: (place: Place, draw: Draw, world: World) => object | undefined) =>
  editOf('places', members);
const schedule = (members: (schedule: Schedule, draw: Draw, world: World) => object | undefined) =>
  editOf('schedules', members);

/** Edits by name, each with the member of a withdrawal that must not be empty after it. */
export const NARROWING: Readonly<Record<string, readonly [keyof Withdrawal, Edit]>> = {
  'a right is removed': [
    'assignments',
    removeOf((draw, { assignments }) => {
      const id = oneOf(draw, assignments);
      return id === undefined ? undefined : { assignments: [id] };
    }),
  ],
  'a right is switched off': ['assignments', right(() => ({ enabled: false }))],
  'a right moves elsewhere': [
    'assignments',
    right(({ scope, role }, draw, { policy }) => {
      const others = (policy.assignments ?? []).filter(
        (each) => each.role === role && JSON.stringify(each.scope) !== JSON.stringify(scope),
      );
      return others.length === 0 ? undefined : { scope: draw.pick(others).scope };
    }),
  ],
  'a right goes to somebody else': [
    'assignments',
    right(({ subject }, draw, { policy }) => {
      const others = idsOf(policy.users).filter((id) => id !== subject.id);
      return others.length === 0 ? undefined : { subject: { type: 'user', id: draw.pick(others) } };
    }),
  ],
  'a right becomes another role': [
    'assignments',
    right(({ role, scope }, draw, { policy }) => {
      const others = (policy.assignments ?? []).filter(
        (each) => each.role !== role && each.scope.type === scope.type,
      );
      return others.length === 0 ? undefined : { role: draw.pick(others).role };
    }),
  ],
  'a right ends sooner': [
    'narrowedAssignments',
    right(({ validity }, draw, { anchor }) => {
      if (validity?.until !== undefined) return undefined;
      return { validity: { ...validity, until: text(anchor + draw.int(-48, 0) * 3_600_000) } };
    }),
  ],
  'a right begins later': [
    'narrowedAssignments',
    right(({ validity }, draw, { anchor }) => {
      if (validity?.from !== undefined) return undefined;
      return { validity: { ...validity, from: text(anchor + draw.int(0, 48) * 3_600_000) } };
    }),
  ],
  'a right gets hours': [
    'narrowedAssignments',
    right(({ validity }, draw, { policy }) => {
      const id = oneOf(draw, policy.schedules);
      if (id === undefined || validity?.schedule !== undefined) return undefined;
      return { validity: { ...validity, schedule: id } };
    }),
  ],
  'a right was granted by somebody else': [
    'narrowedAssignments',
    right(({ grantedBy }) => (grantedBy === undefined ? undefined : { grantedBy: undefined })),
  ],
  'a user is deactivated': ['users', editOf('users', () => ({ active: false }))],
  'a user is removed': ['users', goneUser],
  'a user takes another phone': [
    'primaryDevices',
    editOf('users', ({ primaryDevice }, draw) =>
      primaryDevice === undefined
        ? undefined
        : { primaryDevice: draw.chance(50) ? undefined : 'another' },
    ),
  ],
  'a link is deactivated': ['links', editOf('links', () => ({ active: false }))],
  'a link is removed': ['links', goneLink],
  'a credential is lost': [
    'credentials',
    editOf('credentials', ({ state }, draw) =>
      state === 'active' ? { state: draw.pick(['inactive', 'lost', 'stolen']) } : undefined,
    ),
  ],
  'a credential changes hands': [
    'credentials',
    editOf('credentials', ({ state, user }, draw, { policy }) => {
      const others = idsOf(policy.users).filter((id) => id !== user);
      return state === 'active' && others.length > 0 ? { user: draw.pick(others) } : undefined;
    }),
  ],
  'a credential comes that others use': [
    'credentials',
    (draw, { policy }) => {
      const known = idsOf(policy.credentials);
      const ids = ['phone-1', 'phone-2', 'own', 'fob', 'unheard-of'].filter(
        (id) => !known.includes(id),
      );
      const user = oneOf(draw, policy.users);
      return ids.length === 0 || user === undefined
        ? undefined
        : put('credentials', { id: draw.pick(ids), kind: 'phone', user, state: 'active' });
    },
  ],
  'a credential is removed': [
    'credentials',
    removeOf((draw, { credentials }) => {
      const id = oneOf(draw, credentials);
      return id === undefined ? undefined : { credentials: [id] };
    }),
  ],
  'somebody leaves a team': ['members', leavesTeam('users')],
  'a team leaves a team': ['members', leavesTeam('teams')],
  'a group is switched off': ['groups', editOf('groups', () => ({ enabled: false }))],
  'a group is removed': ['groups', goneGroup],
  'a group demands more': [
    'narrowedGroups',
    editOf('groups', ({ restrictions }) =>
      restrictions?.secondFactor === true
        ? undefined
        : { restrictions: { ...restrictions, ...stricter } },
    ),
  ],
  'a door leaves a group': ['openings', leavesGroup('doors')],
  'a stop leaves a group': ['openings', leavesGroup('stops')],
  'a door is removed': ['doors', goneDoor],
  'a door demands more': [
    'doors',
    door(({ restrictions }, draw) => ({
      restrictions: {
        ...restrictions,
        ...draw.pick([{ twoPerson: true }, { appAccess: false }, stricter]),
      },
    })),
  ],
  'a door goes offline': [
    'doors',
    door(({ lock }) => (lock === 'offline' ? undefined : { lock: 'offline', unlock: undefined })),
  ],
  'a door is let': [
    'doors',
    door((_, draw, { policy, anchor }) => ({
      tenant: { user: draw.pick(idsOf(policy.users)), since: text(anchor - 400 * 3_600_000) },
    })),
  ],
  'a door stands open no more': [
    'doors',
    door(({ unlock = [] }) => (unlock.length === 0 ? undefined : { unlock: undefined })),
  ],
  'a door gets other readers': [
    'doors',
    door(({ id, readers = [] }) => ({
      readers: readers.length > 0 ? undefined : [{ id: `${id}-new`, direction: 'entry' }],
    })),
  ],
  'a door is somewhere else': [
    'doors',
    door(({ location }) =>
      location === undefined
        ? undefined
        : { location: { ...location, latitude: location.latitude / 2 } },
    ),
  ],
  'a place demands more': [
    'places',
    place(({ restrictions }, draw) => ({
      restrictions: {
        ...restrictions,
        ...draw.pick([{ antiPassback: { mode: 'hard' } }, stricter]),
      },
    })),
  ],
  'a place has room for fewer': [
    'places',
    place(({ capacity = 0 }) => (capacity < 2 ? undefined : { capacity: capacity - 1 })),
  ],
  'a place has another time': [
    'places',
    place(({ timeZone }) =>
      timeZone === undefined
        ? undefined
        : { timeZone: timeZone === 'UTC' ? 'Asia/Kathmandu' : 'UTC' },
    ),
  ],
  'a stop demands more': [
    'places',
    stopEdit((stop) => ({ ...stop, restrictions: { appAccess: false, primaryDevice: true } })),
  ],
  'a stop stands open no more': [
    'places',
    editOf('elevators', ({ stops }) =>
      stops.some(({ unlock = [] }) => unlock.length > 0)
        ? { stops: stops.map(({ unlock: _, ...stop }) => stop) }
        : undefined,
    ),
  ],
  'an elevator loses its readers': [
    'places',
    editOf('elevators', ({ readers }) =>
      readers === undefined ? undefined : { readers: undefined },
    ),
  ],
  'a schedule is switched': [
    'schedules',
    schedule(({ enabled = true }) => ({ enabled: !enabled })),
  ],
  'a schedule is open for less': [
    'schedules',
    schedule(({ except = [] }, _, { anchor }) => ({
      except: [...except, { from: day(anchor - 86_400_000), until: day(anchor + 3 * 86_400_000) }],
    })),
  ],
  'a schedule gets other hours': [
    'schedules',
    schedule(({ windows }) =>
      windows === undefined
        ? undefined
        : { windows: [{ days: ['we'], from: '03:00', until: '04:00' }] },
    ),
  ],
  'a schedule reads another clock': [
    'schedules',
    schedule(({ timeZone }) => ({ timeZone: timeZone === 'UTC' ? 'Asia/Kathmandu' : 'UTC' })),
  ],
  'a schedule drops its calendar': [
    'schedules',
    schedule(({ calendar }) => (calendar === undefined ? undefined : { calendar: undefined })),
  ],
  'a day is closed': [
    'calendars',
    editOf('calendars', ({ days }, draw, { anchor }) => {
      const date = day(anchor + draw.int(-1, 1) * 86_400_000);
      const known = days.find((each) => each.date === date);
      if (known !== undefined && known.windows === undefined) return undefined;
      return { days: [...days.filter((each) => each !== known), { date }] };
    }),
  ],
  'a day of its own becomes one like others': [
    'calendars',
    editOf('calendars', ({ days }, draw) => {
      const own = days.filter(({ windows }) => windows !== undefined);
      if (own.length === 0) return undefined;
      const gone = draw.pick(own);
      return { days: days.filter((each) => each !== gone) };
    }),
  ],
  'a lockdown begins': [
    'lockdowns',
    (draw, { policy }) => {
      const scope = draw.pick([
        { type: 'organization', id: policy.organization.id },
        { type: 'place', id: draw.pick(idsOf(policy.places)) },
        { type: 'door', id: draw.pick(idsOf(policy.doors)) },
      ]);
      return put('lockdowns', { id: 'fire', scope, ...draw.maybe(30, { blocksExit: true }) });
    },
  ],
  'a lockdown changes': [
    'lockdowns',
    editOf('lockdowns', ({ exempt }) =>
      exempt === undefined ? undefined : { exempt: undefined, since: undefined, until: undefined },
    ),
  ],
  'the roles change': [
    'everything',
    (_, { policy }) => {
      const roles = policy.organization.roles === 'kiwi' ? 'kisi' : 'kiwi';
      const known = (policy.assignments ?? []).length === 0;
      const organization = { ...policy.organization, roles } as Policy['organization'];
      return known
        ? { organization }
        : { organization, remove: { assignments: idsOf(policy.assignments) } };
    },
  ],
  'the organisation has another time': [
    'everything',
    (_, { policy }) => {
      const { timeZone } = policy.organization;
      if (timeZone === undefined) return undefined;
      const other = timeZone === 'UTC' ? 'Asia/Kathmandu' : 'UTC';
      return { organization: { ...policy.organization, timeZone: other } };
    },
  ],
};

/** A date. */
function day(ms: number): string {
  return text(ms).slice(0, 10);
}
