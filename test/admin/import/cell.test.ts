import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine, guardCell, parseYesNo, unguardCell } from '../../../src/admin/import/cell.js';
import { cardColumns, foldHeading, userColumns } from '../../../src/admin/import/columns.js';
import { runs } from '../../helpers/runs.js';

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .tuple(
      fc.constantFrom("'", "''", ' ', '\t', ''),
      fc.constantFrom('=', '+', '-', '@', '＝', 'a'),
    )
    .map((parts) => parts.join('')),
);

/** Texts of little but what matters to a spreadsheet, so that it often stands where it would begin a formula. */
const separated = fc.string({
  unit: fc.constantFrom(';', '|', '\t', '\r', '\n', ',', '"', "'", ' ', '=', '-', '＠', 'a'),
  maxLength: 10,
});

describe('a guarded cell', () => {
  test('begins with nothing that a spreadsheet runs, and comes back as it was', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const cell = guardCell(value);
        expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u);
        expect(unguardCell(cell)).toBe(value);
      }),
      { seed: 11, numRuns: runs(1000) },
    );
  });

  test.each([
    ['=1', "'=1"],
    ["'=1", "''=1"],
    ["O'Hara", "O'Hara"],
    ["'tis", "'tis"],
    ['a=1', 'a=1'],
    ['', ''],
  ])('of %j is %j', (value, cell) => {
    expect(guardCell(value)).toBe(cell);
  });

  test('that somebody else guarded loses one apostrophe, and others keep theirs', () => {
    expect(unguardCell("'+49 30")).toBe('+49 30');
    expect(unguardCell("'tis")).toBe("'tis");
  });

  test.each([
    ['Ada;=1+1;x', "Ada;'=1+1;x"],
    ['a\t@SUM(1)', "a\t'@SUM(1)"],
    ['a|-1|b; +2', "a|'-1|b;' +2"],
    ['a\r\n=1', "a\r\n'=1"],
    ['a;\t=1', "a;'\t'=1"],
    ['a;"=1"', 'a;\'"=1"'],
    ["a;'=1", "a;''=1"],
    ['a; b', 'a; b'],
    ['a,=1', 'a,=1'],
    ["a;'b", "a;'b"],
  ])('of %j, which another separator parts, is %j', (value, cell) => {
    expect(guardCell(value)).toBe(cell);
    expect(unguardCell(cell)).toBe(value);
  });

  test('of a million signs of separation is made, and undone, in one reading', () => {
    for (const part of ['\t', "\t'", ';"', "'", '; ']) {
      const value = part.repeat(1_000_000 / part.length);
      expect(unguardCell(guardCell(value))).toBe(value);
      expect(unguardCell(value).length).toBeLessThanOrEqual(value.length);
    }
  });
});

describe('a line', () => {
  test.each([';', '\t', '|'])('read with %j holds no formula', (separator) => {
    fc.assert(
      fc.property(fc.array(separated, { minLength: 1, maxLength: 4 }), (values) => {
        // The worst reader: quotes hold nothing back, and it drops what stands before the sign.
        const cells = csvLine(values).split(new RegExp(`[${separator}\\r\\n]`, 'u'));
        for (const cell of cells) expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠]/u);
      }),
      { seed: 12, numRuns: runs(2000) },
    );
  });

  test('read with a comma has the values that were written', () => {
    fc.assert(
      fc.property(fc.array(separated, { minLength: 1, maxLength: 4 }), (values) => {
        const [cells = []] = parse(csvLine(values)) as string[][];
        expect(cells.map(unguardCell)).toEqual(values);
      }),
      { seed: 13, numRuns: runs(2000) },
    );
  });
});

test('a line is quoted where it must be', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', ' h', '=i'])).toBe(
    'a,"b,c","d""e","f\ng"," h",\'=i\r\n',
  );
  expect(csvLine([''])).toBe('""\r\n');
});

test.each([
  ['Yes', true],
  [' ja ', true],
  ['1', true],
  ['INAKTIV', false],
  ['0', false],
  ['', undefined],
  ['constructor', undefined],
])('%j is %j', (cell, value) => {
  expect(parseYesNo(cell)).toBe(value);
});

describe('headings', () => {
  test.each([
    ['E-Mail', 'email'],
    ['EMAIL ADDRESS', 'email'],
    ['Vor­name', 'givenName'],
    ['vorname', 'givenName'],
    ['Last Name', 'familyName'],
    ['Zutritts-Gruppen', 'groups'],
    ['aktiv?', 'active'],
  ])('%j of people is %s', (heading, field) => {
    const { map } = userColumns(['id', heading], 1);
    expect(map.get(field as never)).toBe(1);
  });

  test.each([
    ['Transponder-Nr. Transpondernummer'.split(' ')[1] ?? '', 'number'],
    ['Card Number', 'number'],
    ['Inhaber', 'user'],
    ['Status', 'state'],
    ['Kartentyp', 'kind'],
  ])('%j of cards is %s', (heading, field) => {
    expect(cardColumns([heading], 1).map.get(field as never)).toBe(0);
  });

  test('that are names of every object mean nothing', () => {
    const { ignored, map } = userColumns(['id', '__proto__', 'constructor', 'toString'], 1);
    expect(ignored).toEqual(['__proto__', 'constructor', 'toString']);
    expect([...map.keys()]).toEqual(['id']);
    expect(foldHeading('__proto__')).toBe('proto');
  });

  test('explained by somebody go before what they would mean, and may say nothing', () => {
    const { map, ignored } = userColumns(['Name', 'Kürzel', 'E-Mail'], 1, {
      Name: 'segment',
      Kürzel: 'id',
      'E-Mail': null,
    });
    expect([...map]).toEqual([
      ['segment', 0],
      ['id', 1],
    ]);
    expect(ignored).toEqual(['E-Mail']);
  });

  test('that lack the holder or the number make no file of cards', () => {
    const codes = (headings: string[]) =>
      cardColumns(headings, 1).issues.map(({ message }) => message);
    expect(codes(['number'])).toEqual(['no column for user or email']);
    expect(codes(['user', 'email'])).toEqual(['no column for number']);
    expect(codes(['number', 'email'])).toEqual([]);
  });
});
