/**
 * The policy document, version 1: the one definition from which the TypeScript types, `parsePolicy`
 * and the published JSON Schema come. Shapes only; rules that look at more than one value are in
 * `rules.ts`. Source: docs/policy.md.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import { INSTANT_END, INSTANT_MIN, parseInstant } from '../values/instant.js';
import {
  ACTIONS_MAX,
  ASSIGNMENTS_MAX,
  CALENDAR_DAYS_MAX,
  CAPACITY_MAX,
  DATES_MAX,
  ID_LENGTH_MAX,
  ID_LIST_MAX,
  LANGUAGES_MAX,
  NAME_LENGTH_MAX,
  PEOPLE_MAX,
  PLACES_MAX,
  POLYGON_POINTS_MAX,
  RADIUS_METRES_MAX,
  RANK_MAX,
  READERS_MAX,
  RECURRENCES_MAX,
  RESET_MINUTES_MAX,
  ROLES_MAX,
  RRULE_LENGTH_MAX,
  SCHEDULES_MAX,
  STOPS_MAX,
  TEXT_LENGTH_MAX,
  THINGS_MAX,
  UNLOCKS_MAX,
  WINDOWS_MAX,
} from '../values/limits.js';
import { parseLocalDate, parseLocalDateTime } from '../values/local-time.js';
import type { IssueCode } from './issue.js';
import { v } from './schema-nodes.js';

/** Days of the week as the document writes them, Monday first. */
export const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;

/** Under which code a bound that fails is told, where a code says more than `format` or `empty`. */
const toldAs = <T>(issueCode: IssueCode) =>
  v.metadata<T, { readonly issueCode: IssueCode }>({ issueCode });

const id = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(ID_LENGTH_MAX),
  v.regex(/^[A-Za-z0-9._~:@+-]+$/u, 'must be letters, digits and . _ ~ : @ + - only'),
);
const ids = v.pipe(v.array(id), v.maxLength(ID_LIST_MAX));
/** Half of a character outside the basic plane: no UTF-8 can carry it, so it would not survive a file. */
const wholeCharacters = v.regex(/^[^\uD800-\uDFFF]*$/u, 'must be whole characters');
const name = v.pipe(v.string(), v.maxLength(NAME_LENGTH_MAX), wholeCharacters);
const text = v.pipe(v.string(), v.maxLength(TEXT_LENGTH_MAX), wholeCharacters);
const timeZone = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(64),
  v.regex(/^[A-Za-z0-9_+/-]+$/u, 'must be an IANA time zone name'),
  toldAs('time_zone'),
);
/** Written with an offset, the first and last hours of RFC 3339's years fall outside them. */
const isInstant = (ms: number): boolean => ms >= INSTANT_MIN && ms < INSTANT_END;
const instant = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,12})?(?:[Zz]|[+-]\d{2}:\d{2})$/u,
    'must be an RFC 3339 instant with an offset',
  ),
  v.check(
    (value) => isInstant(parseInstant(value)),
    'must be an instant of the years 0001 to 9999',
  ),
);
const localDate = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}$/u, 'must be a date YYYY-MM-DD'),
  v.check((value) => parseLocalDate(value) !== undefined, 'must be a date that exists'),
);
const localTime = v.pipe(
  v.string(),
  v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, 'must be a local time HH:MM'),
);
const localTimeEnd = v.pipe(
  v.string(),
  v.regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u, 'must be a local time HH:MM up to 24:00'),
);
const localDateTime = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d$/u,
    'must be a local time YYYY-MM-DDTHH:MM',
  ),
  v.check((value) => parseLocalDateTime(value) !== undefined, 'must be a local time that exists'),
);
const localDateTimeEnd = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-\d{2}-\d{2}T(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u,
    'must be a local time YYYY-MM-DDTHH:MM up to T24:00',
  ),
  v.check((value) => parseLocalDateTime(value) !== undefined, 'must be a local time that exists'),
);
const location = v.strictObject({
  latitude: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  longitude: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
});
const radius = v.pipe(v.number(), v.gtValue(0), v.maxValue(RADIUS_METRES_MAX));

const geofence = v.strictObject({
  radius: v.optional(radius),
  polygon: v.optional(
    v.pipe(
      v.array(
        v.strictTuple([
          v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
          v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
        ]),
      ),
      v.minLength(3),
      v.maxLength(POLYGON_POINTS_MAX),
      toldAs('geofence_shape'),
    ),
  ),
  accuracyMax: v.optional(radius),
});

const people = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(CAPACITY_MAX));
const antiPassback = v.strictObject({
  mode: v.picklist(['hard', 'soft']),
  resetMinutes: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(RESET_MINUTES_MAX)),
  ),
});
const anywhere = {
  geofence: v.optional(geofence),
  reader: v.optional(v.boolean()),
  schedule: v.optional(id),
  primaryDevice: v.optional(v.boolean()),
  secondFactor: v.optional(v.boolean()),
  appAccess: v.optional(v.boolean()),
  twoPerson: v.optional(v.boolean()),
};
/** `true` is the capacity of the place, which a group may have none or several of. */
const placedLimit = v.optional(v.union([v.literal(true), people]));
const restrictions = v.strictObject({
  ...anywhere,
  occupancyLimit: placedLimit,
  antiPassback: v.optional(antiPassback),
});
/** Who is carried past a stop is inside already: no passback there, nor for a group, which is no border. */
const stopRestrictions = v.strictObject({ ...anywhere, occupancyLimit: placedLimit });
const groupRestrictions = v.strictObject({ ...anywhere, occupancyLimit: v.optional(people) });

const window = v.strictObject({
  days: v.pipe(v.array(v.picklist(WEEKDAYS)), v.minLength(1), v.maxLength(WINDOWS_MAX)),
  from: localTime,
  until: localTimeEnd,
});
const dayWindow = v.strictObject({ from: localTime, until: localTimeEnd });
const recurrence = v.strictObject({
  start: localDateTime,
  duration: v.pipe(
    v.string(),
    v.maxLength(16),
    v.regex(
      /^P(?=\d|T\d)(?:\d{1,2}D)?(?:T(?=\d)(?:\d{1,4}H)?(?:\d{1,5}M)?)?$/u,
      'must be a duration P[nD][T[nH][nM]]',
    ),
    toldAs('duration'),
  ),
  rrule: v.pipe(v.string(), v.minLength(1), v.maxLength(RRULE_LENGTH_MAX)),
  exdates: v.optional(v.pipe(v.array(localDateTime), v.maxLength(DATES_MAX))),
  rdates: v.optional(v.pipe(v.array(localDateTime), v.maxLength(DATES_MAX))),
});
const scheduleBody = {
  timeZone: v.optional(timeZone),
  windows: v.optional(v.pipe(v.array(window), v.minLength(1), v.maxLength(WINDOWS_MAX))),
  recurrences: v.optional(
    v.pipe(v.array(recurrence), v.minLength(1), v.maxLength(RECURRENCES_MAX)),
  ),
  events: v.optional(
    v.pipe(
      v.array(v.strictObject({ from: localDateTime, until: localDateTimeEnd })),
      v.minLength(1),
      v.maxLength(DATES_MAX),
    ),
  ),
  calendar: v.optional(id),
  except: v.optional(
    v.pipe(v.array(v.strictObject({ from: localDate, until: localDate })), v.maxLength(DATES_MAX)),
  ),
  enabled: v.optional(v.boolean()),
};
const inlineSchedule = v.strictObject(scheduleBody);
const schedule = v.strictObject({ id, name: v.optional(name), ...scheduleBody });

const calendar = v.strictObject({
  id,
  name: v.optional(name),
  days: v.pipe(
    v.array(
      v.strictObject({
        date: localDate,
        windows: v.optional(v.pipe(v.array(dayWindow), v.minLength(1), v.maxLength(WINDOWS_MAX))),
        name: v.optional(name),
      }),
    ),
    v.maxLength(CALENDAR_DAYS_MAX),
  ),
});

const validity = v.strictObject({
  from: v.optional(instant),
  until: v.optional(instant),
  schedule: v.optional(v.union([id, inlineSchedule])),
});

const reader = v.strictObject({ id, direction: v.optional(v.picklist(['entry', 'exit'])) });
const readers = v.pipe(v.array(reader), v.maxLength(READERS_MAX));
const unlock = v.pipe(
  v.array(v.strictObject({ schedule: id, firstToArrive: v.optional(id) })),
  v.maxLength(UNLOCKS_MAX),
);

const actionName = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^[a-z][a-z0-9_]*$/u, 'must be lower-case letters, digits and _'),
);
const language = v.pipe(
  v.string(),
  v.maxLength(35),
  v.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$/u, 'must be a language tag'),
);
const level = v.picklist(['organization', 'place', 'group', 'door']);
const role = v.strictObject({
  id,
  name: v.optional(v.pipe(v.record(language, name), v.maxEntries(LANGUAGES_MAX))),
  levels: v.pipe(v.array(level), v.minLength(1), v.maxLength(4)),
  rank: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(RANK_MAX)),
  inherits: v.optional(v.pipe(v.array(id), v.maxLength(ROLES_MAX))),
  permissions: v.pipe(
    v.record(actionName, v.pipe(v.array(actionName), v.maxLength(ACTIONS_MAX))),
    v.maxEntries(ACTIONS_MAX),
  ),
  assigns: v.optional(
    v.union([v.literal('up_to_own_rank'), v.pipe(v.array(id), v.maxLength(ROLES_MAX))]),
  ),
  unique: v.optional(v.boolean()),
  assignable: v.optional(v.boolean()),
  deprecated: v.optional(v.boolean()),
});
const roleModel = v.strictObject({
  id,
  name: v.optional(name),
  roles: v.pipe(v.array(role), v.minLength(1), v.maxLength(ROLES_MAX)),
  onePerScope: v.optional(v.boolean()),
});

/** Names of the role models that ship with the library. */
export const BUILT_IN_MODELS = ['kisi', 'kisi_standard', 'kisi_organizations', 'kiwi'] as const;

const organization = v.strictObject({
  id,
  name: v.optional(name),
  timeZone: v.optional(timeZone),
  roles: v.optional(v.union([v.picklist(BUILT_IN_MODELS), roleModel])),
});
const place = v.strictObject({
  id,
  name: v.optional(name),
  timeZone: v.optional(timeZone),
  location: v.optional(location),
  restrictions: v.optional(restrictions),
  capacity: v.optional(people),
});
const floor = v.strictObject({ id, place: id, name: v.optional(name) });
const door = v.strictObject({
  id,
  place: id,
  floor: v.optional(id),
  name: v.optional(name),
  lock: v.optional(v.picklist(['online', 'offline'])),
  location: v.optional(location),
  readers: v.optional(readers),
  restrictions: v.optional(restrictions),
  unlock: v.optional(unlock),
  strictExit: v.optional(v.boolean()),
  tenant: v.optional(v.strictObject({ user: id, since: instant })),
});
const stop = v.strictObject({
  id,
  floor: id,
  name: v.optional(name),
  restrictions: v.optional(stopRestrictions),
  unlock: v.optional(unlock),
});
const elevator = v.strictObject({
  id,
  place: id,
  name: v.optional(name),
  readers: v.optional(readers),
  stops: v.pipe(v.array(stop), v.maxLength(STOPS_MAX)),
});
const group = v.strictObject({
  id,
  name: v.optional(name),
  place: v.optional(id),
  doors: v.optional(ids),
  stops: v.optional(ids),
  restrictions: v.optional(groupRestrictions),
  enabled: v.optional(v.boolean()),
});
const user = v.strictObject({
  id,
  name: v.optional(name),
  email: v.optional(text),
  segment: v.optional(name),
  active: v.optional(v.boolean()),
  primaryDevice: v.optional(id),
});
const team = v.strictObject({
  id,
  name: v.optional(name),
  users: v.optional(ids),
  teams: v.optional(ids),
});
const link = v.strictObject({
  id,
  name: v.optional(name),
  active: v.optional(v.boolean()),
  secretHash: v.optional(text),
});
const credential = v.strictObject({
  id,
  kind: v.picklist(['phone', 'pass', 'card', 'pin']),
  user: id,
  state: v.picklist(['active', 'inactive', 'lost', 'stolen']),
});
const assignment = v.strictObject({
  id,
  subject: v.strictObject({ type: v.picklist(['user', 'team', 'link']), id }),
  role: id,
  scope: v.strictObject({ type: level, id }),
  validity: v.optional(validity),
  grantedBy: v.optional(id),
  enabled: v.optional(v.boolean()),
});
const lockdown = v.strictObject({
  id,
  scope: v.strictObject({ type: v.picklist(['organization', 'place', 'door']), id }),
  since: v.optional(instant),
  until: v.optional(instant),
  exempt: v.optional(v.pipe(v.array(id), v.maxLength(ROLES_MAX))),
  blocksExit: v.optional(v.boolean()),
});

/** One element of each collection, for documents, changes and messages alike. */
export const ELEMENT_SCHEMAS = {
  places: place,
  floors: floor,
  doors: door,
  elevators: elevator,
  groups: group,
  users: user,
  teams: team,
  links: link,
  credentials: credential,
  assignments: assignment,
  schedules: schedule,
  calendars: calendar,
  lockdowns: lockdown,
} as const;

/** How many elements each collection may hold. */
export const COLLECTION_MAX = {
  places: PLACES_MAX,
  floors: THINGS_MAX,
  doors: THINGS_MAX,
  elevators: THINGS_MAX,
  groups: THINGS_MAX,
  users: PEOPLE_MAX,
  teams: THINGS_MAX,
  links: PEOPLE_MAX,
  credentials: PEOPLE_MAX,
  assignments: ASSIGNMENTS_MAX,
  schedules: SCHEDULES_MAX,
  calendars: SCHEDULES_MAX,
  lockdowns: THINGS_MAX,
} as const;

/** The schema of `organization`, apart because a change may replace it. */
export const ORGANIZATION_SCHEMA = organization;

/** The schema of a schedule outside a document (`doorwright schedule`): the id may be missing. */
export const LOOSE_SCHEDULE_SCHEMA = v.strictObject({
  id: v.optional(id),
  name: v.optional(name),
  ...scheduleBody,
});

const collection = <S extends GenericSchema>(element: S, most: number) =>
  v.optional(v.pipe(v.array(element), v.maxLength(most)));

/** The schema of a file that holds a schedule and the calendars it may name. */
export const SCHEDULE_FILE_SCHEMA = v.strictObject({
  schedule: LOOSE_SCHEDULE_SCHEMA,
  calendars: collection(calendar, SCHEDULES_MAX),
});

/** The schema of the whole document. */
export const POLICY_SCHEMA = v.strictObject({
  $schema: v.optional(text),
  version: v.literal(1),
  revision: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER)),
  ),
  organization,
  places: collection(place, PLACES_MAX),
  floors: collection(floor, THINGS_MAX),
  doors: collection(door, THINGS_MAX),
  elevators: collection(elevator, THINGS_MAX),
  groups: collection(group, THINGS_MAX),
  users: collection(user, PEOPLE_MAX),
  teams: collection(team, THINGS_MAX),
  links: collection(link, PEOPLE_MAX),
  credentials: collection(credential, PEOPLE_MAX),
  assignments: collection(assignment, ASSIGNMENTS_MAX),
  schedules: collection(schedule, SCHEDULES_MAX),
  calendars: collection(calendar, SCHEDULES_MAX),
  lockdowns: collection(lockdown, THINGS_MAX),
});

/** Read-only all the way down. */
export type Immutable<T> = T extends readonly (infer E)[]
  ? T extends readonly [unknown, ...unknown[]]
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : readonly Immutable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T;

/** The policy document. Every member is read-only; `parsePolicy` freezes it too. */
export type Policy = Immutable<InferOutput<typeof POLICY_SCHEMA>>;
/** The organisation, with the role model it uses. */
export type Organization = Immutable<InferOutput<typeof organization>>;
/** A building or site with its own time zone and location. */
export type Place = Immutable<InferOutput<typeof place>>;
/** A floor of a place. */
export type Floor = Immutable<InferOutput<typeof floor>>;
/** A door: what `unlock` opens. */
export type Door = Immutable<InferOutput<typeof door>>;
/** An elevator with its stops. */
export type Elevator = Immutable<InferOutput<typeof elevator>>;
/** A stop of an elevator: what `get_access` opens. */
export type Stop = Immutable<InferOutput<typeof stop>>;
/** A reader of a door or elevator. */
export type Reader = Immutable<InferOutput<typeof reader>>;
/** A group of doors and stops, the usual scope of a right. */
export type Group = Immutable<InferOutput<typeof group>>;
/** A person. */
export type User = Immutable<InferOutput<typeof user>>;
/** A set of users; teams nest. */
export type Team = Immutable<InferOutput<typeof team>>;
/** An access link: a bearer subject without an account. */
export type Link = Immutable<InferOutput<typeof link>>;
/** A phone, pass, card or PIN of a user. */
export type Credential = Immutable<InferOutput<typeof credential>>;
/** Who holds which role where. */
export type Assignment = Immutable<InferOutput<typeof assignment>>;
/** When an assignment counts. */
export type Validity = Immutable<InferOutput<typeof validity>>;
/** A schedule with an id, from the document. */
export type Schedule = Immutable<InferOutput<typeof schedule>>;
/** What a schedule says, with or without an id. */
export type ScheduleBody = Immutable<InferOutput<typeof inlineSchedule>>;
/** Holidays: days that are closed or have windows of their own. */
export type Calendar = Immutable<InferOutput<typeof calendar>>;
/** One recurrence of a schedule, as written. */
export type Recurrence = Immutable<InferOutput<typeof recurrence>>;
/** A lockdown of the organisation, a place or a door. */
export type Lockdown = Immutable<InferOutput<typeof lockdown>>;
/** What must hold besides a right. A stop's and a group's say less. */
export type Restrictions = Immutable<InferOutput<typeof restrictions>>;
/** A circle or polygon one must stand in. */
export type Geofence = Immutable<InferOutput<typeof geofence>>;
/** A WGS 84 position in degrees. */
export type Location = Immutable<InferOutput<typeof location>>;
/** A door's or stop's unlock schedules. */
export type Unlock = Immutable<InferOutput<typeof unlock>>[number];
/** A role model as written in a document. */
export type RoleModelDocument = Immutable<InferOutput<typeof roleModel>>;
/** A role as written in a role model. */
export type RoleDocument = Immutable<InferOutput<typeof role>>;
/** Where a role may be held. */
export type Level = InferOutput<typeof level>;

/** Names of the collections of a document, in document order. */
export type CollectionName = keyof typeof ELEMENT_SCHEMAS;
/** The element type of a collection. */
export type ElementOf<K extends CollectionName> = NonNullable<Policy[K]>[number];
/** The collections, in document order. */
export const COLLECTIONS = Object.keys(ELEMENT_SCHEMAS) as readonly CollectionName[];
