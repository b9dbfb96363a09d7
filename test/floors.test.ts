import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ENTRIES as PUBLISHED } from '../scripts/entries.mjs';
import { EXPORTS_MAX, FILE_LINES_MAX, FUNCTION_LINES_MAX, RULES } from './floors/rules.js';
import { readSource } from './floors/source.js';

const ENTRIES = Object.values(PUBLISHED);

describe('the source holds every rule of the house:', () => {
  const paths = ['src', 'protocol'].flatMap(sourceFiles);
  const files = paths.map((path) => readSource(path, readFileSync(path, 'utf8')));

  test('there are files on every floor that exists so far', () => {
    for (const folder of ['src/values/', 'src/policy/', 'src/checks/', 'src/engine/', 'src/cli/']) {
      expect(
        paths.some((path) => path.startsWith(folder)),
        folder,
      ).toBe(true);
    }
  });

  for (const [name, rule] of Object.entries(RULES)) {
    test(name, () => expect(rule(files, ENTRIES)).toEqual([]));
  }
});

describe('a planted violation trips its rule and no other:', () => {
  /** A clean house, to which each row adds one file. */
  const HOUSE: Record<string, string> = {
    'src/values/a.ts': 'export const a = 1;',
    'src/policy/b.ts': "import { a } from '../values/a.js';\nexport const b = a;",
    'src/checks/roles/c.ts':
      "import type { b } from '../../policy/b.js';\nexport type C = typeof b;",
    'src/checks/time/d.ts': 'export const process = (window: number) => window;',
    'src/checks/time/luxon-zones.ts':
      "import { Zone } from 'luxon';\nexport const z = [Zone, Intl];",
    'src/engine/e.ts':
      "import { process } from '../checks/time/d.js';\nexport const e = process(1);",
    'src/cli/f.ts':
      "import { now } from 'node:os';\nimport { e } from '../index.js';\nexport const f = [now, e, Date.now()];",
    'src/index.ts': "export { e } from './engine/e.js';\nexport type * from './policy/b.js';",
  };
  const statements = (count: number) => 'void 0;\n'.repeat(count);
  const names = (count: number) =>
    Array.from({ length: count }, (_, index) => `export const n${index} = 0;`).join('\n');

  const PLANTS: readonly (readonly [rule: string, path: string, text: string])[] = [
    ['imports go downward', 'src/values/up.ts', "import { b } from '../policy/b.js';\nvoid b;"],
    [
      'imports go downward',
      'src/values/up.ts',
      "import type { b } from '../policy/b.js';\nexport type B = typeof b;",
    ],
    ['imports go downward', 'src/policy/up.ts', "export { e } from '../engine/e.js';"],
    ['imports go downward', 'src/engine/up.ts', "export type F = typeof import('../cli/f.js').f;"],
    ['imports go downward', 'src/engine/up.ts', "import { e } from '../index.js';\nvoid e;"],
    ['imports go downward', 'src/engine/up.ts', "import { lost } from './lost.js';\nvoid lost;"],
    ['imports go downward', 'src/elsewhere/g.ts', 'export const g = 1;'],
    [
      'checks do not know each other',
      'src/checks/place/g.ts',
      "import { process } from '../time/d.js';\nvoid process;",
    ],
    [
      'no import cycles',
      'src/values/g.ts',
      "import type { G } from './g.js';\nexport type H = G;\nexport type G = 1;",
    ],
    ['index.ts only at the front door', 'src/engine/index.ts', 'export const g = 1;'],
    ['index.ts only at the front door', 'src/engine/g.ts', "export * from './e.js';"],
    [
      'an outside package has one home',
      'src/engine/g.ts',
      "import { DateTime } from 'luxon';\nvoid DateTime;",
    ],
    [
      'an outside package has one home',
      'src/checks/time/g.ts',
      "import type { RRule } from 'rrule';\nexport type R = RRule;",
    ],
    [
      'an outside package has one home',
      'src/engine/g.ts',
      "import * as v from 'valibot';\nvoid v;",
    ],
    [
      'an outside package has one home',
      'src/engine/g.ts',
      "import left from 'left-pad';\nvoid left;",
    ],
    [
      'an outside package has one home',
      'src/policy/g.ts',
      "import { readFileSync } from 'node:fs';\nvoid readFileSync;",
    ],
    ['index.ts only at the front door', 'src/engine/g.ts', "export type * from './e.js';"],
    ['index.ts only at the front door', 'src/index.ts', "export * from './engine/e.js';"],
    ['an outside package has one home', 'src/cli/g.ts', 'export const g = import(String(1));'],
    ['no default exports', 'src/engine/g.ts', 'export default 1;'],
    ['no default exports', 'src/engine/g.ts', 'export default function g() {}'],
    ['no default exports', 'src/engine/g.ts', 'const g = 1;\nexport { g as default };'],
    ['files are short', 'src/engine/g.ts', statements(FILE_LINES_MAX + 1)],
    [
      'functions are short',
      'src/engine/g.ts',
      `export function g() {\n${statements(FUNCTION_LINES_MAX - 1)}}`,
    ],
    [
      'functions are short',
      'src/engine/g.ts',
      `export const g = () => {\n${statements(FUNCTION_LINES_MAX - 1)}};`,
    ],
    ['files export little', 'src/engine/g.ts', names(EXPORTS_MAX + 1)],
    [
      'files export little',
      'src/engine/g.ts',
      `${names(EXPORTS_MAX)}\nexport type { C } from '../checks/roles/c.js';\nexport { b } from '../policy/b.js';`,
    ],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = Date.now();'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = new Date();'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = new Date;'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = Date();'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = Math.random();'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = process.env;'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = globalThis.crypto;'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = { crypto };'],
    ['no host below the top floor', 'src/engine/g.ts', 'setTimeout(() => 1, 1);'],
    ['no host below the top floor', 'src/engine/g.ts', 'export async function g() {}'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = await 1;'],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = new Date(0).getHours();'],
    ['no host below the top floor', 'src/engine/g.ts', "export const g = 'a'.localeCompare('b');"],
    ['no host below the top floor', 'src/engine/g.ts', 'export const g = new Intl.Collator();'],
    ['no host below the top floor', 'src/index.ts', 'console.log(1);'],
    ['files are named for what they hold', 'src/engine/utils.ts', 'export const g = 1;'],
    ['nothing is left unfinished', 'src/engine/g.ts', '// TO' + 'DO: later\nexport const g = 1;'],
  ];

  test('the house without a plant breaks none', () => expect(broken(HOUSE)).toEqual([]));

  test.each(PLANTS)('%s, planted in %s', (rule, path, text) => {
    expect(broken({ ...HOUSE, [path]: text })).toEqual([rule]);
  });

  test('every rule is tripped by some plant', () => {
    expect([...new Set(PLANTS.map(([rule]) => rule))].sort()).toEqual(Object.keys(RULES).sort());
  });

  test('the longest file, function and list of exports that may stand do stand', () => {
    const body = `export function g() {\n${statements(FUNCTION_LINES_MAX - 2)}}\n`;
    const rest = statements(FILE_LINES_MAX - FUNCTION_LINES_MAX - EXPORTS_MAX - 1);
    const text = `${body}${names(EXPORTS_MAX - 1)}\n${rest}export type T = 1;\nexport interface I {}\n`;
    expect(readSource('src/engine/g.ts', text).lines).toBe(FILE_LINES_MAX);
    expect(broken({ ...HOUSE, 'src/engine/g.ts': text })).toEqual([]);
  });

  function broken(house: Record<string, string>): string[] {
    const files = Object.entries(house).map(([path, text]) => readSource(path, text));
    return Object.entries(RULES).flatMap(([name, rule]) =>
      rule(files, ENTRIES).length > 0 ? [name] : [],
    );
  }
});

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort();
}
