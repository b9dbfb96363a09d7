import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/policy/parse.js';
import { POLICY_SCHEMA_ID, policyJsonSchema } from '../../src/policy/schema-json.js';
import { DEFINITION_TEXTS, MEMBER_TEXTS } from '../../src/policy/schema-texts.js';
import { mutations } from '../helpers/mutations.js';
import { documentWith, fullDocument, OPTIONS } from '../helpers/policies.js';
import { runs } from '../helpers/runs.js';

interface Part {
  readonly $schema?: string;
  readonly $id?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
  readonly $defs?: Readonly<Record<string, Part>>;
}

const schema = policyJsonSchema() as Part;
// Strict: an unknown keyword or a pattern that is none is an error of the schema.
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, allErrors: true });
const validate = ajv.compile(schema);

describe('the JSON Schema', () => {
  test('is of draft 2020-12, has an id, and accepts a document that names it', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.$id).toBe(POLICY_SCHEMA_ID);
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(validate({ ...fullDocument(), $schema: POLICY_SCHEMA_ID })).toBe(true);
  });

  test('accepts whatever parses, over mutations of a valid document', () => {
    let parsedOnes = 0;
    fc.assert(
      fc.property(mutations(), (mutate) => {
        const input = mutate(fullDocument());
        const parsed = parseDocument(input, OPTIONS);
        if (!parsed.ok) return;
        parsedOnes++;
        expect(validate(parsed.value)).toBe(true);
      }),
      { seed: 20261122, numRuns: runs(600) },
    );
    expect(parsedOnes).toBeGreaterThan(10);
  });

  const door = (members: object) => documentWith({ doors: [{ id: 'd', place: 'hq', ...members }] });
  const schedule = (members: object) => documentWith({ schedules: [{ id: 's', ...members }] });
  test.each<[string, object]>([
    ['another version', documentWith({ version: 2 })],
    ['no organisation', documentWith({ organization: undefined })],
    ['an unknown member', documentWith({ door: [] })],
    ['an unknown member inside', door({ Lock: 'online' })],
    ['an id with a space', documentWith({ users: [{ id: 'a b' }] })],
    ['an empty id', documentWith({ users: [{ id: '' }] })],
    ['an id of 129 characters', documentWith({ users: [{ id: 'a'.repeat(129) }] })],
    ['half a surrogate pair', documentWith({ users: [{ id: 'a', name: '\ud800' }] })],
    ['an unknown kind of lock', door({ lock: 'shut' })],
    ['a latitude beyond the pole', door({ location: { latitude: 91, longitude: 0 } })],
    ['a radius of nothing', door({ restrictions: { geofence: { radius: 0 } } })],
    [
      'a polygon of two corners',
      door({
        restrictions: {
          geofence: {
            polygon: [
              [0, 0],
              [1, 1],
            ],
          },
        },
      }),
    ],
    [
      'a corner of three numbers',
      door({
        restrictions: {
          geofence: {
            polygon: [
              [0, 0, 0],
              [1, 1],
              [1, 0],
            ],
          },
        },
      }),
    ],
    ['a list where an object belongs', door({ restrictions: [] })],
    ['a limit of nobody', door({ restrictions: { occupancyLimit: 0 } })],
    ['a limit that is false', door({ restrictions: { occupancyLimit: false } })],
    ['anti-passback without a mode', door({ restrictions: { antiPassback: {} } })],
    [
      'a reset after more than a week',
      door({ restrictions: { antiPassback: { mode: 'hard', resetMinutes: 10_081 } } }),
    ],
    [
      'anti-passback of a group',
      documentWith({ groups: [{ id: 'g', restrictions: { antiPassback: { mode: 'soft' } } }] }),
    ],
    [
      'a group limited by a capacity',
      documentWith({ groups: [{ id: 'g', restrictions: { occupancyLimit: true } }] }),
    ],
    [
      'an instant without an offset',
      door({ tenant: { user: 'ada', since: '2026-01-01T00:00:00' } }),
    ],
    ['a start at 24:00', schedule({ windows: [{ days: ['mo'], from: '24:00', until: '01:00' }] })],
    ['windows without days', schedule({ windows: [{ days: [], from: '23:00', until: '01:00' }] })],
    ['an empty list of windows', schedule({ windows: [] })],
    [
      'a duration in seconds',
      schedule({
        recurrences: [{ start: '2026-01-01T00:00', duration: 'PT5S', rrule: 'FREQ=DAILY' }],
      }),
    ],
    ['a role model nobody knows', documentWith({ organization: { id: 'acme', roles: 'salto' } })],
    ['a negative revision', documentWith({ revision: -1 })],
    ['half a revision', documentWith({ revision: 0.5 })],
    ['null', documentWith({ users: null })],
  ])('refuses, as parsing does, %s', (_title, document) => {
    expect(parseDocument(document, OPTIONS).ok).toBe(false);
    expect(validate(document)).toBe(false);
  });

  test('describes every definition and every member, and nothing that is not there', () => {
    const { $defs = {}, ...root } = schema;
    const parts: Record<string, Part> = { ...$defs, policy: root };
    expect(Object.keys(DEFINITION_TEXTS).sort()).toEqual(Object.keys(parts).sort());
    for (const [name, part] of Object.entries(parts)) {
      expect(part.description, name).toBeTypeOf('string');
      for (const [member, { description }] of Object.entries(part.properties ?? {})) {
        expect(description, `${name}.${member}`).toBeTypeOf('string');
      }
    }
    for (const [name, members] of Object.entries(MEMBER_TEXTS)) {
      for (const member of Object.keys(members)) {
        expect(parts[name]?.properties, `${name}.${member}`).toHaveProperty([member]);
      }
    }
  });
});
