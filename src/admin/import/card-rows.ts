/** A row of a file of cards: what it says, or everything that is wrong with it. */
import type { Credential } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import { ID_LENGTH_MAX } from '../../values/limits.js';
import type { CardField } from './columns.js';
import type { ColumnMap, ImportIssue, ImportRow } from './import-issue.js';
import { present, RowCells, type RowRead } from './user-rows.js';

/** A card as a file says. What is absent stays as it is; of a new one: an active card. */
export interface CardRow {
  readonly line: number;
  /** The credential's id. */
  readonly number: string;
  readonly kind?: 'card' | 'pass';
  readonly state?: Credential['state'];
  /** Its holder's id, e-mail or both. */
  readonly user?: string;
  readonly email?: string;
}

const KINDS: ReadonlyMap<string, 'card' | 'pass'> = new Map([
  ['card', 'card'],
  ['karte', 'card'],
  ['badge', 'card'],
  ['transponder', 'card'],
  ['pass', 'pass'],
]);

const STATES: ReadonlyMap<string, Credential['state']> = new Map([
  ['active', 'active'],
  ['aktiv', 'active'],
  ['inactive', 'inactive'],
  ['inaktiv', 'inactive'],
  ['lost', 'lost'],
  ['verloren', 'lost'],
  ['stolen', 'stolen'],
  ['gestohlen', 'stolen'],
]);

/** What a spreadsheet makes of a long number: its last digits are gone. */
const MANGLED = /^\d+(?:[.,]\d+)?e\+?\d+$/iu;

/** Reads a row. @param seen - numbers of the rows before; that of this row is added. */
export function parseCardRow(
  row: ImportRow,
  columns: ColumnMap<CardField>,
  seen: Set<string>,
): RowRead<CardRow> {
  const issues: ImportIssue[] = [];
  const cells = new RowCells(row, columns, issues);
  const number = readNumber(cells, seen);
  const user = cells.id('user');
  const email = cells.email('email');
  const kind = readWord(cells, 'kind', KINDS);
  const state = readWord(cells, 'state', STATES);
  if (user === undefined && email === undefined && issues.length === 0) {
    cells.report(columns.has('user') ? 'user' : 'email', 'missing', 'nobody holds it');
  }
  if (issues.length > 0 || number === undefined) return { ok: false, issues };
  const value = {
    line: row.line,
    number,
    ...{ ...present('kind', kind), ...present('state', state) },
    ...{ ...present('user', user), ...present('email', email) },
  };
  return { ok: true, value };
}

function readNumber(cells: RowCells<CardField>, seen: Set<string>): string | undefined {
  if (!cells.has('number')) return cells.report('number', 'missing', 'no number');
  const text = cells.text('number', ID_LENGTH_MAX);
  if (text === undefined) return undefined;
  const number = text.replace(/\s/gu, '');
  if (MANGLED.test(number)) {
    return cells.report('number', 'format', `rounded by a spreadsheet ${quote(text)}`);
  }
  if (!/^[A-Za-z0-9._~:@+-]+$/u.test(number)) {
    return cells.report(
      'number',
      'format',
      `only letters, digits and . _ ~ : @ + - ${quote(text)}`,
    );
  }
  if (seen.has(number)) {
    return cells.report('number', 'duplicate', `an earlier row has it too ${quote(number)}`);
  }
  seen.add(number);
  return number;
}

function readWord<T>(
  cells: RowCells<CardField>,
  field: 'kind' | 'state',
  words: ReadonlyMap<string, T>,
): T | undefined {
  const text = cells.text(field, 32);
  if (text === undefined) return undefined;
  return (
    words.get(text.toLowerCase()) ?? cells.report(field, 'value', `unknown word ${quote(text)}`)
  );
}
