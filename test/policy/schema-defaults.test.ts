import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { MEMBER_DEFAULTS, MEMBER_EXAMPLES } from '../../src/policy/schema-defaults.js';
import { policyJsonSchema } from '../../src/policy/schema-json.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';

type Loose = Record<string, unknown>;

const schema = policyJsonSchema() as {
  readonly $id: string;
  readonly properties: Loose;
  readonly $defs: Record<string, { readonly properties?: Loose }>;
};
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false });
ajv.addSchema(schema);

describe('defaults and examples of the JSON Schema', () => {
  test.each([
    ...entriesOf(MEMBER_DEFAULTS, (value) => [value]),
    ...entriesOf(MEMBER_EXAMPLES, (value) => value as readonly unknown[]),
  ])('$name.$member: is a member, and each value is valid there', ({ name, member, values }) => {
    const path = name === 'policy' ? '' : `/$defs/${name}`;
    const holder = name === 'policy' ? schema : schema.$defs[name];
    expect(holder?.properties).toHaveProperty([member]);
    const validate = ajv.getSchema(`${schema.$id}#${path}/properties/${member}`);
    for (const value of values) expect(validate?.(value), JSON.stringify(value)).toBe(true);
  });

  test('every object in the schema describes its members, those without a name too', () => {
    const bare: string[] = [];
    const look = (part: unknown, path: string): void => {
      if (typeof part !== 'object' || part === null) return;
      const { properties } = part as { properties?: Record<string, Loose> };
      for (const [member, value] of Object.entries(properties ?? {})) {
        const isSaid = value['description'] !== undefined || value['$ref'] !== undefined;
        if (!isSaid) bare.push(`${path}.${member}`);
      }
      for (const [name, inner] of Object.entries(part)) look(inner, `${path}/${name}`);
    };
    look(schema, '');
    expect(bare).toEqual([]);
  });

  test('writing a default out changes no answer', () => {
    let written = 0;
    overWorlds(40, 20, ({ policy, requests }) => {
      const said = withDefaults(policy, () => written++);
      const [one, other] = [compilePolicy(policy), compilePolicy(said)];
      for (const request of requests) {
        expect(answerOf(() => other.decide(request))).toEqual(answerOf(() => one.decide(request)));
      }
    });
    expect(written).toBeGreaterThan(300);
  });
});

/** The policy with every default written out that an element leaves out. */
function withDefaults(policy: Policy, onWritten: () => void): Policy {
  const copy = structuredClone(policy) as unknown as Record<string, Loose[] | Loose | undefined>;
  const fill = (name: string, elements: readonly (Loose | undefined)[]): void => {
    for (const element of elements) {
      for (const [member, value] of Object.entries(MEMBER_DEFAULTS[name] ?? {})) {
        if (element === undefined || member in element) continue;
        element[member] = value;
        onWritten();
      }
    }
  };
  const list = (name: string) => (copy[name] ?? []) as Loose[];
  for (const name of ['door', 'group', 'user', 'link', 'assignment', 'schedule', 'lockdown']) {
    fill(name, list(`${name}s`));
  }
  const places = ['places', 'doors', 'groups', 'elevators'].flatMap(list);
  const stops = list('elevators').flatMap((elevator) => elevator['stops'] as Loose[]);
  fill(
    'reader',
    places.flatMap((place) => (place['readers'] ?? []) as Loose[]),
  );
  for (const { restrictions } of [...places, ...stops] as { restrictions?: Loose }[]) {
    const fence = restrictions?.['geofence'] as Loose | undefined;
    if (fence === undefined) continue;
    // Each of the two belongs to one kind of fence.
    const member = 'polygon' in fence ? 'accuracyMax' : 'radius';
    fence[member] ??= MEMBER_DEFAULTS['geofence']?.[member];
    onWritten();
  }
  const inline = list('assignments').map(({ validity }) => (validity as Loose)?.['schedule']);
  fill(
    'inlineSchedule',
    inline.filter((each): each is Loose => typeof each === 'object'),
  );
  const organization = copy['organization'] as Loose;
  fill('organization', [organization]);
  if (typeof organization['roles'] === 'object') {
    const model = organization['roles'] as Loose;
    fill('roleModel', [model]);
    fill('role', model['roles'] as Loose[]);
  }
  return copy as unknown as Policy;
}

function entriesOf(
  table: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  valuesOf: (value: unknown) => readonly unknown[],
) {
  return Object.entries(table).flatMap(([name, members]) =>
    Object.entries(members).map(([member, value]) => ({ name, member, values: valuesOf(value) })),
  );
}
