import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JSON_DEPTH_MAX, readJson } from '../../src/policy/json-text.js';
import { ISSUES_MAX } from '../../src/values/limits.js';
import { runs } from '../helpers/runs.js';

describe('JSON text', () => {
  test.each([
    ['{}'],
    ['[]'],
    ['""'],
    ['0'],
    ['-0.5e+10'],
    [' \t\r\n true '],
    ['null'],
    ['false'],
    ['{"a":{"a":[{"a":1},{"a":2}]}}'],
    ['[[],[[]],{}]'],
    ['"\\u00e9\\\\\\"\\/\\b"'],
    ['"😀\u2028"'],
    ['"\ud800"'],
  ])('has the value that JSON.parse gives: %s', (text) => {
    expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text), duplicates: [] });
  });

  test.each([
    ['', 'line 1, column 1: the text ends'],
    ['  ', 'line 1, column 3: the text ends'],
    ['{', 'line 1, column 2: the text ends'],
    ['{"a":1,}', 'line 1, column 8: unexpected `}`'],
    ['[1,\r\n2,\r\n]', 'line 3, column 1: unexpected `]`'],
    ['{"a"\n:1\n,b}', 'line 3, column 2: unexpected `b`'],
    ['[1 2]', 'line 1, column 4: unexpected `2`'],
    ['01', 'line 1, column 1: unexpected `0`'],
    ['1.', 'line 1, column 1: unexpected `1`'],
    ['NaN', 'line 1, column 1: unexpected `N`'],
    ["{'a':1}", "line 1, column 2: unexpected `'`"],
    ['"\\x"', 'line 1, column 3: unexpected `x`'],
    ['"\\u12g4"', 'line 1, column 3: unexpected `u`'],
    ['"a\tb"', 'line 1, column 3: unexpected `\\u0009`'],
    ['"abc', 'line 1, column 5: the text ends'],
    ['{} {}', 'line 1, column 4: unexpected `{`'],
    ['{"a":1]', 'line 1, column 7: unexpected `]`'],
    ['[/* no */]', 'line 1, column 2: unexpected `/`'],
    ['[😀]', 'line 1, column 2: unexpected `😀`'],
  ])('says where it is none: %j', (text, where) => {
    expect(readJson(text)).toEqual({
      ok: false,
      issue: { pointer: '', code: 'format', message: `not JSON at ${where}` },
    });
    expect(() => JSON.parse(text)).toThrow();
  });

  test('may begin with a byte order mark', () => {
    expect(readJson('\ufeff{"a":1}')).toEqual({ ok: true, value: { a: 1 }, duplicates: [] });
  });

  test('is not read deeper than the cap', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(readJson(nested(JSON_DEPTH_MAX)).ok).toBe(true);
    expect(readJson(nested(JSON_DEPTH_MAX + 1))).toMatchObject({
      ok: false,
      issue: { code: 'too_large' },
    });
    expect(readJson('['.repeat(1_000_000))).toMatchObject({
      ok: false,
      issue: { code: 'too_large' },
    });
  });

  test('with a member __proto__ changes no prototype', () => {
    const read = readJson('{"__proto__":{"x":1}}');
    expect(read.ok && Object.keys(read.value as object)).toEqual(['__proto__']);
  });

  test('cut or changed anywhere is JSON exactly when JSON.parse says so', () => {
    const cut = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('"', '\\', ',', '}', ']', ':', '0', '-', '.', 'e', ' ', '\n', 't', '\u0000'),
    );
    fc.assert(
      fc.property(cut, ([json, at, drop, put]) => {
        const index = at % (json.length + 1);
        const text = json.slice(0, index) + put + json.slice(index + drop);
        let expected: unknown = FAILED;
        try {
          expected = JSON.parse(text);
        } catch {
          // Not JSON.
        }
        const read = readJson(text);
        expect(read.ok ? read.value : FAILED).toEqual(expected);
      }),
      { seed: 20261122, numRuns: runs(2000) },
    );
  });
});

const FAILED = Symbol('not JSON');

describe('a member written twice', () => {
  test('is told with the pointer to it and its place, once for every repeat', () => {
    const text = '{"a":1,\n "b":[0,{"c":1,"c":2,"c":3}],\n "a":2}';
    const read = readJson(text);
    expect(read.ok && read.duplicates).toEqual([
      {
        pointer: '/b/1/c',
        code: 'duplicate',
        message: 'member written twice, again at line 2, column 16 `c`',
      },
      {
        pointer: '/b/1/c',
        code: 'duplicate',
        message: 'member written twice, again at line 2, column 22 `c`',
      },
      {
        pointer: '/a',
        code: 'duplicate',
        message: 'member written twice, again at line 3, column 2 `a`',
      },
    ]);
  });

  test('is the same however its name is escaped, and empty names count', () => {
    const read = readJson('{"c":1,"\\u0063":2,"":3,"":4,"C":5}');
    expect(read.ok && read.duplicates.map((issue) => issue.pointer)).toEqual(['/c', '/']);
  });

  test('is found among many members, and in an object after a large one', () => {
    const members = Array.from({ length: 500 }, (_, index) => `"m${index}":0`);
    const large = `{${[...members, '"m3":1', '"m499":1'].join(',')}}`;
    const read = readJson(`[${large},{"m3":0,"x":1,"x":2}]`);
    expect(read.ok && read.duplicates.map((issue) => issue.pointer)).toEqual([
      '/0/m3',
      '/0/m499',
      '/1/x',
    ]);
  });

  test('is told up to the cap', () => {
    const read = readJson(
      `[${Array.from({ length: ISSUES_MAX + 9 }, () => '{"a":1,"a":2}').join(',')}]`,
    );
    expect(read.ok && read.duplicates.length).toBe(ISSUES_MAX + 1);
    expect(read.ok && read.duplicates.at(-1)?.code).toBe('too_many_issues');
  });

  test('is found exactly when a random object repeats a name', () => {
    const names = fc.array(
      fc.constantFrom(
        'a',
        'b',
        '"',
        '\\',
        'é',
        '',
        '__proto__',
        'longer name',
        'a b',
        'c',
        'd',
        'e',
        'f',
        'g',
        'h',
        'i',
        'j',
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(names, (list) => {
        const read = readJson(`{${list.map((name) => `${JSON.stringify(name)}:[]`).join(',')}}`);
        expect(read.ok && read.duplicates.length).toBe(list.length - new Set(list).size);
      }),
      { seed: 20261122, numRuns: runs(500) },
    );
  });
});
