import {
  chmodSync,
  chownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { FMT } from '../../src/cli/commands/fmt.js';
import { formattedPolicy } from '../../src/cli/fmt-text.js';
import { canonicalPolicy } from '../../src/policy/canonical.js';
import type { Policy } from '../../src/policy/document.js';
import { runs } from '../helpers/runs.js';
import { shuffled } from '../helpers/variants.js';
import { overWorlds } from '../helpers/worlds.js';
import { folder } from './program.js';
import { say } from './terminal.js';

const files = folder();
afterAll(() => files.remove());

const UNTIDY = `{
    "version": 1.0,
    "users": [ {"name": "Zo\\u00eb", "id": "zoe"}, {"id":"ada",
        "active":   true} ],
    "organization": {
      "timeZone": "UTC", "id": "o" },

    "teams": [
      { "id": "t", "users": ["zoe","ada"] },

      { "id": "s" }, { "id": "r" }
    ]
}`;

const TIDY = `{
  "version": 1.0,
  "organization": {
    "id": "o",
    "timeZone": "UTC"
  },
  "users": [{ "id": "zoe", "name": "Zo\\u00eb" }, {
    "id": "ada",
    "active": true
  }],
  "teams": [
    { "id": "t", "users": ["zoe", "ada"] },

    { "id": "s" }, { "id": "r" }
  ]
}
`;

describe('formatting', () => {
  test('puts members in order and leaves elements, line breaks, numbers and texts as written', () => {
    expect(formattedPolicy(UNTIDY, false)).toBe(TIDY);
  });

  test('leaves what is formatted already', () => {
    expect(formattedPolicy(TIDY, false)).toBe(TIDY);
  });

  test('with sort puts elements in order too: collections by id, sets sorted, weekdays from Monday', () => {
    const sorted = formattedPolicy(
      '{"version":1,"organization":{"id":"o"},"users":[{"id":"b"},{"id":"a"}],' +
        '"teams":[{"id":"t","users":["b","a","b"]}],' +
        '"schedules":[{"id":"s","windows":[{"days":["su","mo"],"from":"01:00","until":"02:00"}]}]}',
      true,
    );
    expect(sorted).toContain('"users": [{ "id": "a" }, { "id": "b" }]');
    // Formatting takes nothing away, not even a repeat.
    expect(sorted).toContain('"users": ["a", "b", "b"]');
    expect(sorted).toContain('"days": ["mo", "su"]');
  });

  test('breaks what a program wrote on one line: one member of the document and one element a line', () => {
    const users = Array.from({ length: 9 }, (_, index) => ({ id: `user-${index}`, active: true }));
    const text = JSON.stringify({ version: 1, organization: { id: 'o' }, users });
    const lines = formattedPolicy(text, false).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '{',
      '  "version": 1,',
      '  "organization": { "id": "o" },',
      '  "users": [',
      '    { "id": "user-0", "active": true },',
    ]);
    expect(lines).toHaveLength(16);
  });

  test('keeps the line ends of the text, and ends it with one', () => {
    const windows = formattedPolicy('{\r\n"version":1,\r\n"organization":{"id":"o"}}', false);
    expect(windows).toBe('{\r\n  "version": 1,\r\n  "organization": { "id": "o" }\r\n}\r\n');
    expect(formattedPolicy('{"version":1,"organization":{"id":"o"}}\n\n\n', false)).toBe(
      '{ "version": 1, "organization": { "id": "o" } }\n',
    );
  });

  test('twice is once, it says what was said, and sorted it is in the order of the canonical policy', () => {
    overWorlds(60, 0, ({ policy, draw }) => {
      const text = spaced(JSON.stringify(shuffled(policy, draw)), (most) => draw.int(0, most));
      for (const sort of [false, true]) {
        const once = formattedPolicy(text, sort);
        expect(formattedPolicy(once, sort)).toBe(once);
        expect(letters(once)).toEqual(letters(text));
        const [before, after] = [text, once].map((each) => JSON.parse(each) as Policy);
        expect(canonicalPolicy(after!)).toEqual(canonicalPolicy(before!));
        if (!sort) expect(after).toEqual(before);
      }
      const canonical = canonicalPolicy(policy);
      const sorted = formattedPolicy(JSON.stringify(backwards(canonical)), true);
      expect(JSON.stringify(JSON.parse(sorted))).toBe(JSON.stringify(canonical));
    });
  });

  test.each(['club', 'coworking', 'housing'])('changes no element of the example %s', (name) => {
    const text = readFileSync(`examples/${name}/policy.json`, 'utf8');
    const formatted = formattedPolicy(text, false);
    const lines = new Set(text.split('\n'));
    const moved = formatted.split('\n').filter((line) => !lines.has(line));
    // Members that stand in another order than the documentation's; everything else is left alone.
    expect(moved.length).toBeLessThan(lines.size / 4);
    expect(formattedPolicy(formatted, false)).toBe(formatted);
  });
});

describe('fmt', () => {
  test('prints the formatted text, and says with --check whether there is anything to do', async () => {
    const file = files.file('untidy.json', UNTIDY);
    expect(await say(FMT, file)).toMatchObject({ code: 0, stdout: TIDY });
    expect(await say(FMT, file, '--check')).toMatchObject({
      code: 1,
      stdout: `not formatted ${file}\n`,
    });
    expect(JSON.parse((await say(FMT, file, '--check', '--json')).stdout)).toEqual({
      changed: true,
    });
    expect(JSON.parse((await say(FMT, file, '--json')).stdout)).toEqual({
      changed: true,
      text: TIDY,
    });
    expect(readFileSync(file, 'utf8')).toBe(UNTIDY);
    const tidy = files.file('tidy.json', TIDY);
    expect(await say(FMT, tidy, '--check')).toMatchObject({ code: 0, stdout: `ok ${tidy}\n` });
  });

  test('--write replaces the file in one step and keeps its permissions', async () => {
    const file = files.file('write.json', UNTIDY);
    chmodSync(file, 0o664);
    const { ino } = statSync(file);
    expect(await say(FMT, file, '--write')).toMatchObject({
      code: 0,
      stdout: `formatted ${file}\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe(TIDY);
    expect(statSync(file).mode & 0o7777).toBe(0o664);
    // Another file in its place: nobody ever reads half of it.
    expect(statSync(file).ino).not.toBe(ino);
    const after = statSync(file);
    expect(await say(FMT, file, '--write')).toMatchObject({ code: 0, stdout: `ok ${file}\n` });
    expect(statSync(file).ino).toBe(after.ino);
    expect(readdirSync(files.path).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  // Only root may give files away.
  test.skipIf(process.getuid?.() !== 0)('--write leaves a file to its owner', async () => {
    const file = files.file('theirs.json', UNTIDY);
    chmodSync(file, 0o600);
    chownSync(file, 4711, 4712);
    expect(await say(FMT, file, '--write')).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toBe(TIDY);
    const { uid, gid, mode } = statSync(file);
    expect([uid, gid, mode & 0o7777]).toEqual([4711, 4712, 0o600]);
  });

  test('--write behind a symbolic link replaces the file, not the link', async () => {
    const file = files.file('linked.json', UNTIDY);
    const link = join(files.path, 'link.json');
    symlinkSync(file, link);
    expect(await say(FMT, link, '--write')).toMatchObject({ code: 0 });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(TIDY);
  });

  test('a byte order mark is no reason to write', async () => {
    const file = files.file('mark.json', `\ufeff${TIDY}`);
    expect(await say(FMT, file, '--write')).toMatchObject({ code: 0, stdout: `ok ${file}\n` });
    expect(readFileSync(file, 'utf8')).toBe(`\ufeff${TIDY}`);
  });

  test.each<[string, string, string]>([
    ['not valid', '{"version":1,"organization":{"id":"o"},"colour":1}', '/colour'],
    ['no JSON', '{"version":1,}', ''],
    [
      'written with a member twice',
      '{"version":1,"organization":{"id":"o","id":"p"}}',
      '/organization/id',
    ],
    ['of another version', '{"version":2,"organization":{"id":"o"}}', '/version'],
  ])('a policy that is %s is refused, and stays', async (title, text, pointer) => {
    const file = files.file(`${title}.json`, text);
    const said = await say(FMT, file, '--write');
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.issues.map((issue) => issue.pointer)).toEqual([pointer]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('a file that cannot be replaced is told so, and stays', async () => {
    const file = files.file('busy.json', UNTIDY);
    // A leftover of the name that would be written first.
    writeFileSync(join(files.path, `.busy.json.${process.pid}.new`), 'another');
    expect(await say(FMT, file, '--write')).toMatchObject({ code: 2 });
    expect(readFileSync(file, 'utf8')).toBe(UNTIDY);
    expect(readFileSync(join(files.path, `.busy.json.${process.pid}.new`), 'utf8')).toBe('another');
  });

  test.each([[['x.json', '--write', '--check']], [['-', '--write']], [[]]])(
    '%s is bad usage',
    async (words) => expect(await say(FMT, ...words)).toMatchObject({ code: 2, stdout: '' }),
  );
});

test('any JSON is read and written letter for letter', () => {
  fc.assert(
    fc.property(fc.json(), fc.gen(), (json, g) => {
      const below = (most: number) => g(() => fc.noBias(fc.integer({ min: 0, max: most })));
      const text = spaced(`{"version":${json}}`, below);
      const once = formattedPolicy(text, false);
      expect(JSON.parse(once)).toEqual(JSON.parse(text));
      expect(letters(once)).toEqual(letters(text));
      expect(formattedPolicy(once, false)).toBe(once);
    }),
    { seed: 20261122, numRuns: runs(300) },
  );
});

/** The text with spaces and line ends put in at random between its tokens. */
function spaced(text: string, below: (most: number) => number): string {
  const spaces = ['', '', '', ' ', '\n', '\n\n', '\t', ' \n  '];
  return text.replace(TOKENS, (token) => token + spaces[below(spaces.length - 1)]);
}

/** The tokens of a text that say something, as written, in sorted order. */
function letters(text: string): string[] {
  return (text.match(TOKENS) ?? []).sort();
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gu;

/** The value with the members and elements of everything in the opposite order, but for polygons. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards).reverse();
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => {
    return [name, name === 'polygon' ? member : backwards(member)] as const;
  });
  return Object.fromEntries(members.reverse());
}
