import { describe, expect, test } from 'vitest';
import { POLICY_SCHEMA } from '../../src/policy/document.js';
import {
  MIGRATIONS,
  type MigrationStep,
  type Migrations,
  migratePolicy,
} from '../../src/policy/migrate.js';

/** A step that writes its name into the document, so that order shows. */
function step(from: number, change: object = {}): MigrationStep {
  return {
    from,
    summary: `${from} becomes ${from + 1}`,
    migrate: (document) => ({
      ...document,
      ...change,
      version: from + 1,
      taken: [...((document['taken'] as number[] | undefined) ?? []), from],
    }),
  };
}

const CHAIN: Migrations = { current: 4, steps: [step(1), step(2), step(3)] };

describe('migrating', () => {
  test('leaves a document of the current version as it is, and this release reads only one', () => {
    const document = { version: 1, organization: { id: 'acme' } };
    expect(migratePolicy(document)).toEqual({ ok: true, value: { document, from: 1, steps: [] } });
    expect(MIGRATIONS.current).toBe(POLICY_SCHEMA.entries.version.literal);
    // A step that is added must lead to the version that the schema reads.
    expect(() => migratePolicy(document, MIGRATIONS)).not.toThrow();
  });

  test('takes every step from the version of the document on, in order', () => {
    const taken = (version: number) => {
      const outcome = migratePolicy({ version }, CHAIN);
      return outcome.ok && [outcome.value.document, outcome.value.steps.map(({ from }) => from)];
    };
    expect(taken(1)).toEqual([{ version: 4, taken: [1, 2, 3] }, [1, 2, 3]]);
    expect(taken(3)).toEqual([{ version: 4, taken: [3] }, [3]]);
    expect(taken(4)).toEqual([{ version: 4 }, []]);
  });

  test.each<[string, unknown, string, RegExp]>([
    ['a later version', { version: 5 }, 'version_newer', /up to 4, not `5`/u],
    ['a version before the first', { version: 0 }, 'version_unknown', /no version `0`/u],
    ['a negative version', { version: -3 }, 'version_unknown', /`-3`/u],
    ['no version', {}, 'version_missing', /version/u],
    ['a version in quotes', { version: '1' }, 'version_missing', /whole number/u],
    ['half a version', { version: 1.5 }, 'version_missing', /whole number/u],
    ['a list', [{ version: 1 }], 'no_document', /JSON object/u],
    ['nothing', null, 'no_document', /JSON object/u],
  ])('refuses %s and says why', (_title, document, code, detail) => {
    const outcome = migratePolicy(document, CHAIN);
    expect(outcome).toMatchObject({ ok: false, code });
    expect(outcome.ok ? '' : outcome.detail).toMatch(detail);
  });

  test('refuses a later version with the steps of this release too', () => {
    expect(migratePolicy({ version: 2 })).toMatchObject({ ok: false, code: 'version_newer' });
  });

  test('ends at a step that throws, with its words, and changes nothing', () => {
    const refusing: MigrationStep = {
      ...step(2),
      migrate: () => {
        throw new RangeError('`appAccess` has no equal');
      },
    };
    const document = { version: 1 };
    expect(migratePolicy(document, { current: 4, steps: [step(1), refusing, step(3)] })).toEqual({
      ok: false,
      code: 'step_failed',
      detail: 'from version 2 to 3: `appAccess` has no equal',
    });
    expect(document).toEqual({ version: 1 });
  });

  test.each<[string, unknown]>([
    ['forgets the version', { version: 1 }],
    ['skips a version', { version: 3 }],
    ['makes a list', []],
    ['makes nothing', undefined],
  ])('ends at a step that %s', (_title, made) => {
    const wrong = { ...step(1), migrate: () => made as Record<string, unknown> };
    expect(migratePolicy({ version: 1 }, { current: 2, steps: [wrong] })).toMatchObject({
      ok: false,
      code: 'step_failed',
    });
  });

  test('gives steps a frozen copy: none of them can change the input or an earlier outcome', () => {
    const meddling: MigrationStep = {
      ...step(1),
      migrate(document) {
        (document['organization'] as { id: string }).id = 'other';
        return { ...document, version: 2 };
      },
    };
    const document = { version: 1, organization: { id: 'acme' } };
    const outcome = migratePolicy(document, { current: 2, steps: [meddling] });
    expect(outcome).toMatchObject({ ok: false, code: 'step_failed' });
    expect(document.organization.id).toBe('acme');
  });

  test('carries a member `__proto__` along as the member it is', () => {
    const document = JSON.parse('{"version":1,"__proto__":{"version":4}}') as object;
    const outcome = migratePolicy(document, CHAIN);
    expect(outcome.ok && Object.keys(outcome.value.document)).toContain('__proto__');
    expect(outcome.ok && outcome.value.steps).toHaveLength(3);
  });

  test.each<[string, Migrations]>([
    ['a gap', { current: 4, steps: [step(1), step(3)] }],
    ['a step twice', { current: 4, steps: [step(2), step(2), step(3)] }],
    ['steps out of order', { current: 4, steps: [step(3), step(2)] }],
    ['steps that end before the current version', { current: 5, steps: [step(2), step(3)] }],
    ['a step beyond the current version', { current: 3, steps: [step(2), step(3)] }],
  ])('is a mistake of the program with %s, whatever the document', (_title, migrations) => {
    expect(() => migratePolicy({ version: 4 }, migrations)).toThrow(TypeError);
    expect(() => migratePolicy(null, migrations)).toThrow(TypeError);
  });
});
