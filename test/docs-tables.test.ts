/**
 * Pages that compare with other systems name things of this library by the hundred. Every name in code type must be one that
 * the library has, so that a role, action, restriction, reason code, command or function that is renamed fails here; and
 * whatever is claimed of this library in a table of features names a page and a test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, subpathOf } from '../scripts/entries.mjs';
import { COMMON_OPTIONS } from '../src/cli/arguments.js';
import type { Command } from '../src/cli/command.js';
import { KISI_MODEL } from '../src/policy/models/kisi.js';
import { KIWI_MODEL } from '../src/policy/models/kiwi.js';
import { policyJsonSchema } from '../src/policy/schema-json.js';
import { type Vocabulary, vocabulary } from './docs-vocabulary.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGES = ['from-kisi', 'from-kiwi', 'from-officernd', 'comparison', 'faq', 'migration'].map(
  (name) => `docs/${name}.md`,
);
const SUBPATHS = new Set(Object.keys(ENTRIES).map(subpathOf));
const SCRIPTS = new Set(Object.keys(JSON.parse(read('package.json')).scripts));

let known: Vocabulary;
beforeAll(async () => {
  known = await vocabulary();
});

describe.each(PAGES)('%s', (page) => {
  test('names nothing in code type that the library has not', () => {
    const unknown = spansOf(read(page)).flatMap((span) =>
      unknownIn(span).map((name) => `${span} → ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

test.each([
  { page: 'docs/from-kisi.md', model: KISI_MODEL, language: 'en' },
  { page: 'docs/from-kiwi.md', model: KIWI_MODEL, language: 'de' },
])('$page has a row for every role of the model, by its label', ({ page, model, language }) => {
  const missing = model.roles.filter(
    ({ id, name }) => !read(page).includes(`\n| ${name?.[language] ?? id} | \`${id}\` |`),
  );
  expect(missing.map(({ id }) => id)).toEqual([]);
});

test('the page about Kisi names every restriction that a policy has', () => {
  const { $defs } = policyJsonSchema() as { $defs: Record<string, { properties: object }> };
  const members = Object.keys($defs['restrictions']?.properties ?? {});
  const named = new Set(spansOf(read('docs/from-kisi.md')).map((span) => span.split(':')[0]));
  expect(members.length).toBeGreaterThan(5);
  expect(members.filter((member) => !named.has(member))).toEqual([]);
});

test.each([
  ['a role', 'door_acess'],
  ['a permission', 'door:lock'],
  ['a member of a policy', 'lock: "ofline"'],
  ['a reason code', 'geofense'],
  ['a function', 'handOverDoors'],
  ['an operation', 'doorwright.directory.synced'],
  ['a command', 'doorwright reviews policy.json'],
  ['a subcommand', 'doorwright site import-users people.csv'],
  ['an option', 'doorwright review policy.json --for door'],
  ['an option by itself', '--confirmed N'],
  ['a subpath', 'doorwright/analyses'],
  ['a file', 'test/engine/no-such.test.ts'],
  ['a script', 'npm run fuzzing'],
  ['a label that is hashed', 'doorwright.events/2'],
])('%s that does not exist is noticed: %s', (_, span) => {
  expect(unknownIn(span)).not.toEqual([]);
});

test('whatever the tables of features claim of doorwright names a page and a test', () => {
  const rows = read('docs/comparison.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && / [●◐–] ?/u.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length > 6);
  expect(rows.length).toBeGreaterThan(50);
  const unproved = rows.filter((cells) => {
    const [own = '', shown = ''] = cells.slice(-3, -1);
    if (!/^[●◐–]/u.test(own)) return true;
    const isProved = /\]\([\w.-]+\.md/u.test(shown) && /`test\/[^`]+`/u.test(shown);
    return own.startsWith('–') ? shown !== '' : !isProved;
  });
  expect(unproved.map(([, feature]) => feature)).toEqual([]);
});

test('every number in brackets of the comparison is a source, and every source is cited', () => {
  const page = read('docs/comparison.md');
  const listed = [...page.matchAll(/^(\d+)\. /gmu)].map((match) => Number(match[1]));
  expect(listed).toEqual(listed.map((_, index) => index + 1));
  const cited = [...page.matchAll(/ \[([\d, ]+)\](?!\()/gu)].flatMap((match) =>
    (match[1] ?? '').split(', ').map(Number),
  );
  expect([...new Set(cited)].sort((a, b) => a - b)).toEqual(listed);
});

test('nothing of the API is deprecated, as the page of versions says', () => {
  expect(known.text).not.toContain('@deprecated');
  expect(read('docs/migration.md')).toContain('**Deprecated.** Nothing of the API is.');
});

/** What of a span in code type the library does not have; empty if it has all of it. */
function unknownIn(text: string): string[] {
  const isKnown = ruleOf(text);
  if (isKnown !== undefined) return isKnown ? [] : [text];
  const names = [...text.matchAll(/[A-Za-z_]\w*/gu)].map((match) => match[0]);
  return names.filter((name) => !known.words.has(name) && !['true', 'false'].includes(name));
}

/** Whether a span of a form of its own is right; undefined where it is made of names. */
function ruleOf(text: string): boolean | undefined {
  // Labels such as `doorwright feed/1` and paths of URLs: as they stand in the source.
  if (/^(?:\/[\w/]+|[\w .]+\/v?\d+)$/u.test(text)) return known.text.includes(text);
  if (/^X-[\w-]+$/u.test(text)) return known.text.includes(`'${text.toLowerCase()}'`);
  const [program = '', name = '', ...rest] = text
    .replace(/^npx doorwright/u, 'doorwright')
    .split(/\s+/u);
  if (program === 'doorwright') return isCommandLine(name, rest);
  if (text.startsWith('npx vitest run ')) {
    return rest.slice(1).every((path) => existsSync(join(ROOT, path)));
  }
  if (text.startsWith('npm run ')) return SCRIPTS.has(rest[0] ?? '');
  if (/^doorwright\/[\w-]+$/u.test(text)) return SUBPATHS.has(text);
  if (/^[\w.-]+\/[\w./-]*$/u.test(text)) return existsSync(join(ROOT, text));
  if (/^[\w-]+\.(?:json|csv)$/u.test(text)) return true;
  if (/^doorwright\.[\w.]+$/u.test(text)) {
    return known.words.has(text) || known.words.has(text.slice('doorwright.'.length));
  }
  if (text.startsWith('--')) return isOption(program);
  if (/^[a-z_]+:[a-z_]+$/u.test(text)) return known.permissions.has(text);
  return undefined;
}

/** Whether a command, its subcommand if it has any, and all options exist. */
function isCommandLine(name: string, words: readonly string[]): boolean {
  if (name === '') return true;
  if (name.startsWith('--')) return name === '--version';
  const command = known.commands.get(name);
  if (command === undefined) return false;
  const options = words.filter((word) => word.startsWith('--'));
  return options.every((option) => isOption(option, command)) && takes(command, words[0]);
}

/** Where the first word says what to do, the help of the command knows it. */
function takes(command: Command, first: string | undefined): boolean {
  const { usage, about, examples } = command;
  if (first === undefined || first.startsWith('--') || first.includes('.')) return true;
  if (!/<subcommand>|kisi|cedar|<thing>/u.test(usage)) return true;
  const help = JSON.stringify([usage, about, examples, command.subcommands]);
  return new RegExp(`[\`|"( ]${first}[\`|"), ]`, 'u').test(help);
}

function isOption(option: string, command?: Command): boolean {
  const all = command === undefined ? [...known.commands.values()] : [command];
  const name = option.slice(2);
  return (
    Object.hasOwn(COMMON_OPTIONS, name) || all.some(({ options }) => Object.hasOwn(options, name))
  );
}

function spansOf(page: string): string[] {
  const prose = page.replace(/^```.*?^```/gmsu, '');
  return [...prose.matchAll(/`([^`]+)`/gu)].map(([, span = '']) => span.replace(/\s+/gu, ' '));
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
