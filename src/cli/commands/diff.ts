/** `doorwright diff`: who gains and who loses what between two policies. */

import { type ComparedOptions, diffPolicies } from '../../analysis/diff/diff-policies.js';
import type { PolicyDiff } from '../../analysis/diff/policy-diff.js';
import { OutOfRangeError } from '../../analysis/out-of-range.js';
import type { Entity } from '../../engine/request.js';
import { formatInstant, MINUTE_MS } from '../../values/instant.js';
import type { Arguments } from '../arguments.js';
import { readInstant, requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { diffMarkdown } from '../diff-markdown.js';
import { pageOfDiff } from '../diff-page.js';
import { diffText } from '../diff-text.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { LIST_OPTIONS, readLinesMax } from '../list-text.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';

const FORMATS = ['text', 'json', 'markdown'] as const;
type Format = (typeof FORMATS)[number];

/** The command `diff`. */
export const DIFF: Command = {
  name: 'diff',
  summary: 'say exactly who gains or loses what between two policies, and when',
  usage: '<before.json> <after.json> [--from T] [--until T] [--format F]',
  about: [
    'Every request that the two policies answer differently is covered by a line, and whatever a line covers is answered differently; each line has a request as an example, with both answers. Lines tell the week by the wall clock, and the dates on which it is otherwise.',
    'Looked at is the time from --from (default: now, to the minute) to --until (default: 53 weeks later). Markdown begins with a summary and is fit for a pull request.',
    'Exit code: 0 no difference, 1 some difference, 2 bad usage or input.',
  ],
  examples: [
    'doorwright diff before.json after.json',
    'git show main:policy.json | doorwright diff - policy.json --format markdown',
    'doorwright diff a.json b.json --from 2026-12-01T00:00:00Z --json | jq .openings',
  ],
  options: {
    from: { value: 'T', about: 'the first instant looked at; default now' },
    until: { value: 'T', about: 'the first instant not looked at; default 53 weeks after' },
    format: { value: 'F', choices: FORMATS, about: 'text (default), json or markdown' },
    ...LIST_OPTIONS,
    ...POLICY_OPTIONS,
  },
  filesMax: 2,
  async run(args, terminal) {
    const file = requiredFile(args, 'the policy before');
    const other = args.files[1];
    if (other === undefined) throw new UsageError('the policy after is missing');
    if (file === '-' && other === '-') {
      throw new UsageError('only one of the two policies can come from standard input');
    }
    const format = readFormat(args);
    const linesMax = readLinesMax(args);
    const span = readSpan(args);
    const before = await readPolicy(file, args, terminal);
    const after = await readPolicy(other, args, terminal);
    terminal.busy('comparing');
    const diff = compared(() => diffPolicies(before.engine, after.engine, span));
    const nameOf = ({ type, id }: Entity) => after.nameOf(type, id) ?? before.nameOf(type, id);
    if (format === 'json') await terminal.write(`${JSON.stringify(diff, undefined, 2)}\n`);
    else {
      const page = pageOfDiff(diff, nameOf);
      const lines =
        format === 'markdown' ? diffMarkdown(page, linesMax) : diffText(page, linesMax, terminal);
      await terminal.write(`${lines.join('\n')}\n`);
    }
    return differs(diff) ? EXIT.no : EXIT.yes;
  },
};

function differs({ openings, rights, restrictions }: PolicyDiff): boolean {
  return openings.length + rights.length + restrictions.length > 0;
}

function readFormat(args: Arguments): Format {
  const text = args.get('format');
  const format = FORMATS.find((each) => each === text);
  if (text !== undefined && format === undefined) {
    throw new UsageError(`\`--format\` must be one of ${FORMATS.join(', ')}: \`${text}\``);
  }
  if (!args.has('json')) return format ?? 'text';
  if (format !== undefined && format !== 'json') {
    throw new UsageError(`\`--json\` and \`--format ${format}\` ask for two formats`);
  }
  return 'json';
}

/** The time looked at. What the clock says is cut to a minute, so that weeks are said in whole ones. */
function readSpan(args: Arguments): ComparedOptions {
  const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const first = args.get('from');
  const last = args.get('until');
  const from = first === undefined ? now : readInstant('from', first);
  if (last === undefined) return { from: formatInstant(from) };
  const until = readInstant('until', last);
  if (until <= from) throw new UsageError(`\`--until\` must be after \`--from\`: \`${last}\``);
  return { from: formatInstant(from), until: formatInstant(until) };
}

/** @throws InputError where the policies or the time are more than can be compared. */
function compared(compare: () => PolicyDiff): PolicyDiff {
  try {
    return compare();
  } catch (error) {
    if (error instanceof OutOfRangeError) throw new InputError(error.message);
    throw error;
  }
}
