/** The beginning of a file of people or cards: how it is read and what its headings mean, to be shown before an import. */
import {
  type CardField,
  cardColumns,
  type UserField,
  userColumns,
} from '../../admin/import/columns.js';
import type { ImportIssue, ImportRow } from '../../admin/import/import-issue.js';
import type { ImportKind } from '../../admin/import/import-job.js';
import { CsvFileError, csvRows, type Separator, separatorIn } from './csv-stream.js';
import type { TextEncoding } from './encoding.js';
import type { ImportOptions } from './import-run.js';
import { scanFile } from './scan-file.js';

/** Rows that are told. */
const HEAD_ROWS = 5;

/** One heading. */
export interface ImportHeading {
  readonly heading: string;
  /** What its cells are; undefined where they are not read. */
  readonly field: UserField | CardField | undefined;
}

/** How a file begins. */
export interface ImportHead {
  readonly encoding: TextEncoding;
  readonly separator: Separator;
  readonly headings: readonly ImportHeading[];
  /** The first rows below the headings, at most five. */
  readonly rows: readonly ImportRow[];
  /** What is wrong with the headings or the file; then an import would stop at once. */
  readonly issues: readonly ImportIssue[];
}

/** Reads the beginning as `importFile` would with the same options; the encoding is told by the whole file. */
export async function readImportHead(
  kind: ImportKind,
  options: Pick<ImportOptions, 'file' | 'columns' | 'encoding' | 'separator' | 'signal'>,
): Promise<ImportHead> {
  const { file, signal } = options;
  const encoding = options.encoding ?? (await scanFile(file, signal)).encoding;
  const nothing = { headings: [], rows: [] };
  const separator = options.separator ?? ',';
  try {
    const read = options.separator ?? (await separatorIn(file, encoding));
    for await (const rows of csvRows(file, { encoding, separator: read })) {
      const [heading, ...below] = rows;
      if (heading === undefined) break;
      return {
        encoding,
        separator: read,
        ...headingsOf(kind, heading, options),
        rows: below.slice(0, HEAD_ROWS),
      };
    }
    const empty = { code: 'column_missing', line: 0, message: 'an empty file' } as const;
    return { encoding, separator: read, ...nothing, issues: [empty] };
  } catch (error) {
    if (!(error instanceof CsvFileError)) throw error;
    const { code, line, message } = error;
    return { encoding, separator, ...nothing, issues: [{ code, line, message }] };
  }
}

function headingsOf(
  kind: ImportKind,
  { cells, line }: ImportRow,
  { columns }: Pick<ImportOptions, 'columns'>,
): Pick<ImportHead, 'headings' | 'issues'> {
  const said = columns as Readonly<Record<string, never>> | undefined;
  const { map, issues } =
    kind === 'users' ? userColumns(cells, line, said) : cardColumns(cells, line, said);
  const fields = new Map([...map].map(([field, index]) => [index, field] as const));
  const headings = cells.map((heading, index) => ({ heading, field: fields.get(index) }));
  return { headings, issues };
}
