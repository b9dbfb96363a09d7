import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as limits from '../../protocol/limits.js';
import { OBJECT_TYPES } from '../../protocol/objects/envelope.js';
import { STATUS_NUMBERS } from '../../protocol/status.js';
import { vectorFiles } from '../../protocol/vectors/generate/files.js';
import { filledPage } from '../../protocol/vectors/generate/readme.js';

const FOLDER = fileURLToPath(new URL('../../protocol/', import.meta.url));
const TESTS = fileURLToPath(new URL('../', import.meta.url));
const page = readFileSync(`${FOLDER}README.md`, 'utf8');
const files = vectorFiles();

describe('the specification', () => {
  test('shows in every worked example what the vectors hold', () => {
    expect(filledPage(page, files) === page, 'run `npm run vectors`').toBe(true);
    expect(() => filledPage('```hex objects.json objects no-such-id object\n```', files)).toThrow();
  });

  test('has a worked example of every object, of the session and of what is derived', () => {
    const shown = [...page.matchAll(/^```hex (.*)$/gmu)].map((match) => match[1] ?? '');
    for (const kind of Object.keys(OBJECT_TYPES)) {
      const isShown = shown.some((name) => name.includes(kind.replace('policy-update', 'policy-')));
      expect(isShown, kind).toBe(true);
    }
    for (const file of ['noise.json', 'messages.json', 'frames.json', 'sessions.json']) {
      expect(
        shown.some((name) => name.startsWith(file)),
        file,
      ).toBe(true);
    }
  });

  test('lists every object type, status and limit with its number, and no other', () => {
    const types = rows('3 Keys and envelope').map(([type, name]) => [dashed(name), Number(type)]);
    expect(types).toEqual(Object.entries(OBJECT_TYPES));
    const statuses = rows('16 Status').map(([number, name]) => [
      name?.replaceAll('`', ''),
      Number(number),
    ]);
    expect(statuses).toEqual(Object.entries(STATUS_NUMBERS));
    for (const { uuid } of JSON.parse(files.get('derived.json') ?? '{}').uuids) {
      expect(page, uuid).toContain(uuid);
    }
    const sizes = rows('15 Limits').map(([name, value]) => [name, Number(value)]);
    expect(Object.fromEntries(sizes)).toEqual({ ...limits });
  });

  test('says by what each known attack is held, and it is so', () => {
    const all = lines('A', 16)
      .concat(lines('B', 18), lines('C', 14), lines('D', 16))
      .concat(lines('E', 5), ['E5b'], lines('E', 10).slice(5))
      .concat(lines('F', 16), lines('G', 6), lines('H', 5), lines('I', 5), lines('J', 6));
    const table = rows('19 Proof');
    expect(table.map(([line]) => line)).toEqual(all);
    const vectorLines = new Set(
      [...files.values()].flatMap((text) =>
        [...text.matchAll(/"line":"(\w+)"/gu)].map((match) => match[1]),
      ),
    );
    const named = namedTests();
    for (const [line = '', , proof = ''] of table) {
      if (/\bvector\b/u.test(proof)) expect(vectorLines.has(line), `${line}: no vector`).toBe(true);
      if (/(?:^|, )test\b/u.test(proof)) expect(named.has(line), `${line}: no test`).toBe(true);
      expect(proof, line).not.toBe('');
    }
  });

  test('has links that lead somewhere', () => {
    for (const [path, folder] of [
      ['README.md', ''],
      ['vectors/README.md', 'vectors/'],
      ['formal/README.md', 'formal/'],
    ] as const) {
      const text = readFileSync(`${FOLDER}${path}`, 'utf8');
      for (const match of text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/gu)) {
        const [, file = '', anchor] = match;
        const target = file === '' ? `${FOLDER}${path}` : `${FOLDER}${folder}${file}`;
        expect(existsSync(target), `${path}: ${file}`).toBe(true);
        if (anchor === undefined) continue;
        expect(anchors(readFileSync(target, 'utf8')), `${path}: #${anchor}`).toContain(anchor);
      }
    }
  });
});

/** Cells of the rows of the last table in a chapter, without its head. */
function rows(chapter: string): string[][] {
  const from = page.indexOf(`\n## ${chapter}\n`);
  const until = page.indexOf('\n## ', from + 1);
  const text = page.slice(from, until === -1 ? undefined : until);
  const table =
    text
      .split(/\n\n/u)
      .filter((block) => block.startsWith('|'))
      .at(-1) ?? '';
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function dashed(name: string | undefined): string {
  return (name ?? '').replaceAll(' ', '-');
}

function lines(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

/** Lines of attack by which tests are named. */
function namedTests(): ReadonlySet<string> {
  const paths = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.test.ts') && path.includes('protocol'),
  );
  const titles = paths.flatMap((path) => [
    ...readFileSync(`${TESTS}${path}`, 'utf8').matchAll(
      /['"`]((?:[A-J][0-9]+b?(?:, | and )?)+)[ :'"`]/gu,
    ),
  ]);
  return new Set(titles.flatMap((match) => (match[1] ?? '').split(/, | and /u)));
}

/** Anchors of the headings of a page, as forges make them. */
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gmu)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
