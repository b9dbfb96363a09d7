/** A row of a file of people: what it says, or everything that is wrong with it. */
import { quote } from '../../policy/pointer.js';
import { ID_LENGTH_MAX, NAME_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../values/limits.js';
import { foldEmail } from '../directory/match-members.js';
import { parseYesNo, unguardCell } from './cell.js';
import type { UserField } from './columns.js';
import { type ColumnMap, type ImportIssue, type ImportRow, issueAt } from './import-issue.js';

/** Groups one row may name. */
const GROUPS_MAX = 1000;

/** A person as a file says. What is absent stays as it is. */
export interface UserRow {
  readonly line: number;
  readonly id?: string;
  readonly email?: string;
  readonly name?: string;
  readonly segment?: string;
  readonly active?: boolean;
  /** Ids or names of groups to be given. */
  readonly groups?: readonly string[];
}

/** A row's value, or its issues. */
export type RowRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly ImportIssue[] };

const ID = /^[A-Za-z0-9._~:@+-]+$/u;
/** Plain enough to find typing errors; whether there is such a mailbox nobody can say. */
const EMAIL = /^[^\s@<>()[\]",;:\\]+@[^\s@<>()[\]",;:\\]+$/u;
/** NUL is what text read in the wrong encoding is full of; halves of characters fit into no file. */
const BROKEN = /[\0\p{Cs}]/u;

/** Reads a row. @param seen - ids and e-mails of the rows before; those of this row are added. */
export function parseUserRow(
  row: ImportRow,
  columns: ColumnMap<UserField>,
  seen: Set<string>,
): RowRead<UserRow> {
  const issues: ImportIssue[] = [];
  const cells = new RowCells(row, columns, issues);
  const id = cells.id('id');
  const email = cells.email('email');
  const value: UserRow = {
    line: row.line,
    ...(id === undefined ? {} : { id }),
    ...(email === undefined ? {} : { email }),
    ...present('name', readName(cells)),
    ...present('segment', cells.text('segment', NAME_LENGTH_MAX)),
    ...present('active', readActive(cells)),
    ...present('groups', readGroups(cells)),
  };
  if (id === undefined && email === undefined && issues.length === 0) {
    cells.report(columns.has('id') ? 'id' : 'email', 'missing', 'neither id nor e-mail');
  }
  const keys = [
    ...(id === undefined ? [] : [['id', `id ${id}`] as const]),
    ...(email === undefined ? [] : [['email', `email ${foldEmail(email)}`] as const]),
  ];
  for (const [field, key] of keys) {
    if (seen.has(key)) cells.report(field, 'duplicate', `an earlier row has it too ${quote(key)}`);
    seen.add(key);
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value };
}

/** The cells of a row by field; what is wrong with one is reported where it stands. */
export class RowCells<F extends string> {
  readonly #row: ImportRow;
  readonly #columns: ColumnMap<F>;
  readonly #issues: ImportIssue[];

  constructor(row: ImportRow, columns: ColumnMap<F>, issues: ImportIssue[]) {
    this.#row = row;
    this.#columns = columns;
    this.#issues = issues;
  }

  report(field: F, code: ImportIssue['code'], message: string): undefined {
    this.#issues.push(issueAt(this.#row, this.#columns, field, code, message));
    return undefined;
  }

  /** Whether anything at all stands in the cell. */
  has(field: F): boolean {
    const column = this.#columns.get(field);
    return column !== undefined && (this.#row.cells[column] ?? '').trim() !== '';
  }

  /** A text without the spaces around it; undefined for an empty cell or none. */
  text(field: F, most: number): string | undefined {
    const column = this.#columns.get(field);
    const cell = column === undefined ? undefined : this.#row.cells[column];
    if (cell === undefined || cell === '') return undefined;
    const value = unguardCell(cell).trim();
    if (value === '') return undefined;
    if (value.length > most) {
      return this.report(field, 'too_long', `more than ${most} characters ${quote(value)}`);
    }
    if (BROKEN.test(value)) {
      return this.report(field, 'format', `broken characters ${quote(value)}`);
    }
    return value;
  }

  /** An id of the policy. */
  id(field: F): string | undefined {
    const value = this.text(field, ID_LENGTH_MAX);
    if (value === undefined || ID.test(value)) return value;
    return this.report(field, 'format', `only letters, digits and . _ ~ : @ + - ${quote(value)}`);
  }

  email(field: F): string | undefined {
    const value = this.text(field, TEXT_LENGTH_MAX);
    if (value === undefined || EMAIL.test(value)) return value;
    return this.report(field, 'format', `not an e-mail address ${quote(value)}`);
  }
}

/** A member if there is a value. */
export function present<K extends string, V>(name: K, value: V | undefined): { [N in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [N in K]?: V };
}

function readName(cells: RowCells<UserField>): string | undefined {
  const whole = cells.text('name', NAME_LENGTH_MAX);
  if (whole !== undefined) return whole;
  const parts = [
    cells.text('givenName', NAME_LENGTH_MAX),
    cells.text('familyName', NAME_LENGTH_MAX),
  ].filter((part) => part !== undefined);
  const joined = parts.join(' ');
  if (joined.length <= NAME_LENGTH_MAX) return joined === '' ? undefined : joined;
  return cells.report('familyName', 'too_long', `more than ${NAME_LENGTH_MAX} characters`);
}

function readActive(cells: RowCells<UserField>): boolean | undefined {
  const word = cells.text('active', 32);
  if (word === undefined) return undefined;
  return parseYesNo(word) ?? cells.report('active', 'value', `neither yes nor no ${quote(word)}`);
}

function readGroups(cells: RowCells<UserField>): readonly string[] | undefined {
  const text = cells.text('groups', GROUPS_MAX * ID_LENGTH_MAX);
  if (text === undefined) return undefined;
  const groups = text.split(/[;|\n]/u).map((each) => each.trim());
  const named = [...new Set(groups.filter((each) => each !== ''))];
  if (named.length <= GROUPS_MAX) return named;
  return cells.report('groups', 'too_long', `more than ${GROUPS_MAX} groups`);
}
