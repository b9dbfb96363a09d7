/** A directory as a folder of CSV files: `members.csv`, `memberships.csv`, … with the snapshot's own names as headings. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unguardCell } from '../../admin/import/cell.js';
import { foldHeading } from '../../admin/import/columns.js';
import type { ImportRow } from '../../admin/import/import-issue.js';
import { CsvFileError, csvRows } from '../import/csv-stream.js';
import { scanFile } from '../import/scan-file.js';
import { type DirectorySource, DirectorySourceError } from './source.js';

/** Of one file. A million memberships are about 100 MB. */
const FILE_BYTES_MAX = 2 ** 30;

/** How a cell becomes the member of an element. */
type CellKind = 'text' | 'number' | 'yes_no' | 'list';

const TEXT = 'text' as const;
const NAMED = { id: TEXT, name: TEXT };
const WHOM = { member: TEXT, team: TEXT };
const SPAN = { from: TEXT, until: TEXT };

/** Headings of each file. */
const FILES: Readonly<Record<string, Readonly<Record<string, CellKind>>>> = {
  members: { ...NAMED, email: TEXT, phone: TEXT, team: TEXT, active: 'yes_no' },
  teams: NAMED,
  plans: NAMED,
  locations: NAMED,
  floors: { ...NAMED, location: TEXT },
  resources: { ...NAMED, kind: TEXT, location: TEXT, floor: TEXT },
  memberships: { id: TEXT, plan: TEXT, ...WHOM, resource: TEXT, ...SPAN },
  bookings: { id: TEXT, resource: TEXT, member: TEXT, ...SPAN },
  dayPasses: { id: TEXT, kind: TEXT, ...WHOM, remaining: 'number', ...SPAN },
  groups: { ...NAMED, members: 'list', groups: 'list' },
};

/**
 * A source that reads all files of a folder. `members.csv` must be there. Write a new folder and rename it: a file
 * that is being written looks like one that lost its end.
 */
export function csvFolderSource(folder: string): DirectorySource {
  return {
    async read(signal) {
      const names = new Set(await listed(folder));
      if (!names.has('members.csv')) throw new DirectorySourceError('partial', 'no members.csv');
      const snapshot: Record<string, unknown> = {};
      for (const [list, headings] of Object.entries(FILES)) {
        const name = `${list}.csv`;
        if (!names.has(name)) continue;
        snapshot[list] = await readList(join(folder, name), name, headings, signal);
      }
      return snapshot;
    },
  };
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new DirectorySourceError('unreachable', 'no such folder', { cause: error });
  }
}

async function readList(
  path: string,
  name: string,
  known: Readonly<Record<string, CellKind>>,
  signal: AbortSignal,
): Promise<unknown[]> {
  const fields = new Map(
    Object.entries(known).map(([field, kind]) => [foldHeading(field), { field, kind }]),
  );
  const elements: unknown[] = [];
  let heading: readonly { readonly field: string; readonly kind: CellKind }[] | undefined;
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX)
      throw new DirectorySourceError('too_large', `${name}: ${size} bytes`);
    const file = () => createReadStream(path, { signal });
    const { encoding } = await scanFile(file, signal);
    for await (const rows of csvRows(file, { encoding })) {
      for (const row of rows) {
        if (heading === undefined) heading = headingOf(row, fields, name);
        else elements.push(elementOf(row, heading, name));
      }
    }
  } catch (error) {
    if (error instanceof DirectorySourceError) throw error;
    if (error instanceof CsvFileError) {
      const text = `${name}: line ${error.line}: ${error.message}`;
      throw new DirectorySourceError('malformed', text);
    }
    throw new DirectorySourceError('unreachable', `${name}: cannot be read`, { cause: error });
  }
  if (heading === undefined) throw new DirectorySourceError('partial', `${name}: no headings`);
  return elements;
}

function headingOf(
  { cells }: ImportRow,
  fields: ReadonlyMap<string, { readonly field: string; readonly kind: CellKind }>,
  name: string,
) {
  const seen = new Set<string>();
  return cells.map((cell) => {
    const known = fields.get(foldHeading(cell));
    if (known === undefined || seen.has(known.field)) {
      throw new DirectorySourceError('malformed', `${name}: unknown or second heading \`${cell}\``);
    }
    seen.add(known.field);
    return known;
  });
}

function elementOf(
  { line, cells }: ImportRow,
  heading: readonly { readonly field: string; readonly kind: CellKind }[],
  name: string,
): unknown {
  if (cells.length !== heading.length) {
    const text = `${name}: line ${line}: ${cells.length} cells under ${heading.length} headings`;
    throw new DirectorySourceError('malformed', text);
  }
  const members: [string, unknown][] = [];
  for (const [index, { field, kind }] of heading.entries()) {
    const text = unguardCell(cells[index] ?? '').trim();
    if (text !== '') members.push([field, cellValue(text, kind)]);
    else if (kind === 'list' && field === 'members') members.push([field, []]);
  }
  return Object.fromEntries(members);
}

/** What a cell means; what it cannot mean stays text, for the strict parser to refuse. */
function cellValue(text: string, kind: CellKind): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'number':
      return /^\d{1,9}$/u.test(text) ? Number(text) : text;
    case 'yes_no':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return text.split('|').map((each) => each.trim());
    default: {
      const never: never = kind;
      return never;
    }
  }
}
