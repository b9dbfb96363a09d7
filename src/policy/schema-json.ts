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

/**
 * The schema: every document that `parsePolicy` accepts is valid under it. What looks at more than one value
 * (references, spans, cycles, …), and whether a date exists, is beyond JSON Schema and left to `parsePolicy`.
 */
export function policyJsonSchema(): object {
  const converted = toJsonSchema(valibotSchema(POLICY_SCHEMA), {
    target: 'draft-2020-12',
    definitions: definitions(),
    // Codes of issues travel as metadata and are no keywords of a schema.
    ignoreActions: ['metadata', 'check'],
    // The only thing the converter cannot say is the flag `u`, which JSON Schema patterns have anyway.
    errorMode: 'ignore',
  }) as SchemaObject;
  const { $schema, $defs = {}, ...root } = converted;
  describe('policy', root);
  for (const [name, definition] of Object.entries($defs)) describe(name, definition);
  return {
    $schema: $schema ?? 'https://json-schema.org/draft/2020-12/schema',
    $id: POLICY_SCHEMA_ID,
    title: 'doorwright policy',
    ...root,
    $defs,
  };
}

/** The parts of the document that get a name of their own in the schema. */
function definitions(): NonNullable<ConversionConfig['definitions']> {
  const { places, floors, doors, elevators, groups, users, teams, links } = ELEMENT_SCHEMAS;
  const { credentials, assignments, schedules, calendars, lockdowns } = ELEMENT_SCHEMAS;
  const restrictions = places.entries.restrictions.wrapped;
  const validity = assignments.entries.validity.wrapped;
  const roleModel = ORGANIZATION_SCHEMA.entries.roles.wrapped.options[1];
  const schedule = LOOSE_SCHEDULE_SCHEMA.entries;
  const named = {
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
    lockdown: lockdowns,
  };
  return Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, valibotSchema(schema)]),
  );
}

/** Puts the texts where editors show them: at the definition and at each of its members. */
function describe(name: string, definition: SchemaObject): void {
  const text = DEFINITION_TEXTS[name];
  if (text !== undefined) definition['description'] = text;
  const members = MEMBER_TEXTS[name] ?? {};
  for (const [member, schema] of Object.entries(definition.properties ?? {})) {
    const memberText = members[member] ?? COMMON_TEXTS[member];
    if (memberText !== undefined) schema['description'] = memberText;
  }
}

/** Members that say the same wherever they stand. */
const COMMON_TEXTS: Readonly<Record<string, string>> = {
  id: 'Unique among its kind, compared exactly.',
  name: 'A label for people.',
};
