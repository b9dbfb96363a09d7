/** An access review as a file: how many lines a second, in either order. */
import { accessReview } from '../../src/analysis/review/access-review.js';
import { type ReviewFormat, reviewLines } from '../../src/analysis/review/review-lines.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import type { Row, Table } from '../table.js';
import { buildWorld, WORLD_TIME, type WorldName } from '../worlds.js';

/** Names of the rows, for the aims. */
export const REVIEW_ROWS = {
  doorCsv: 'by door, CSV',
  personCsv: 'by person, CSV',
  doorJson: 'by door, JSON lines',
  personJson: 'by person, JSON lines',
} as const;

const RUNS: readonly (readonly [name: string, by: 'door' | 'person', format: ReviewFormat])[] = [
  [REVIEW_ROWS.doorCsv, 'door', 'csv'],
  [REVIEW_ROWS.personCsv, 'person', 'csv'],
  [REVIEW_ROWS.doorJson, 'door', 'ndjson'],
  [REVIEW_ROWS.personJson, 'person', 'ndjson'],
];

/**
 * Writes the first lines of each review, the sorting at its beginning included.
 * @param lines - of each review; Infinity for all of them.
 */
export function reviewTable(name: WorldName, lines: number): Table {
  const parsed = parsePolicy(buildWorld(name, 1).policy);
  if (!parsed.ok)
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  const engine = compilePolicy(parsed.value);
  const rows = RUNS.map(([run, by, format]): Row => {
    const begin = performance.now();
    let written = 0;
    let characters = 0;
    let first = 0;
    for (const line of reviewLines(accessReview(engine, { at: WORLD_TIME, by }), format)) {
      if (written === 0) first = performance.now() - begin;
      written += 1;
      characters += line.length;
      if (written >= lines) break;
    }
    const seconds = (performance.now() - begin) / 1000;
    return {
      name: run,
      lines: written,
      bytes: characters,
      first,
      rate: Math.round(written / seconds),
    };
  });
  return {
    id: `review-${name}`,
    title: `World ${name}: access review`,
    columns: [
      { key: 'name', title: 'review', unit: 'text' },
      { key: 'lines', title: 'lines', unit: 'count' },
      { key: 'bytes', title: 'characters', unit: 'count' },
      { key: 'first', title: 'to the first line', unit: 'milliseconds' },
      { key: 'rate', title: 'lines a second', unit: 'count' },
    ],
    rows,
    notes: ['one run each, from compiled engine to text; nothing is written to a disk'],
  };
}
