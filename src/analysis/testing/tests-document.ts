/**
 * The document that holds policy tests: the one definition from which reading it and its published JSON Schema come.
 * Shapes only; what names mean and whether an expectation can hold at all is for `parse-tests.ts`. Source: docs/testing.md.
 */
import { REASON_CODES } from '../../engine/decision.js';
import {
  COLLECTION_MAX,
  COLLECTIONS,
  type CollectionName,
  ELEMENT_SCHEMAS,
  ORGANIZATION_SCHEMA,
} from '../../policy/document.js';
import { v } from '../../policy/schema-nodes.js';
import type { SchemaOutput } from '../../policy/schema-output.js';
import { INSTANT_END, INSTANT_MIN, parseInstant } from '../../values/instant.js';
import {
  ARRIVALS_MAX,
  CAPACITY_MAX,
  COMPANIONS_MAX,
  ID_LENGTH_MAX,
  NAME_LENGTH_MAX,
  TEXT_LENGTH_MAX,
} from '../../values/limits.js';
import {
  AXIS_MAX,
  CELLS_MAX,
  FIXTURES_MAX,
  LAYERS_MAX,
  PATH_LENGTH_MAX,
  TESTS_MAX,
} from './limits.js';

/** Codes a permit may give. */
export const PERMIT_CODES = ['granted', 'door_unlocked'] as const;

/** Every code an answer may give. */
export const ANSWER_CODES = [...PERMIT_CODES, ...REASON_CODES] as const;

const isInstantText = (text: string): boolean => {
  const ms = parseInstant(text);
  return ms >= INSTANT_MIN && ms < INSTANT_END;
};

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(ID_LENGTH_MAX));
const line = v.pipe(v.string(), v.minLength(1), v.maxLength(NAME_LENGTH_MAX));
const fixtureName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(ID_LENGTH_MAX),
  // Without a colon, so that it can be mistaken neither for `type:id` nor for a time.
  v.regex(/^[A-Za-z0-9._~@+-]+$/u, 'must be letters, digits and . _ ~ @ + - only'),
);
const instant = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,12})?(?:[Zz]|[+-]\d{2}:\d{2})$/u,
    'must be an RFC 3339 instant with an offset',
  ),
  v.check(isInstantText, 'must be an instant of the years 0001 to 9999'),
);
/** A name among the fixtures, or `type:id`. */
const reference = v.pipe(v.string(), v.minLength(1), v.maxLength(2 * ID_LENGTH_MAX + 1));
/** A name among the fixtures, or an instant. */
const timeReference = v.pipe(v.string(), v.minLength(1), v.maxLength(ID_LENGTH_MAX));

const typed = v.strictObject({ type: word, id: word });
const properties = v.strictObject({
  scope: v.optional(typed),
  role: v.optional(word),
  subject: v.optional(typed),
  validity: v.optional(v.strictObject({ from: v.optional(instant), until: v.optional(instant) })),
});
const entity = v.strictObject({ type: word, id: word, properties: v.optional(properties) });
const named = v.union([reference, entity]);

const factMembers = {
  method: v.optional(v.picklist(['tap', 'card', 'qr', 'remote', 'link'])),
  location: v.optional(
    v.strictObject({
      latitude: v.number(),
      longitude: v.number(),
      accuracy: v.optional(v.number()),
    }),
  ),
  reader: v.optional(word),
  device: v.optional(word),
  secondFactor: v.optional(v.boolean()),
  arrivals: v.optional(v.pipe(v.array(instant), v.maxLength(ARRIVALS_MAX))),
  occupancy: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10 * CAPACITY_MAX)),
  ),
  presence: v.optional(
    v.strictObject({
      state: v.picklist(['inside', 'outside', 'unknown']),
      since: v.optional(instant),
    }),
  ),
  companions: v.optional(v.pipe(v.array(word), v.maxLength(COMPANIONS_MAX))),
};
const facts = v.strictObject(factMembers);
const context = v.union([
  word,
  facts,
  v.pipe(v.array(v.union([word, facts])), v.minLength(1), v.maxLength(LAYERS_MAX)),
]);
const request = v.strictObject({
  subject: entity,
  action: v.strictObject({ name: word }),
  resource: entity,
  context: v.strictObject({ time: instant, ...factMembers }),
});

const reason = v.strictObject({
  code: v.picklist(ANSWER_CODES),
  at: v.optional(typed),
  detail: v.optional(word),
});
const reasons = v.array(v.union([v.picklist(ANSWER_CODES), reason]));
const entry = v.strictObject({
  assignment: v.optional(word),
  subject: v.optional(reference),
  role: v.optional(word),
  resource: v.optional(reference),
  status: v.optional(v.picklist(['active', 'pending', 'expired', 'inactive_hours'])),
  enabled: v.optional(v.boolean()),
});
const entries = v.array(v.union([word, entry]));
const someEntries = v.optional(v.pipe(entries, v.minLength(1), v.maxLength(AXIS_MAX)));
const expectation = v.strictObject({
  decision: v.optional(v.union([v.boolean(), v.picklist(['permit', 'deny'])])),
  reason: v.optional(v.picklist(ANSWER_CODES)),
  reasons: v.optional(v.pipe(reasons, v.minLength(1), v.maxLength(AXIS_MAX))),
  grants: v.optional(v.pipe(v.array(word), v.maxLength(AXIS_MAX))),
  validUntil: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(64),
      v.check(
        (text) => text === 'never' || isInstantText(text),
        'must be never or an RFC 3339 instant with an offset',
      ),
    ),
  ),
  exactly: v.optional(v.pipe(entries, v.maxLength(AXIS_MAX))),
  contains: someEntries,
  excludes: someEntries,
});
/** In short: a decision, or the reason for it. */
const expected = v.union([v.picklist(['permit', 'deny', ...ANSWER_CODES]), expectation]);

const axis = v.pipe(v.array(reference), v.minLength(1), v.maxLength(AXIS_MAX));
const selector = v.optional(v.union([reference, axis]));
const matrix = v.strictObject({
  subject: v.optional(axis),
  action: v.optional(axis),
  resource: v.optional(axis),
  context: v.optional(axis),
  time: v.optional(axis),
});
const cell = v.strictObject({
  subject: selector,
  action: selector,
  resource: selector,
  context: selector,
  time: selector,
  expect: expected,
});
const asked = {
  subject: v.optional(named),
  action: v.optional(word),
  resource: v.optional(named),
  context: v.optional(context),
  time: v.optional(timeReference),
};
const test = v.strictObject({
  name: line,
  skip: v.optional(line),
  request: v.optional(request),
  ...asked,
  matrix: v.optional(matrix),
  cells: v.optional(v.pipe(v.array(cell), v.minLength(1), v.maxLength(CELLS_MAX))),
  others: v.optional(expected),
  list: v.optional(v.picklist(['subjects', 'resources', 'actions', 'access'])),
  type: v.optional(word),
  expect: v.optional(expected),
});

const ids = v.pipe(v.array(word), v.maxLength(AXIS_MAX));
const removed = v.optional(ids);

/** A collection's elements as a change puts them: the schemas of the policy document. */
function put<K extends CollectionName>(name: K) {
  return v.optional(v.pipe(v.array(ELEMENT_SCHEMAS[name]), v.maxLength(COLLECTION_MAX[name])));
}

const perCollection = <T>(make: (name: CollectionName) => T): Record<CollectionName, T> =>
  Object.fromEntries(COLLECTIONS.map((name) => [name, make(name)])) as Record<CollectionName, T>;

const changes = v.strictObject({
  revision: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  organization: v.optional(ORGANIZATION_SCHEMA),
  put: v.optional(v.strictObject(perCollection(put))),
  remove: v.optional(v.strictObject(perCollection(() => removed))),
});

const fixtures = v.strictObject({
  subjects: v.optional(v.pipe(v.record(fixtureName, named), v.maxEntries(FIXTURES_MAX))),
  resources: v.optional(v.pipe(v.record(fixtureName, named), v.maxEntries(FIXTURES_MAX))),
  contexts: v.optional(v.pipe(v.record(fixtureName, facts), v.maxEntries(FIXTURES_MAX))),
  times: v.optional(v.pipe(v.record(fixtureName, instant), v.maxEntries(FIXTURES_MAX))),
});

/** The schema of a whole document. */
export const TESTS_SCHEMA = v.strictObject({
  $schema: v.optional(v.pipe(v.string(), v.maxLength(TEXT_LENGTH_MAX))),
  policy: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(PATH_LENGTH_MAX))),
  allowDeprecatedRoles: v.optional(v.boolean()),
  changes: v.optional(changes),
  fixtures: v.optional(fixtures),
  defaults: v.optional(v.strictObject(asked)),
  tests: v.pipe(v.array(test), v.minLength(1), v.maxLength(TESTS_MAX)),
});

/** The parts that get a name of their own in the JSON Schema. */
export const TESTS_DEFINITIONS = {
  changes,
  fixtures,
  entity,
  facts,
  request,
  matrix,
  cell,
  reason,
  expectation,
  entry,
  test,
} as const;

/** A document of the right shape. */
export type TestsDocument = SchemaOutput<typeof TESTS_SCHEMA>;
/** One test as written. */
export type WrittenTest = SchemaOutput<typeof test>;
/** What one test expects, as written. */
export type WrittenExpectation = SchemaOutput<typeof expected>;
/** One line of a matrix' expectations, as written. */
export type WrittenCell = SchemaOutput<typeof cell>;
