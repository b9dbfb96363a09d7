/** Cells of a CSV file: harmless to a spreadsheet on the way out, as they were on the way in. */

/**
 * A value as a cell that no spreadsheet takes for a formula: an apostrophe stands before each place where one would begin.
 * That is the beginning, and what follows a semicolon, a bar, a tab or a line end: a spreadsheet whose separator is another than
 * the file's parts cells there, and quotes do not hold it back.
 */
export function guardCell(value: string): string {
  const guarded = SEPARATOR.test(value) ? value.replace(FORMULA, guardedRun) : value;
  return BEGINNING.test(value) ? `'${guarded}` : guarded;
}

/** The value of a cell: `guardCell` undone. */
export function unguardCell(cell: string): string {
  if (!cell.includes("'")) return cell;
  const value = SEPARATOR.test(cell) ? cell.replace(FORMULA, unguardedRun) : cell;
  return cell.startsWith("'") && BEGINNING.test(cell) ? value.slice(1) : value;
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

/** Where a spreadsheet may part cells, but at the commas of the file: those it obeys have quotes around them. */
const SEPARATOR = /[;|\t\r\n]/u;

/**
 * A sign that begins a formula, and all that may stand between it and the beginning of its cell. Quotes may: with another
 * separator they lose their meaning. Looked for only where such a run begins, or a long one would be read once from each of its characters.
 * @see OWASP, "CSV Injection": `=`, `+`, `-`, `@`, tab, carriage return, and their full-width forms.
 */
const FORMULA = /(?<![\s'"])[\s'"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/gu;

/** The same at the beginning, where a tab or a line end is enough: a spreadsheet may drop it. */
const BEGINNING = /^(?:[\s'"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|'*[\t\r\n])/u;

function guardedRun(run: string, offset: number, value: string): string {
  const inner = run.replace(/\r\n|[\t\r\n]/gu, "$&'");
  return isBehindSeparator(value, offset) ? `'${inner}` : inner;
}

function unguardedRun(run: string, offset: number, cell: string): string {
  const inner = run.replace(/(\r\n|[\t\r\n])'/gu, '$1');
  return isBehindSeparator(cell, offset) && inner.startsWith("'") ? inner.slice(1) : inner;
}

/** Tabs and line ends are part of the run. */
function isBehindSeparator(text: string, offset: number): boolean {
  const before = text[offset - 1];
  return before === ';' || before === '|';
}
