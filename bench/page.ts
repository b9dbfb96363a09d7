/** The page of the documentation that shows the figures of a whole run, made from nothing but that run. */
import type { Report } from './report.js';
import { type Table, tableMarkdown } from './table.js';
import { targetsTable } from './targets.js';

/** Tables that belong together: those whose id begins so. */
interface Section {
  readonly title: string;
  readonly about: string;
  readonly ids: readonly string[];
  /** What measures them, for a reader who finds none here. */
  readonly command: string;
}

const SECTIONS: readonly Section[] = [
  {
    title: 'Decisions',
    about:
      'Three invented companies, S, M and L, from a hundred people to a hundred thousand. Beside doorwright stand two engines written by hand for this one question and five published libraries. None of the others answers all that doorwright is asked; what was left out for each stands below its table.',
    ids: ['decisions'],
    command: 'npm run bench -- --only decisions-S,decisions-M,decisions-L',
  },
  {
    title: 'Schedules',
    about:
      'The clock on the wall, through changes of daylight saving, against calendars of others.',
    ids: ['schedule'],
    command: 'npm run bench -- --only schedules',
  },
  {
    title: 'Building, changing and listing',
    about:
      'From a document to an engine, from one engine to the next, and lists for people to read.',
    ids: ['build', 'memory', 'apply', 'search'],
    command: 'npm run bench -- --only build,apply,search',
  },
  {
    title: 'Size and start',
    about: 'What an app downloads, and how long a process waits.',
    ids: ['size', 'start'],
    command: 'npm run bench -- --only size,start',
  },
  {
    title: 'Comparing, linting, reviewing, testing',
    about: 'What is asked about a policy before it opens a door.',
    ids: ['diff', 'lint', 'review', 'policy-tests'],
    command: 'npm run bench:analysis',
  },
  {
    title: 'Running a site',
    about: 'Directories, files of people, events and withdrawals, in a store.',
    ids: ['directory', 'import', 'site'],
    command: 'npm run bench:site',
  },
  {
    title: 'Serving decisions',
    about: 'Over HTTP, inside the frameworks.',
    ids: ['serve'],
    command: 'npm run bench:serve',
  },
  {
    title: 'Feeds to places far away',
    about: 'How long it takes until everybody enforces a change.',
    ids: ['distribution'],
    command: 'npm run bench:distribution',
  },
  {
    title: 'Offline keys',
    about: 'Issuing, judging at the lock, and a whole opening over Bluetooth, without the radio.',
    ids: ['offline'],
    command: 'npm run bench -- --only offline-verify,offline-issue,offline-session,offline-size',
  },
];

/**
 * The page, ready to be written to docs/benchmarks.md.
 * @throws Error when a table belongs to no section, or to two
 */
export function benchmarkPage(report: Report): string {
  for (const { id } of report.tables) {
    const homes = SECTIONS.filter((section) => belongs(section, id));
    if (homes.length !== 1)
      throw new Error(`bench/page.ts: table \`${id}\` is in ${homes.length} sections`);
  }
  return [
    INTRODUCTION,
    machine(report),
    aims(report.tables),
    ...SECTIONS.map((section) => sectionText(section, report.tables)),
    '',
  ].join('\n\n');
}

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench -- --markdown\` from \`bench/baseline.json\`, the figures of one whole run; a test compares. Do not edit.
Measure your own machine with \`npm run bench\`; it prints what this run reached beside it.

How to read it:

- **Same questions, same answers.** Every contender gets the same request objects, and all answers are compared before anything
  is timed. One that answers otherwise stops the run.
- **Ratios before times.** Contenders take turns in small batches in one process, so a busy machine slows them all.
- **Median and MAD** (median absolute deviation) are of batches, **p99** is of single calls.
- **Aims** are bounds that the project set itself. Those that this run missed come first.`;

function machine(report: Report): string {
  const rows = (entries: Readonly<Record<string, string>>): string[] =>
    Object.entries(entries).map(([key, value]) => `| ${key} | ${value} |`);
  return [
    '## The machine',
    '',
    '| what | which |',
    '| --- | --- |',
    ...rows(report.machine),
    ...rows(report.versions),
  ].join('\n');
}

/** Missed aims first; one that was not measured is in neither list. */
function aims(tables: readonly Table[]): string {
  const all = targetsTable(tables, []);
  const columns = all.columns.filter(({ key }) => key !== 'baseline');
  const missed = all.rows.filter((row) => row['met'] !== 'met');
  const met = all.rows.filter((row) => row['met'] === 'met');
  const part = (title: string, rows: Table['rows']): string[] =>
    rows.length === 0 ? [] : [deeper(tableMarkdown({ ...all, title, columns, rows }))];
  return [
    '## Aims',
    `${met.length} of ${all.rows.length} aims are met in this run.`,
    ...part('Missed', missed),
    ...part('Met', met),
  ].join('\n\n');
}

function sectionText(section: Section, tables: readonly Table[]): string {
  const own = tables.filter(({ id }) => belongs(section, id));
  const shown =
    own.length > 0
      ? own.map((table) => deeper(tableMarkdown(table)))
      : [`Not part of the run that is kept. \`${section.command}\` measures it.`];
  return [`## ${section.title}`, section.about, ...shown].join('\n\n');
}

function belongs(section: Section, id: string): boolean {
  return section.ids.some((start) => id === start || id.startsWith(`${start}-`));
}

/** The heading of a table one level further down, below its section. */
function deeper(table: string): string {
  return `#${table}`;
}
