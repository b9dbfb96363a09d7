import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/document.js';
import { isValidated, parseDocument } from '../../src/policy/parse.js';
import { pieceReader } from '../../src/policy/parse-pieces.js';
import { mutations } from '../helpers/mutations.js';
import { documentWith, fullDocument, OPTIONS } from '../helpers/policies.js';
import { reached, runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';

/** What a reader makes of a text that comes in pieces of a size. */
function read(text: string, size: number = text.length): Policy | undefined {
  const reader = pieceReader(OPTIONS);
  for (let at = 0; at < text.length; at += size) reader.add(text.slice(at, at + size));
  return reader.end();
}

/** What reading the text whole makes of it. */
function whole(text: string): Policy | undefined {
  try {
    const parsed = parseDocument(JSON.parse(text), OPTIONS);
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}

/** The full document with so many more users, links and rights: its lists are longer than a piece. */
function largeDocument(more: number) {
  const full = fullDocument();
  const numbers = Array.from({ length: more }, (_, number) => number);
  return {
    ...full,
    users: [...full.users, ...numbers.map((number) => ({ id: `u${number}`, name: `Ü ${number}` }))],
    assignments: [
      ...full.assignments,
      ...numbers.map((number) => ({
        id: `r${number}`,
        subject: { type: 'user', id: `u${number}` },
        role: 'guest',
        scope: { type: 'group', id: 'staff' },
      })),
    ],
  };
}

describe('what a publisher writes', () => {
  const text = JSON.stringify(largeDocument(40));

  test.each([1, 2, 7, 50, 300, 2000, 1e6])('is the policy, in pieces of %i characters', (size) => {
    const policy = read(text, size);
    expect(policy).toEqual(whole(text));
    expect(policy).toBeDefined();
    expect(JSON.stringify(policy)).toBe(text);
  });

  test('is the policy, added all at once though it is longer than what is parsed at once', () => {
    const long = JSON.stringify(largeDocument(3000));
    expect(long.length).toBeGreaterThan(300_000);
    const policy = read(long);
    expect(policy).toEqual(whole(long));
    expect(isDeepFrozen(policy)).toBe(true);
    expect(JSON.stringify(policy)).toBe(long);
  });

  test('comes frozen all the way down, and is known as validated under these options alone', () => {
    const policy = read(text, 300);
    expect(isDeepFrozen(policy)).toBe(true);
    expect(isValidated(policy, OPTIONS)).toBe(true);
    expect(isValidated(policy, { isTimeZone: () => true })).toBe(false);
  });

  test('holds equal references of different pieces once', () => {
    const scopes =
      read(text, 300)
        ?.assignments?.slice(4)
        .map(({ scope }) => scope) ?? [];
    expect(scopes).toHaveLength(40);
    expect(new Set(scopes).size).toBe(1);
  });

  test('may hold in its texts what looks like the border of an element, a list or the document', () => {
    const names = [
      '},{"id":"x"}',
      '}],"users":[{"id":"x"}]}',
      ']}',
      ',"places":[{',
      '"',
      '\\',
      'x},{',
    ];
    const users = names.map((name, index) => ({ id: `n${index}`, name }));
    const document = documentWith({
      users: [...fullDocument().users, ...users],
      organization: { ...fullDocument().organization, name: ',"places":[{"id":"x"}],"users":[{' },
    });
    const text = JSON.stringify(document);
    for (let size = 1; size < 80; size += 3) expect(read(text, size)).toEqual(whole(text));
    expect(read(text)).toBeDefined();
  });

  test('may have an element far longer than a piece', () => {
    const users = Array.from({ length: 300 }, (_, number) => `u${number}`);
    const document = documentWith({
      users: [...fullDocument().users, ...users.map((id) => ({ id }))],
      teams: [{ id: 'all', users }, { id: 'night' }],
    });
    const text = JSON.stringify(document);
    expect(read(text, 40)).toEqual(whole(text));
    expect(read(text, 40)).toBeDefined();
  });
});

describe('is left to whoever reads the text whole', () => {
  const plain = '{"version":1,"organization":{"id":"acme"},"users":[{"id":"ada"},{"id":"bob"}]}';

  test('so the sound text beside these is not', () => {
    expect(read(plain)).toEqual(whole(plain));
    expect(read(plain)).toBeDefined();
  });

  test.each([
    ['nothing', ''],
    ['no list', '{"version":1,"organization":{"id":"acme"}}'],
    ['a comma behind the last element', plain.replace('}]}', '},]}')],
    ['a comma before the first element', plain.replace('[{', '[,{')],
    ['two commas', plain.replace('},{', '},,{')],
    ['two commas before a list', plain.replace(',"users"', ',,"users"')],
    ['no member before the comma', '{,"users":[{"id":"ada"}]}'],
    ['no comma between lists', plain.replace('"users"', '"places":[{"id":"hq"}]"users"')],
    ['text behind the end', `${plain}x`],
    ['another document behind the end', plain + plain],
    ['an end that is missing', plain.slice(0, -1)],
    ['an element that is cut off', plain.slice(0, -4)],
    ['a list that closes twice', plain.replace('}]}', '}]]}')],
    ['a byte order mark', `\ufeff${plain}`],
    ['an unknown member', plain.replace('"users"', '"people"')],
    ['an unknown member of the root', plain.replace('"version":1', '"version":1,"x":1')],
    ['another version', plain.replace('"version":1', '"version":2')],
    ['an element with issues', plain.replace('"bob"', '"b b"')],
    ['an element that is none', plain.replace('{"id":"bob"}', '{"id":"bob"},7')],
    ['an id used twice', plain.replace('bob', 'ada')],
    ['an id used twice, far apart', plain.replace('"bob"}', '"bob"},{"id":"ada"}')],
    ['a list that comes twice', plain.replace('}]}', '}],"users":[{"id":"eve"}]}')],
    ['a list that comes twice, first an empty one', plain.replace('"users"', '"users":[],"users"')],
    ['a broken rule', plain.replace('}]}', '}],"teams":[{"id":"t","users":["eve"]}]}')],
  ])('%s', (_, text) => {
    for (const size of [1, 5, 20, 1000]) expect(read(text, size)).toBeUndefined();
  });

  test.each([
    ['space between elements', plain.replace('},{', '}, {')],
    ['space at the end', `${plain}\n`],
    [
      'a member behind the lists',
      plain.replace('"version":1,', '').replace(/\}$/u, ',"version":1}'),
    ],
    ['an empty list behind another', plain.replace(/\}$/u, ',"teams":[]}')],
  ])('%s, unless it is sure of it', (_, text) => {
    expect(whole(text)).toBeDefined();
    for (const size of [1, 5, 20, 1000])
      expect([undefined, whole(text)]).toContainEqual(read(text, size));
  });

  test('a list with more elements than it may have', () => {
    const [before, after] = ['{"version":1,"organization":{"id":"acme"},"places":[', ']}'];
    const reader = pieceReader(OPTIONS);
    reader.add(before);
    for (let number = 0; number <= 10_000; number++)
      reader.add(`${number === 0 ? '' : ','}{"id":"p${number}"}`);
    reader.add(after);
    expect(reader.end()).toBeUndefined();
  });
});

test('whatever comes, in whatever pieces, it says what reading it whole says, or nothing', () => {
  const edits = fc.array(
    fc.record({
      at: fc.nat(),
      cut: fc.nat(3),
      text: fc.constantFrom(
        '',
        ',',
        '{',
        '}',
        '[',
        ']',
        '"',
        '},{',
        '],[',
        '"users":[{',
        '\\',
        ' ',
        '7',
      ),
    }),
    { maxLength: 2 },
  );
  let same = 0;
  const property = fc.property(
    mutations(),
    edits,
    fc.integer({ min: 1, max: 900 }),
    (mutate, list, size) => {
      const document = list.length > 0 ? largeDocument(5) : mutate(largeDocument(5));
      let text = JSON.stringify(document) ?? '';
      for (const { at, cut, text: put } of list) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + put + text.slice(start + cut);
      }
      const policy = read(text, size);
      if (policy === undefined) return;
      same += 1;
      expect(JSON.stringify(policy)).toBe(JSON.stringify(whole(text)));
    },
  );
  fc.assert(property, { seed: SEED, numRuns: runs(1500) });
  expect(same).toBeGreaterThan(reached(100));
});

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}
