/** Text in columns. */

/** One cell: text, and how to colour it once its width is known. */
export interface Cell {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

/**
 * Rows in columns two spaces apart, the last one wrapped under itself, `indent` spaces in.
 * @param width - columns of the page; a last column narrower than 24 is not wrapped.
 */
export function tableLines(
  rows: readonly (readonly (Cell | string)[])[],
  width: number,
  indent = 2,
): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)),
  );
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, columns - 1) }, (_, column) =>
    Math.max(
      ...cells.map((row) => (column < row.length - 1 ? widthOf(row[column]?.text ?? '') : 0)),
    ),
  );
  return cells.flatMap((row) => rowLines(row, widths, width, indent));
}

/** Columns a text takes on the screen: wide and combining characters counted as terminals draw them. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) continue;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff);
    width += isWide ? 2 : 1;
  }
  return width;
}

/** Text with spaces after it up to a width on the screen. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Text broken at spaces into lines of at most `width`; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function rowLines(
  row: readonly Cell[],
  widths: readonly number[],
  width: number,
  indent: number,
): string[] {
  let head = ' '.repeat(indent);
  let used = indent;
  row.slice(0, -1).forEach((cell, column) => {
    const space = widths[column] ?? 0;
    head += `${painted(cell, cell.text)}${' '.repeat(Math.max(0, space - widthOf(cell.text)) + 2)}`;
    used += space + 2;
  });
  const last = row[row.length - 1] ?? { text: '' };
  const room = width - used;
  const lines = room < 24 ? [last.text] : wrap(last.text, room);
  return lines.map((line, index) =>
    `${index === 0 ? head : ' '.repeat(used)}${painted(last, line)}`.trimEnd(),
  );
}

function painted(cell: Cell, text: string): string {
  return cell.paint === undefined || text === '' ? text : cell.paint(text);
}
