/** `doorwright review`: every right of every person at every door, as a file to be signed off. */
import { accessReview } from '../../analysis/review/access-review.js';
import { type ReviewFormat, reviewLines } from '../../analysis/review/review-lines.js';
import type { Arguments } from '../arguments.js';
import { readInstant, requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import type { Terminal } from '../terminal.js';

/** Lines handed to standard output at once: about a hundred kilobytes. */
const BATCH = 1024;

/** The command `review`. */
export const REVIEW: Command = {
  name: 'review',
  summary: 'list every right of every person at every door, to be confirmed or taken away',
  usage: '<policy.json> --by door|person [--at T] [--format csv|ndjson]',
  about: [
    'One line for each right of each person at each door or elevator stop, members in the place of their teams: who, which door, by which access right, role, team and scope, its status and validity, who granted it, and what else is asked there. Complete: rights that do not count now are listed with their status.',
    'Lines are written as they are found, so that a large site takes little memory. --json is --format ndjson. In a CSV file what a spreadsheet would take for a formula has an apostrophe in front.',
    'Exit code: 0 there are lines, 1 nobody holds anything, 2 bad usage or input.',
  ],
  examples: [
    'doorwright review policy.json --by door > review.csv',
    'doorwright review policy.json --by person --at 2026-12-01T00:00:00Z --format ndjson',
  ],
  options: {
    ...POLICY_OPTIONS,
    by: { value: 'ORDER', about: 'door: all lines of a door together; person: of a person' },
    at: {
      value: 'T',
      about:
        'the instant of which the status is told, RFC 3339 with an offset; default: now, by the clock of this machine',
    },
    format: {
      value: 'F',
      choices: ['csv', 'ndjson'],
      about: 'csv (default) or ndjson, one JSON object a line',
    },
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const by = orderOf(args);
    const format = formatOf(args);
    const given = args.get('at');
    const at = given === undefined ? Date.now() : readInstant('at', given);
    const { engine } = await readPolicy(file, args, terminal);
    const rows = await write(reviewLines(accessReview(engine, { at, by }), format), terminal);
    return rows > (format === 'csv' ? 1 : 0) ? EXIT.yes : EXIT.no;
  },
};

function orderOf(args: Arguments): 'door' | 'person' {
  const by = args.get('by');
  if (by === 'door' || by === 'person') return by;
  throw new UsageError(
    by === undefined
      ? 'say in which order with --by door or --by person'
      : `\`--by\` is door or person: \`${by}\``,
  );
}

function formatOf(args: Arguments): ReviewFormat {
  const format = args.get('format');
  if (args.has('json')) {
    if (format === 'csv') throw new UsageError('`--json` and `--format csv` contradict each other');
    return 'ndjson';
  }
  if (format === undefined || format === 'csv') return 'csv';
  if (format === 'ndjson') return format;
  throw new UsageError(`\`--format\` is csv or ndjson: \`${format}\``);
}

/** Writes lines as fast as they are taken, and answers how many. */
async function write(lines: Iterable<string>, terminal: Terminal): Promise<number> {
  let written = 0;
  let batch: string[] = [];
  for (const line of lines) {
    batch.push(line);
    written += 1;
    if (batch.length < BATCH) continue;
    await terminal.write(batch.join(''));
    terminal.progress(`${written} lines`);
    batch = [];
  }
  await terminal.write(batch.join(''));
  terminal.progress(undefined);
  return written;
}
