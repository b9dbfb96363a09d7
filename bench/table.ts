/** What a benchmark reports: tables of figures, printed as text, as Markdown and as JSON. */

/** How a column's figures are shown; figures are kept in the unit named. */
export type Unit = 'text' | 'nanoseconds' | 'milliseconds' | 'bytes' | 'count' | 'ratio';

export interface Column {
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
}

export type Row = Readonly<Record<string, string | number | null>>;

/** One table; its rows are named by their first column. */
export interface Table {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

/** The figure of a row and column, or undefined where the table or row was not measured. */
export function figure(
  tables: readonly Table[],
  id: string,
  row: string,
  column: string,
): number | undefined {
  const table = tables.find((one) => one.id === id);
  const name = table?.columns[0]?.key;
  if (table === undefined || name === undefined) return undefined;
  const value = table.rows.find((one) => one[name] === row)?.[column];
  return typeof value === 'number' ? value : undefined;
}

/** A table as aligned text. */
export function tableText(table: Table): string {
  const cells = [table.columns.map((column) => column.title), ...cellsOf(table)];
  const widths = table.columns.map((_, index) =>
    Math.max(...cells.map((row) => row[index]!.length)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, index) =>
        table.columns[index]!.unit === 'text'
          ? cell.padEnd(widths[index]!)
          : cell.padStart(widths[index]!),
      )
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return [table.title, '', ...lines, ...table.notes.map((note) => `  ${note}`)].join('\n');
}

/** A table as Markdown, under a heading of the second level. */
export function tableMarkdown(table: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `## ${table.title}`,
    '',
    line(table.columns.map((column) => column.title)),
    line(table.columns.map((column) => (column.unit === 'text' ? '---' : '---:'))),
    ...cellsOf(table).map(line),
    ...(table.notes.length === 0 ? [] : ['', ...table.notes.map((note) => `- ${note}`)]),
  ].join('\n');
}

function cellsOf(table: Table): string[][] {
  return table.rows.map((row) =>
    table.columns.map((column) => cellText(row[column.key] ?? null, column.unit)),
  );
}

/** A figure as people read it, with three significant digits. */
function cellText(value: string | number | null, unit: Unit): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (unit === 'nanoseconds') {
    if (value >= 1e6) return `${digits(value / 1e6)} ms`;
    return value >= 100 ? `${digits(value / 1000)} µs` : `${digits(value)} ns`;
  }
  if (unit === 'milliseconds')
    return value >= 1000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`;
  if (unit === 'bytes') {
    if (value >= 1e6) return `${digits(value / 1e6)} MB`;
    return value >= 1000 ? `${digits(value / 1000)} kB` : `${digits(value)} B`;
  }
  return unit === 'ratio' ? `${digits(value)}×` : String(value);
}

function digits(value: number): string {
  if (value === 0) return '0';
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.max(0, Math.min(3, 3 - whole)));
}
