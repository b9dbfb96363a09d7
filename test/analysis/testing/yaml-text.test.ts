/** YAML as policy tests read it: 1.2 and its core schema, nothing that means more than JSON does, every place known. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../../src/adapters/testing/yaml-text.js';
import { runs } from '../../helpers/runs.js';
import { SEED } from '../../helpers/worlds.js';

/** The value of a text that must be readable. */
function readValue(text: string): unknown {
  const read = readYaml(text);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.value;
}

/** The one thing wrong with a text, as `line:column message (code)`. */
function faultOf(text: string): string {
  const read = readYaml(text);
  if (read.ok) return `read as ${JSON.stringify(read.value)}`;
  const [issue] = read.issues;
  return `${issue?.line}:${issue?.column} ${issue?.message} (${issue?.code})`;
}

test.each<[text: string, value: unknown]>([
  ['a: no', { a: 'no' }],
  ['a: yes', { a: 'yes' }],
  ['a: on', { a: 'on' }],
  ['a: 22:00', { a: '22:00' }],
  ['a: 190:20:30', { a: '190:20:30' }],
  ['a: 2026-11-23', { a: '2026-11-23' }],
  ['a: 2026-11-23T09:00:00+01:00', { a: '2026-11-23T09:00:00+01:00' }],
  ['a: 1_000', { a: '1_000' }],
  ['a: [user:ada, door:front]', { a: ['user:ada', 'door:front'] }],
  ['a: true', { a: true }],
  ['a: null', { a: null }],
  ['a:', { a: null }],
  ['<<: {a: 1}', { '<<': { a: 1 } }],
  ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
  ['a: &x 1\nb: &x 2\nc: *x\nd: [&x 3, *x]\ne: *x', { a: 1, b: 2, c: 2, d: [3, 3], e: 3 }],
  ['a: &x 1\nb: &y [*x]\nc: &x 2\nd: *y\ne: *x', { a: 1, b: [1], c: 2, d: [1], e: 2 }],
  ['a: >\n  one\n  two\n', { a: 'one two\n' }],
  ['{"a": "\\ud83d\\ude00"}', { a: '😀' }],
  ['', null],
  ['# nothing', null],
])('%j is read as it looks', (text, value) => {
  expect(readValue(text)).toEqual(value);
});

test('a member called __proto__ is a member like any other', () => {
  const value = readValue('__proto__: {a: 1}\nb: 2') as object;
  expect(Object.keys(value)).toEqual(['__proto__', 'b']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

describe('refused is', () => {
  test.each<[text: string, fault: string | RegExp]>([
    ['a: 1\nb: 2\na: 3', '3:1 member written twice (duplicate)'],
    ['a: 1\n---\nb: 2', /^2:1 not YAML: source contains multiple documents/],
    ['a: !!binary aGk=', /tags are not read `tag:yaml.org,2002:binary` \(format\)$/],
    ['a: !!str 1', /tags are not read `tag:yaml.org,2002:str` \(format\)$/],
    ['a: !js x', /^1:4 not YAML: unresolved tag/],
    ['1: x', '1:1 the name of a member must be text: put it in quotes (type)'],
    ['a: 1\n? [b]\n: c', /the name of a member must be text/],
    ['null: x', '1:1 the name of a member must be text: put it in quotes (type)'],
    ['a: *x', '1:4 no anchor before the alias `x` (reference)'],
    ['a:\n\tb: 1', /^2:1 not YAML: tabs are not allowed as indentation/],
    ['a: "b', /^1:\d+ not YAML: missing closing/],
    ['a: &a [*a]', /nested deeper than 64 \(too_large\)/],
    ['a: 1\n--- # more', /^2:1 not YAML: source contains multiple documents/],
    [`${'['.repeat(200)}${']'.repeat(200)}`, /nested deeper than 64,/],
  ])('%j', (text, fault) => {
    if (typeof fault === 'string') expect(faultOf(text)).toBe(fault);
    else expect(faultOf(text)).toMatch(fault);
  });

  test('a text that aliases blow up, before it is', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map((pair) => [
      ...pair,
    ])) {
      lines.push(`${name}: &${name} [${new Array(10).fill(`*${before}`).join(', ')}]`);
    }
    expect(faultOf(lines.join('\n'))).toMatch(/stands for more than 500000 values \(too_large\)$/u);
  });

  test.each<[what: string, text: string]>([
    ['lists in lists', '['.repeat(100_000)],
    ['maps in maps', '{a: '.repeat(50_000)],
    ['items of items', '- '.repeat(50_000)],
    ['keys of keys', '? '.repeat(50_000)],
    [
      'lines ever further in',
      Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    ],
  ])('a text of %s without end, before the stack ends', (_, text) => {
    expect(readYaml(text)).toMatchObject({ ok: false, issues: [{ code: 'too_large' }] });
  });

  test('nothing that is nested as deep as JSON may be', () => {
    const deep = 60;
    expect(readYaml(`${'['.repeat(deep)}1${']'.repeat(deep)}`).ok).toBe(true);
    expect(readYaml(`${'- '.repeat(deep)}1`).ok).toBe(true);
    expect(
      readYaml(Array.from({ length: deep }, (_, depth) => `${'    '.repeat(depth)}a:`).join('\n'))
        .ok,
    ).toBe(true);
  });
});

test('places are those of members, and of what would hold what is not there', () => {
  const read = readYaml('a: 1\nb:\n  - c: x\n  - &y { d/e: z }\nf: *y\n');
  if (!read.ok) throw new Error('not read');
  const places = [
    '',
    '/a',
    '/b',
    '/b/0',
    '/b/0/c',
    '/b/1/d~1e',
    '/b/1/missing',
    '/f/d~1e',
    '/none',
  ].map((pointer) => {
    const { line, column } = read.placeOf(pointer);
    return `${pointer} ${line}:${column}`;
  });
  expect(places).toEqual([
    ' 1:1',
    '/a 1:1',
    '/b 2:1',
    '/b/0 3:5',
    '/b/0/c 3:5',
    '/b/1/d~1e 4:10',
    '/b/1/missing 4:8',
    '/f/d~1e 4:10',
    '/none 1:1',
  ]);
});

test('JSON is read as JSON says', () => {
  const json = fc.json({ maxDepth: 5, noUnicodeString: false } as fc.JsonSharedConstraints);
  const property = fc.property(json, (text) => {
    const read = readYaml(text);
    if (read.ok) expect(read.value).toEqual(JSON.parse(text));
  });
  fc.assert(property, { seed: SEED, numRuns: runs(150) });
});

test('whatever the text, reading it does not throw', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '&x ',
    '*x',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '!!',
    '%',
    '---',
    '#',
    '? ',
    ',',
    '\t',
    '\0',
    '￾',
    '<<',
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (each) => void readYaml(each)),
    { seed: SEED, numRuns: runs(2000) },
  );
});
