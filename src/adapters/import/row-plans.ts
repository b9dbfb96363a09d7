/** A file's rows of either kind on their way: headings, cells, duplicates, and what each batch comes to. */
import { type CardRow, parseCardRow } from '../../admin/import/card-rows.js';
import {
  type CardField,
  type Columns,
  cardColumns,
  type ExplicitColumns,
  type UserField,
  userColumns,
} from '../../admin/import/columns.js';
import type { ImportIssue, ImportRow } from '../../admin/import/import-issue.js';
import type { ImportKind } from '../../admin/import/import-job.js';
import type { ImportHand, ImportPlan } from '../../admin/import/import-plan.js';
import { PeopleIndex } from '../../admin/import/people-index.js';
import { planCardRows } from '../../admin/import/plan-cards.js';
import { planUserRows } from '../../admin/import/plan-users.js';
import { parseUserRow, type RowRead, type UserRow } from '../../admin/import/user-rows.js';
import type { Engine } from '../../engine/engine.js';
import type { ImportOptions } from './import-run.js';

/** Rows that were read, with what is wrong with the others. */
export interface ReadBatch {
  /** How many rows there were. */
  readonly rows: number;
  /** The line of the last. */
  readonly line: number;
  readonly issues: readonly ImportIssue[];
  /** What those without an issue come to, held against an engine. */
  plan(engine: Engine, hand: ImportHand): ImportPlan;
}

/** Reads batches of one file in their order. */
export interface RowReader {
  readonly ignored: readonly string[];
  /** What is wrong with the headings; then no row can be read. */
  readonly issues: readonly ImportIssue[];
  read(rows: readonly ImportRow[]): ReadBatch;
  /** Carries the index along after a plan was written. */
  wrote(revision: number, plan: ImportPlan): void;
}

/** A reader for a file with these headings. */
export function rowReader(
  kind: ImportKind,
  heading: ImportRow,
  { columns: explicit, role }: Pick<ImportOptions, 'columns' | 'role'>,
): RowReader {
  if (kind === 'users') {
    const said = explicit as ExplicitColumns<UserField> | undefined;
    const columns = userColumns(heading.cells, heading.line, said);
    const seen = new Set<string>();
    return readerOf<UserField, UserRow>(
      heading,
      columns,
      (row) => parseUserRow(row, columns.map, seen),
      (engine, index, rows, hand) => {
        const ground = { engine, index, columns: columns.map };
        return planUserRows(role === undefined ? ground : { ...ground, role }, rows, hand);
      },
    );
  }
  const said = explicit as ExplicitColumns<CardField> | undefined;
  const columns = cardColumns(heading.cells, heading.line, said);
  const seen = new Set<string>();
  return readerOf<CardField, CardRow>(
    heading,
    columns,
    (row) => parseCardRow(row, columns.map, seen),
    (engine, index, rows, hand) => {
      return planCardRows({ engine, index, columns: columns.map }, rows, hand);
    },
  );
}

function readerOf<F extends string, R>(
  heading: ImportRow,
  { ignored, issues }: Columns<F>,
  parse: (row: ImportRow) => RowRead<R>,
  plan: (engine: Engine, index: PeopleIndex, rows: readonly R[], hand: ImportHand) => ImportPlan,
): RowReader {
  const width = heading.cells.length;
  let index: PeopleIndex | undefined;
  return {
    ignored,
    issues,
    read(rows) {
      const values: R[] = [];
      const wrong: ImportIssue[] = [];
      for (const row of rows) {
        const read = isAsWide(row, width) ? parse(row) : otherWidth(row, width);
        if (read.ok) values.push(read.value);
        else wrong.push(...read.issues);
      }
      return {
        rows: rows.length,
        line: rows.at(-1)?.line ?? heading.line,
        issues: wrong,
        plan(engine, hand) {
          if (index?.isOf(engine) !== true) index = new PeopleIndex(engine);
          return plan(engine, index, values, hand);
        },
      };
    },
    wrote(revision, { users }) {
      index?.carry(revision, users);
    },
  };
}

/** Spreadsheets add empty cells at the end; a cell too few means that something is out of its column. */
function isAsWide({ cells }: ImportRow, width: number): boolean {
  return cells.length >= width && cells.slice(width).every((cell) => cell.trim() === '');
}

function otherWidth(
  { line, cells }: ImportRow,
  width: number,
): { readonly ok: false; readonly issues: ImportIssue[] } {
  const message = `${cells.length} cells under ${width} headings`;
  return { ok: false, issues: [{ code: 'columns', line, message }] };
}
