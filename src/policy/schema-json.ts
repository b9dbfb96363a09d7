/**
 * The published JSON Schema (draft 2020-12) of the policy document, for editors and other languages. Made from the same
 * definition that `parsePolicy` uses, when the package is built: nothing at run time reaches this file, because
 * the converter is a development dependency.
 */
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import {
  ELEMENT_SCHEMAS,
  LOOSE_SCHEDULE_SCHEMA,
  ORGANIZATION_SCHEMA,
  POLICY_SCHEMA,
} from './document.js';
import { MEMBER_DEFAULTS, MEMBER_EXAMPLES } from './schema-defaults.js';
import { DEFINITION_TEXTS, MEMBER_TEXTS } from './schema-texts.js';
import { valibotSchema } from './schema-valibot.js';

/** Where the schema lies once the package is published; `$schema` of a policy may name it. */
export const POLICY_SCHEMA_ID = 'https://unpkg.com/doorwright/dist/policy.schema.json';

/** A JSON Schema object, as far as it is looked into here. */
interface SchemaObject {
  [keyword: string]: unknown;
  properties?: Record<string, SchemaObject>;
  $defs?: Record<string, SchemaObject>;
}

/** What a published schema is called, and what editors show of it. */
export interface SchemaNames {
  readonly id: string;
  readonly title: string;
  /** The name under which the texts know the root. */
  readonly root: string;
  /** Parts that get a name of their own. */
  readonly definitions: Readonly<Record<string, { readonly type: string }>>;
  /** By name of the definition. */
  readonly texts: Readonly<Record<string, string>>;
  /** By name of the definition, then of its member. */
  readonly memberTexts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The schema: every document that `parsePolicy` accepts is valid under it. What looks at more than one value
 * (references, spans, cycles, …), and whether a date exists, is beyond JSON Schema and left to `parsePolicy`.
 */
export function policyJsonSchema(): object {
  const schema: SchemaObject = jsonSchemaOf(POLICY_SCHEMA, {
    id: POLICY_SCHEMA_ID,
    title: 'doorwright policy',
    root: 'policy',
    definitions: policyDefinitions(),
    texts: DEFINITION_TEXTS,
    memberTexts: MEMBER_TEXTS,
  }) as SchemaObject;
  offer('policy', schema);
  for (const [name, definition] of Object.entries(schema.$defs ?? {})) offer(name, definition);
  return schema;
}

/** The JSON Schema of a document described in the words of `schema-nodes.ts`. */
export function jsonSchemaOf(schema: { readonly type: string }, names: SchemaNames): object {
  const { id, title, definitions, memberTexts, texts } = names;
  const made = Object.entries(definitions).map(([name, part]) => [name, valibotSchema(part)]);
  const converted = toJsonSchema(valibotSchema(schema), {
    target: 'draft-2020-12',
    definitions: Object.fromEntries(made) as NonNullable<ConversionConfig['definitions']>,
    // Codes of issues travel as metadata and are no keywords of a schema.
    ignoreActions: ['metadata', 'check'],
    // The only thing the converter cannot say is the flag `u`, which JSON Schema patterns have anyway.
    errorMode: 'ignore',
  }) as SchemaObject;
  const { $schema, $defs = {}, ...root } = converted;
  describe(root, texts[names.root], memberTexts[names.root]);
  for (const [name, definition] of Object.entries($defs)) {
    describe(definition, texts[name], memberTexts[name]);
  }
  return {
    $schema: $schema ?? 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title,
    ...root,
    $defs,
  };
}

/** The parts of a policy that get a name of their own in a schema. */
export function policyDefinitions(): SchemaNames['definitions'] {
  const { places, floors, doors, elevators, groups, users, teams, links } = ELEMENT_SCHEMAS;
  const { credentials, assignments, schedules, calendars, lockdowns } = ELEMENT_SCHEMAS;
  const restrictions = places.entries.restrictions.wrapped;
  const validity = assignments.entries.validity.wrapped;
  const roleModel = ORGANIZATION_SCHEMA.entries.roles.wrapped.options[1];
  const schedule = LOOSE_SCHEDULE_SCHEMA.entries;
  return {
    id: places.entries.id,
    organization: ORGANIZATION_SCHEMA,
    roleModel,
    role: roleModel.entries.roles.pipe[0].item,
    place: places,
    location: places.entries.location.wrapped,
    restrictions,
    stopRestrictions: elevators.entries.stops.pipe[0].item.entries.restrictions.wrapped,
    groupRestrictions: groups.entries.restrictions.wrapped,
    antiPassback: restrictions.entries.antiPassback.wrapped,
    geofence: restrictions.entries.geofence.wrapped,
    floor: floors,
    door: doors,
    reader: doors.entries.readers.wrapped.pipe[0].item,
    unlock: doors.entries.unlock.wrapped.pipe[0].item,
    tenant: doors.entries.tenant.wrapped,
    elevator: elevators,
    stop: elevators.entries.stops.pipe[0].item,
    group: groups,
    user: users,
    team: teams,
    link: links,
    credential: credentials,
    assignment: assignments,
    subject: assignments.entries.subject,
    scope: assignments.entries.scope,
    validity,
    inlineSchedule: validity.entries.schedule.wrapped.options[1],
    schedule: schedules,
    window: schedule.windows.wrapped.pipe[0].item,
    recurrence: schedule.recurrences.wrapped.pipe[0].item,
    event: schedule.events.wrapped.pipe[0].item,
    exception: schedule.except.wrapped.pipe[0].item,
    calendar: calendars,
    day: calendars.entries.days.pipe[0].item,
    dayWindow: calendars.entries.days.pipe[0].item.entries.windows.wrapped.pipe[0].item,
    lockdown: lockdowns,
    lockdownScope: lockdowns.entries.scope,
  };
}

/** Puts the texts where editors show them: at the definition and at each of its members. */
function describe(
  definition: SchemaObject,
  text: string | undefined,
  members: Readonly<Record<string, string>> = {},
): void {
  if (text !== undefined) definition['description'] = text;
  for (const [member, schema] of Object.entries(definition.properties ?? {})) {
    const memberText = members[member] ?? COMMON_TEXTS[member];
    if (memberText !== undefined) schema['description'] = memberText;
  }
}

/** Puts defaults and examples where editors offer them: at the members of the definition of that name. */
function offer(name: string, { properties }: SchemaObject): void {
  for (const [member, schema] of Object.entries(properties ?? {})) {
    const assumed = MEMBER_DEFAULTS[name]?.[member];
    if (assumed !== undefined) schema['default'] = assumed;
    const examples = MEMBER_EXAMPLES[name]?.[member];
    if (examples !== undefined) schema['examples'] = examples;
  }
}

/** Members that say the same wherever they stand. */
const COMMON_TEXTS: Readonly<Record<string, string>> = {
  id: 'Unique among its kind, compared exactly.',
  name: 'A label for people.',
};
