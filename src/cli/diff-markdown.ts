/**
 * A difference between two policies as Markdown for a pull request. Names in a policy are anybody's words: they stand in code
 * spans, where GitHub reads no markup, no HTML, no link and no mention, and what could end a span or a cell is spelt out.
 */

import type { Word, Words } from './diff-names.js';
import type { DiffPage, PageRow, PageSection } from './diff-page.js';
import { shown } from './terminal.js';

/** Longer outside text tells a reader no more and fills his page. */
const OUTSIDE_MAX = 120;

/** The page as lines of Markdown; of each section at most `linesMax` rows, and how many more there are. */
export function diffMarkdown(page: DiffPage, linesMax: number): string[] {
  const [before, after] = page.revisions;
  const head = `Revision ${before} → ${after}, ${page.from} to ${page.until}`;
  if (page.summary.length === 0) {
    return ['## Policy: no difference', '', `${head}: no request is answered differently.`];
  }
  return [
    '## Policy: what changes',
    '',
    ...page.summary.map((sentence) => `- ${marked(sentence)}`),
    '',
    `${head}.`,
    ...page.sections.flatMap((section) => ['', ...sectionLines(section, linesMax)]),
  ];
}

function sectionLines({ title, rows }: PageSection, linesMax: number): string[] {
  const told = rows.slice(0, linesMax);
  const more = rows.length - told.length;
  const columns = told.some(({ who }) => who !== undefined)
    ? ['#', 'who', 'what', 'when', 'only']
    : ['#', 'what'];
  return [
    `### ${title}`,
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => '---').join('|')}|`,
    ...told.map((row, index) => `| ${cells(row, index + 1).join(' | ')} |`),
    ...(more > 0 ? ['', `and ${more} more`] : []),
    '',
    ...examples(told),
  ];
}

function cells({ who, what, when, only }: PageRow, number: number): string[] {
  if (who === undefined) return [String(number), marked(what)];
  return [
    String(number),
    marked(who),
    marked(what),
    escaped(when ?? ''),
    only.map(marked).join('; '),
  ];
}

/** The request of each row that both policies answer, folded away. */
function examples(rows: readonly PageRow[]): string[] {
  return [
    '<details><summary>Examples</summary>',
    '',
    ...rows.map(
      ({ answers, witness }, index) =>
        `${index + 1}. ${marked(answers)}: ${code(JSON.stringify(witness.request), Number.POSITIVE_INFINITY)}`,
    ),
    '',
    '</details>',
  ];
}

function marked(words: Words): string {
  return words
    .map((word: Word) =>
      typeof word === 'string' ? escaped(word) : code(word.outside, OUTSIDE_MAX),
    )
    .join('');
}

/** Our own words, with every sign that Markdown could read taken as it is. */
function escaped(text: string): string {
  return shown(text).replace(/[\\`*_{}[\]<>#|~&@!]/gu, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Outside text in a code span. */
function code(text: string, max: number): string {
  const whole = [...text];
  const cut = whole.length > max ? `${whole.slice(0, max - 1).join('')}…` : text;
  const safe = shown(cut).replace(/[`|\\]/gu, (sign) => `\\u{${sign.charCodeAt(0).toString(16)}}`);
  return `\`${safe === '' ? ' ' : safe}\``;
}
