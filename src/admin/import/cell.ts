/** Cells of a CSV file: harmless to a spreadsheet on the way out, as they were on the way in. */

/**
 * What a spreadsheet would run as a formula, with or without apostrophes before it.
 * @see OWASP, "CSV Injection": `=`, `+`, `-`, `@`, tab, carriage return, and their full-width forms.
 */
const FORMULA = /^'*(?:\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;

/** A value as a cell that no spreadsheet takes for a formula: an apostrophe stands before it. */
export function guardCell(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value;
}

/** The value of a cell: `guardCell` undone. */
export function unguardCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** One record of a CSV file, guarded, with its line end. @see RFC 4180 §2 */
export function csvLine(values: readonly string[]): string {
  const cells = values.map((value) => {
    const cell = guardCell(value);
    return /[",;\t|\r\n]|^\s|\s$/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  });
  // A record of one empty cell would be an empty line, which readers skip.
  return `${cells.length === 1 && cells[0] === '' ? '""' : cells.join(',')}\r\n`;
}

const YES: ReadonlySet<string> = new Set([
  'true',
  'yes',
  'y',
  '1',
  'active',
  'ja',
  'j',
  'wahr',
  'aktiv',
  'x',
]);
const NO: ReadonlySet<string> = new Set([
  'false',
  'no',
  'n',
  '0',
  'inactive',
  'nein',
  'falsch',
  'inaktiv',
]);

/** Yes or no in English or German; undefined for anything else. */
export function parseYesNo(cell: string): boolean | undefined {
  const word = cell.trim().toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}
