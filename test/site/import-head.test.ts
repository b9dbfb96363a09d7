/** How a file begins, before it is imported: what is told is what the import then does. */
import { expect, test } from 'vitest';
import { readImportHead } from '../../src/adapters/import/import-head.js';

const file = (bytes: Uint8Array) =>
  async function* () {
    for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3);
  };
const text = (csv: string) => file(new TextEncoder().encode(csv));

test('headings are told with what they mean, and the first rows with their lines', async () => {
  const csv = 'ID;E-Mail;Kürzel\r\nada;ada@example.org;"a\nl"\r\nbob;;b\r\n';
  const head = await readImportHead('users', { file: text(csv) });
  expect(head).toMatchObject({ encoding: 'utf-8', separator: ';', issues: [] });
  expect(head.headings).toEqual([
    { heading: 'ID', field: 'id' },
    { heading: 'E-Mail', field: 'email' },
    { heading: 'Kürzel', field: undefined },
  ]);
  expect(head.rows.map(({ line, cells }) => [line, cells[0]])).toEqual([
    [2, 'ada'],
    [4, 'bob'],
  ]);
});

test('what somebody says of headings holds, and what then lacks is told', async () => {
  const columns = { Chip: 'number', Inhaber: null } as const;
  const head = await readImportHead('cards', { file: text('Chip,Inhaber\n1,ada\n'), columns });
  expect(head.headings.map(({ field }) => field)).toEqual(['number', undefined]);
  expect(head.issues.map(({ code }) => code)).toEqual(['column_missing']);
});

test('`sep=` and an option each say the separator, the option above all', async () => {
  const csv = 'sep=|\nid|name,\nada|a,\n';
  expect((await readImportHead('users', { file: text(csv) })).separator).toBe('|');
  const said = await readImportHead('users', { file: text(csv), separator: ',' });
  expect(said.headings.map(({ heading }) => heading)).toEqual(['id|name', '']);
});

test('an encoding is found out or said; what is no text of it, nothing and an open quote are issues', async () => {
  const latin = file(Uint8Array.of(...[...'id,name\nm,M\xfcller\n'].map((c) => c.charCodeAt(0))));
  expect(await readImportHead('users', { file: latin })).toMatchObject({
    encoding: 'windows-1252',
    rows: [{ line: 2, cells: ['m', 'Müller'] }],
  });
  const codes = async (head: ReturnType<typeof readImportHead>) =>
    (await head).issues.map(({ code }) => code);
  expect(await codes(readImportHead('users', { file: latin, encoding: 'utf-8' }))).toEqual([
    'encoding',
  ]);
  expect(await codes(readImportHead('users', { file: text('') }))).toEqual(['column_missing']);
  expect(await codes(readImportHead('users', { file: text('id,"name\nada,x\n') }))).toEqual([
    'syntax',
  ]);
});

test.each([
  ['a quote inside a cell', 'id,name\nada,x\nbob,Screen 5" wide\n', 3, 'a quote inside a cell'],
  ['text after a quote', 'id,name\nada,"x" y\n', 2, 'text after one that does'],
  ['a row without end', `id,name\nada,"${'x'.repeat(1_100_000)}`, 2, 'a row that is too long'],
])('%s is an issue of its line', async (_, csv, line, said) => {
  const bytes = new TextEncoder().encode(csv);
  const { issues } = await readImportHead('users', {
    file: async function* () {
      yield bytes;
    },
  });
  expect(issues).toMatchObject([
    { code: 'syntax', line, message: expect.stringContaining(said) as unknown },
  ]);
});
