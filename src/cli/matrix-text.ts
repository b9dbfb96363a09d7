/** People and doors as a grid of signs. */
import type { Site } from './site.js';
import { padded, tableLines, widthOf } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';

/** One person at one door: may open, holds a right that does not count now, or holds none. */
export type AccessCell = 'now' | 'not_now' | 'none';

/** Decisions about everybody at every door; `cells` has a row for each subject. */
export interface AccessTable {
  readonly subjects: readonly { readonly type: string; readonly id: string }[];
  readonly resources: readonly { readonly type: string; readonly id: string }[];
  readonly cells: readonly (readonly AccessCell[])[];
}

const SIGNS: Readonly<Record<AccessCell, string>> = { now: 'Y', not_now: 'o', none: '.' };
const CELL_WIDTH = 4;
const NAME_WIDTH_MAX = 28;

/** The grid in as many blocks of columns as the width asks for, with the doors' numbers explained. */
export function accessGrid(site: Site, table: AccessTable, terminal: Terminal): string[] {
  if (table.subjects.length === 0) return ['nobody to show'];
  if (table.resources.length === 0) return ['no door to show'];
  const names = table.subjects.map(({ type, id }) =>
    cut(`${type === 'user' ? '' : `${type} `}${shown(id)}`, NAME_WIDTH_MAX),
  );
  const nameWidth = Math.max(...names.map(widthOf)) + 1;
  const columns = Math.max(1, Math.floor((terminal.width - nameWidth - 2) / CELL_WIDTH));
  const blocks: string[] = [];
  for (let from = 0; from < table.resources.length; from += columns) {
    const until = Math.min(from + columns, table.resources.length);
    const numbers = table.resources.slice(from, until).map((_, index) => String(from + index + 1));
    blocks.push(
      terminal.paint(
        'dim',
        `  ${' '.repeat(nameWidth)}${numbers.map((number) => number.padStart(CELL_WIDTH)).join('')}`,
      ),
    );
    names.forEach((name, row) => {
      const cells = table.cells[row]?.slice(from, until) ?? [];
      blocks.push(
        `  ${padded(name, nameWidth)}${cells.map((cell) => sign(cell, terminal)).join('')}`,
      );
    });
    blocks.push('');
  }
  const doors = table.resources.map(({ type, id }, index) => [
    String(index + 1).padStart(3),
    shown(id),
    [type === 'door' ? undefined : 'elevator stop', site.nameOf(type, id)]
      .filter(Boolean)
      .join(', '),
  ]);
  return [
    ...blocks,
    ...tableLines(doors, terminal.width),
    '',
    '  Y may open now   o has access, but not now   . has no access',
  ];
}

function sign(cell: AccessCell, terminal: Terminal): string {
  const text = SIGNS[cell].padStart(CELL_WIDTH);
  if (cell === 'now') return terminal.paint(['bold', 'green'], text);
  return cell === 'not_now' ? terminal.paint('yellow', text) : terminal.paint('dim', text);
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
