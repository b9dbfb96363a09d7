import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { unguardCell } from '../../../src/admin/import/cell.js';
import { accessReview, type ReviewRow } from '../../../src/analysis/review/access-review.js';
import { REVIEW_COLUMNS, reviewLines } from '../../../src/analysis/review/review-lines.js';
import { compilePolicy } from '../../../src/index.js';
import { overWorlds } from '../../helpers/worlds.js';

const text = (rows: Iterable<ReviewRow>, format: 'csv' | 'ndjson') =>
  [...reviewLines(rows, format)].join('');

/** What an independent reader of CSV finds, each cell as it was before it was guarded. */
function readCsv(csv: string): Record<string, string>[] {
  const records: string[][] = parse(csv, { record_delimiter: '\r\n', relax_column_count: false });
  const [header = [], ...rest] = records;
  expect(header).toEqual(REVIEW_COLUMNS);
  return rest.map((cells) =>
    Object.fromEntries(header.map((name, index) => [name, unguardCell(cells[index] ?? '')])),
  );
}

test('CSV and JSON lines say the same of every row', () => {
  overWorlds(60, 0, ({ policy, anchor }) => {
    const engine = compilePolicy(policy);
    for (const by of ['door', 'person'] as const) {
      const lines = text(accessReview(engine, { at: anchor, by }), 'ndjson').split('\n');
      expect(lines.pop()).toBe('');
      const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      const records = readCsv(text(accessReview(engine, { at: anchor, by }), 'csv'));
      const asCells = objects.map((one) =>
        Object.fromEntries(
          REVIEW_COLUMNS.map((name) => {
            const value = one[name] ?? '';
            if (Array.isArray(value)) return [name, value.join('; ')];
            return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
          }),
        ),
      );
      expect(records).toEqual(asCells);
    }
  });
});

test('no cell is a formula, whatever people call themselves', () => {
  const names = [
    '=1+1',
    '+49',
    '-2',
    '@sum',
    '\t=1',
    'a,b',
    'say "hi"',
    'two\r\nlines',
    ' x',
    '＝1',
  ];
  const engine = compilePolicy({
    version: 1,
    organization: { id: 'o' },
    places: [{ id: 'p' }],
    doors: [{ id: '-d', place: 'p', name: '=HYPERLINK("x")' }],
    users: names.map((name, index) => ({ id: `u${index}`, name })),
    assignments: names.map((_, index) => ({
      id: `@a${index}`,
      subject: { type: 'user', id: `u${index}` },
      role: 'place_door_access',
      scope: { type: 'place', id: 'p' },
    })),
  });
  const csv = text(accessReview(engine, { at: 0, by: 'door' }), 'csv');
  const records: string[][] = parse(csv, { record_delimiter: '\r\n' });
  for (const cell of records.flat()) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u);
  expect(readCsv(csv).map((record) => record['person_name'])).toEqual(names);
});
