/** A difference between two policies for a terminal. */

import type { Words } from './diff-names.js';
import type { DiffPage, PageRow, PageSection } from './diff-page.js';
import { wrap } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';

/** The page as lines; of each section at most `linesMax` rows, and how many more there are. */
export function diffText(page: DiffPage, linesMax: number, terminal: Terminal): string[] {
  const head = `revision ${page.revisions[0]} → ${page.revisions[1]}, ${page.from} to ${page.until}`;
  if (page.summary.length === 0) {
    return [head, terminal.paint('green', 'no request is answered differently')];
  }
  return [
    head,
    ...page.summary.flatMap((sentence) =>
      wrap(plain(sentence), terminal.width - 2).map(indent('  ')),
    ),
    ...page.sections.flatMap((section) => ['', ...sectionLines(section, linesMax, terminal)]),
  ];
}

function sectionLines(section: PageSection, linesMax: number, terminal: Terminal): string[] {
  const { title, effect, rows } = section;
  const colour = effect === 'gains' ? 'yellow' : effect === 'loses' ? 'red' : 'cyan';
  const more = rows.length - linesMax;
  return [
    terminal.paint(['bold', colour], `${title} (${rows.length})`),
    ...rows.slice(0, linesMax).flatMap((row) => rowLines(row, terminal)),
    ...(more > 0 ? [`  and ${more} more; --limit prints more, --json all`] : []),
  ];
}

function rowLines(row: PageRow, terminal: Terminal): string[] {
  const parts = [
    row.who === undefined ? plain(row.what) : `${plain(row.who)} ${plain(row.what)}`,
    ...(row.when === undefined ? [] : [`when: ${row.when}`]),
    ...row.only.map((words) => `only: ${plain(words)}`),
    `example: ${plain(row.answers)} for ${shown(JSON.stringify(row.witness.request))}`,
  ];
  return parts.flatMap((part, index) =>
    wrap(part, terminal.width - 6).map((line, nth) =>
      indent(index === 0 ? (nth === 0 ? '  ' : '    ') : nth === 0 ? '    ' : '      ')(line),
    ),
  );
}

/** Outside text in backticks, made safe to print. */
function plain(words: Words): string {
  return words
    .map((word) => (typeof word === 'string' ? word : `\`${shown(word.outside)}\``))
    .join('');
}

function indent(spaces: string): (line: string) => string {
  return (line) => `${spaces}${line}`;
}
