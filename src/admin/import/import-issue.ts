/** What can be wrong with a file of people or cards, told by line and column. */

/**
 * Of the file: `encoding` (bytes that are no text), `changed` (while it was read), `syntax` (quotes that do not close), `column_missing`,
 * `column_twice`, `columns` (a row of another length), `too_large`.
 * Of a cell: `missing`, `format`, `too_long`, `value`, `duplicate` (earlier in the file).
 * Of the policy: `unknown_user`, `unknown_group`, `ambiguous` (several accounts or groups have it), `email_taken`,
 * `other_user` (the card is somebody else's), `other_kind`, `card_lost` (lost or stolen: not brought back by a file),
 * `other_role` (another role is held there), `not_permitted`, `tenancy`.
 */
export type ImportCode =
  | 'encoding'
  | 'changed'
  | 'syntax'
  | 'column_missing'
  | 'column_twice'
  | 'columns'
  | 'too_large'
  | 'missing'
  | 'format'
  | 'too_long'
  | 'value'
  | 'duplicate'
  | 'unknown_user'
  | 'unknown_group'
  | 'ambiguous'
  | 'email_taken'
  | 'other_user'
  | 'other_kind'
  | 'card_lost'
  | 'other_role'
  | 'not_permitted'
  | 'tenancy';

/** One thing wrong. */
export interface ImportIssue {
  readonly code: ImportCode;
  /** Counted from 1, as an editor shows it; of a row over several lines the first. 0 is the whole file. */
  readonly line: number;
  /** Counted from 1; absent where the whole row is meant. */
  readonly column?: number;
  /** The field the column stands for. */
  readonly field?: string;
  /** For people. May change. */
  readonly message: string;
}

/** One row of a file. */
export interface ImportRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Which column holds which field: field → index of the column, from 0. */
export type ColumnMap<F extends string> = ReadonlyMap<F, number>;

/** An issue at the cell of a field. */
export function issueAt<F extends string>(
  row: Pick<ImportRow, 'line'>,
  columns: ColumnMap<F>,
  field: F,
  code: ImportCode,
  message: string,
): ImportIssue {
  const column = columns.get(field);
  const at = column === undefined ? {} : { column: column + 1 };
  return { code, line: row.line, ...at, field, message };
}
