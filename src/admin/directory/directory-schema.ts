/** The shapes of what a directory says and of its rules, for `shapeOf`. */
import { v } from '../../policy/schema-nodes.js';
import { INSTANT_END, INSTANT_MIN, parseInstant } from '../../values/instant.js';
import {
  ASSIGNMENTS_MAX,
  ID_LENGTH_MAX,
  NAME_LENGTH_MAX,
  PEOPLE_MAX,
  TEXT_LENGTH_MAX,
  THINGS_MAX,
} from '../../values/limits.js';

/** Longest id of an outside system: a distinguished name; with a prefix it still fits a record's id. */
export const OUTSIDE_ID_LENGTH_MAX = 190;

/** Longest id of a directory of ours: what is left of a record's id beside the outside id. */
export const DIRECTORY_ID_LENGTH_MAX = 64;

const VISIBLE = /^[^\p{Cc}\p{Cs}]*$/u;

const visible = v.regex(VISIBLE, 'must be whole, visible characters');
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(OUTSIDE_ID_LENGTH_MAX), visible);
const name = v.pipe(v.string(), v.maxLength(NAME_LENGTH_MAX), visible);
const text = v.pipe(v.string(), v.maxLength(TEXT_LENGTH_MAX), visible);
/** Written with an offset, the last hours of RFC 3339's years fall outside what a policy can say. */
const isInstant = (ms: number): boolean => ms >= INSTANT_MIN && ms < INSTANT_END;
const instant = v.pipe(
  v.string(),
  v.check(
    (value) => isInstant(parseInstant(value)),
    'must be an RFC 3339 instant with an offset, of the years 0001 to 9999',
  ),
);
const people = <const T extends Parameters<typeof v.array>[0]>(item: T) =>
  v.optional(v.pipe(v.array(item), v.maxLength(PEOPLE_MAX)));
const things = <const T extends Parameters<typeof v.array>[0]>(item: T) =>
  v.optional(v.pipe(v.array(item), v.maxLength(THINGS_MAX)));
const span = { from: v.optional(instant), until: v.optional(instant) };
const whom = { member: v.optional(id), team: v.optional(id) };
const named = { id, name: v.optional(name) };

/** The shape of a `DirectorySnapshot`. */
export const SNAPSHOT_SCHEMA = v.strictObject({
  members: v.pipe(
    v.array(
      v.strictObject({
        ...named,
        email: v.optional(text),
        phone: v.optional(text),
        team: v.optional(id),
        active: v.optional(v.boolean()),
      }),
    ),
    v.maxLength(PEOPLE_MAX),
  ),
  teams: people(v.strictObject(named)),
  plans: things(v.strictObject(named)),
  locations: things(v.strictObject(named)),
  floors: things(v.strictObject({ ...named, location: id })),
  resources: things(
    v.strictObject({
      ...named,
      kind: v.picklist(['desk', 'office', 'bookable']),
      location: v.optional(id),
      floor: v.optional(id),
    }),
  ),
  memberships: people(
    v.strictObject({ id, plan: v.optional(id), ...whom, resource: v.optional(id), ...span }),
  ),
  bookings: v.optional(
    v.pipe(
      v.array(v.strictObject({ id, resource: id, member: id, from: instant, until: instant })),
      v.maxLength(ASSIGNMENTS_MAX),
    ),
  ),
  dayPasses: people(
    v.strictObject({
      id,
      kind: v.optional(id),
      ...whom,
      remaining: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)),
      ...span,
    }),
  ),
  groups: things(
    v.strictObject({
      ...named,
      members: v.pipe(v.array(id), v.maxLength(PEOPLE_MAX)),
      groups: v.optional(v.pipe(v.array(id), v.maxLength(THINGS_MAX))),
    }),
  ),
});

const ID = /^[A-Za-z0-9._~:@+-]+$/u;
const policyId = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(ID_LENGTH_MAX),
  v.regex(ID, 'must be letters, digits and . _ ~ : @ + - only'),
);
/** A day: a lead longer than that is an access right of its own. */
const minutes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440));

/** The shape of a `DirectoryRules`. */
export const RULES_SCHEMA = v.strictObject({
  id: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(DIRECTORY_ID_LENGTH_MAX),
    v.regex(ID, 'must be letters, digits and . _ ~ : @ + - only'),
  ),
  name: v.optional(name),
  role: v.optional(policyId),
  rows: v.pipe(
    v.array(
      v.strictObject({
        kind: v.picklist([
          'plan',
          'location',
          'floor',
          'office',
          'resource',
          'day_pass',
          'group',
        ] as const),
        id: v.optional(id),
        groups: v.pipe(v.array(policyId), v.minLength(1), v.maxLength(1000)),
        offices: v.optional(v.boolean()),
        leadMinutes: v.optional(minutes),
      }),
    ),
    v.minLength(1),
    v.maxLength(10_000),
  ),
  leadMinutes: v.optional(minutes),
  aheadMinutes: v.optional(minutes),
  brake: v.optional(
    v.strictObject({
      percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
      count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(ASSIGNMENTS_MAX)),
    }),
  ),
  mayBeEmpty: v.optional(
    v.pipe(
      v.array(
        v.picklist([
          'teams',
          'plans',
          'locations',
          'floors',
          'resources',
          'memberships',
          'bookings',
          'dayPasses',
          'groups',
        ] as const),
      ),
      v.maxLength(16),
    ),
  ),
  notices: v.optional(v.picklist(['default', 'always', 'never'] as const)),
  everyMinutes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1440))),
});
