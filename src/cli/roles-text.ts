/** A role model's table on paper: a letter for each role, blocks of columns that fit the width. */
import type { RoleColumn, RoleMatrix, RoleRow } from '../checks/roles/matrix.js';
import { tableLines } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';

/** Actions with a letter of their own; every other one has a line to itself. */
const LETTERS = [
  ['view', 'v'],
  ['create', 'c'],
  ['update', 'u'],
  ['delete', 'd'],
] as const;
const CELL_WIDTH = 5;
const NONE = '.';

/** The lines of the table: the roles, what each may do, and what each may grant. */
export function roleLines(matrix: RoleMatrix, terminal: Terminal): string[] {
  const rows = matrix.rows.flatMap(linesOf);
  const nameWidth = Math.max(...rows.map((row) => row.name.length), 8) + 1;
  const columns = Math.max(1, Math.floor((terminal.width - nameWidth - 2) / CELL_WIDTH));
  const lines = [
    terminal.paint('bold', `role model \`${shown(matrix.model)}\``) +
      (matrix.onePerScope ? ': one role per subject and scope' : ''),
    '',
    ...tableLines(
      matrix.roles.map((role, index) => roleCells(role, index)),
      terminal.width,
    ),
  ];
  for (let from = 0; from < matrix.roles.length; from += columns) {
    const until = Math.min(from + columns, matrix.roles.length);
    const head = matrix.roles
      .slice(from, until)
      .map((_, index) => letter(from + index).padEnd(CELL_WIDTH));
    lines.push('', terminal.paint('bold', `  ${' '.repeat(nameWidth)}${head.join('')}`.trimEnd()));
    for (const row of rows) {
      const cells = row.cells.slice(from, until).map((cell) => {
        const text = cell.padEnd(CELL_WIDTH);
        return cell === NONE ? terminal.paint('dim', text) : terminal.paint('green', text);
      });
      lines.push(`  ${row.name.padEnd(nameWidth)}${cells.join('')}`.trimEnd());
    }
  }
  return [
    ...lines,
    '',
    '  v view   c create   u update   d delete   every other action has its own line',
    '',
    ...grantLines(matrix, terminal),
  ];
}

function roleCells(role: RoleColumn, index: number): string[] {
  const marks = [
    ...(role.unique ? ['exactly one holder'] : []),
    ...(role.assignable ? [] : ['only transferred']),
    ...(role.deprecated ? ['deprecated'] : []),
  ];
  const held = `rank ${role.rank}, at ${role.levels.join(', ')}`;
  const name = Object.entries(role.name)
    .map(([language, text]) => (language === 'en' ? text : `${language} ${text}`))
    .join(', ');
  return [letter(index), shown(role.id), `${shown(name)}; ${[held, ...marks].join('; ')}`];
}

/** A line of a resource type, and one under it for each action without a letter. */
function linesOf(row: RoleRow): { name: string; cells: string[] }[] {
  const others = new Set(row.cells.flat());
  for (const [action] of LETTERS) others.delete(action);
  const usual = row.cells.map((cell) =>
    LETTERS.map(([name, sign]) => (cell.includes(name) ? sign : '')).join(''),
  );
  const isUsual = usual.some((cell) => cell !== '');
  return [
    { name: shown(row.resource), cells: usual.map((cell) => (isUsual ? cell || NONE : '')) },
    ...[...others].sort().map((action) => ({
      name: `  ${shown(action)}`,
      cells: row.cells.map((cell) => (cell.includes(action) ? 'yes' : NONE)),
    })),
  ];
}

function grantLines(matrix: RoleMatrix, terminal: Terminal): string[] {
  const rows = matrix.roles.flatMap((role, index) => {
    const letters = matrix.roles.flatMap((other, at) =>
      role.assigns.includes(other.id) ? [letter(at)] : [],
    );
    return letters.length === 0
      ? []
      : [[letter(index), shown(role.id), `may grant ${letters.join(' ')}`]];
  });
  if (rows.length === 0) return ['  nobody may grant a role'];
  return [terminal.paint('bold', '  who may grant what'), ...tableLines(rows, terminal.width)];
}

/** A, B, … Z, AA, AB, … */
function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last;
}
