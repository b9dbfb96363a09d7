/** `doorwright demo`: the example sites, decided, explained, listed and drawn. */

import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Arguments, COMMON_OPTIONS, readArguments } from '../arguments.js';
import type { Command } from '../command.js';
import type { DemoPart } from '../demo-parts.js';
import { answersPart, doorsPart, drawingPart, explanationPart, peoplePart } from '../demo-parts.js';
import { demoSite } from '../demo-site.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { installation } from '../installation.js';
import { wrap } from '../table.js';
import type { Terminal } from '../terminal.js';
import { shown } from '../terminal.js';
import { SERVE } from './serve.js';

/** One site of the demo: its folder under `examples/` and the parts of the story it tells. */
interface Chapter {
  readonly folder: string;
  readonly title: string;
  readonly parts: readonly DemoPart[];
}

const CHAPTERS: readonly Chapter[] = [
  {
    folder: 'coworking',
    title: 'A coworking company in two time zones',
    parts: [
      answersPart(['door_unlocked', 'granted', 'geofence', 'second_factor', 'lockdown']),
      explanationPart,
      peoplePart,
    ],
  },
  {
    folder: 'housing',
    title: 'A housing company: tenants, guests, offline locks',
    parts: [
      answersPart(['granted', 'offline_door', 'tenancy', 'expired', 'credential_inactive']),
      peoplePart,
    ],
  },
  {
    folder: 'club',
    title: 'A club whose nights end in the morning',
    parts: [
      answersPart(['granted', 'inactive_hours', 'schedule', 'reader', 'no_access_right']),
      doorsPart,
      drawingPart,
    ],
  },
];

/** The site that is shown as pages: it has doors of every kind. */
const SHOWN = 'housing/policy.json';

/** The command `demo`. */
export const DEMO: Command = {
  name: 'demo',
  summary: 'tour of three example sites: decided, explained, listed and drawn',
  usage: '[--examples DIR] [--portal [--port N]]',
  about: [
    'Reads the three policies under examples/, answers their requests, compares every answer with the one expected, and shows a few of each: reasons in words, one explanation with its nearest miss, lists of people and doors, the status of access rights, and a week drawn over the change of the clocks. With --json, one line for each site with the numbers.',
    'The examples are those beside this program; --examples names another folder. With --portal the second of them is then served to this machine as pages to look at, until Ctrl-C: decisions, weeks and reviews, a phone that opens a lock within its page, and the documentation where it was built.',
    'Exit code: 0 every answer was the expected one, 1 some was not, 2 the examples cannot be read.',
  ],
  examples: ['doorwright demo', 'doorwright demo --portal'],
  options: {
    examples: { value: 'DIR', about: 'the folder that holds the example sites' },
    portal: { about: 'then show a site as pages, until Ctrl-C' },
    port: { value: 'N', about: 'with --portal: where; default 8080, or any free one' },
  },
  filesMax: 0,
  async run(args, terminal) {
    if (args.has('port') && !args.has('portal')) {
      throw new UsageError('`--port` goes with `--portal`');
    }
    const folder = examplesFolder(args.get('examples'));
    let isAsExpected = true;
    for (const [index, chapter] of CHAPTERS.entries()) {
      const site = await demoSite(join(folder, chapter.folder), args, terminal);
      isAsExpected &&= site.differences.length === 0;
      if (args.has('json')) {
        const { requests, differences } = site;
        await terminal.write(
          `${JSON.stringify({ site: chapter.folder, requests: requests.length, asExpected: differences.length === 0, differences })}\n`,
        );
        continue;
      }
      const heading = ` ${index + 1}  ${chapter.title} `;
      const lines = [
        terminal.paint(['bold', 'inverse'], heading) +
          terminal.paint('dim', '-'.repeat(Math.max(0, 78 - heading.length))),
        '',
        ...chapter.parts.flatMap((part) => [...part(site, terminal), '']),
      ];
      await terminal.write(`${lines.join('\n')}\n`);
    }
    if (!args.has('json')) await terminal.write(ending(terminal));
    if (args.has('portal')) await show(join(folder, SHOWN), args, terminal);
    return isAsExpected ? EXIT.yes : EXIT.no;
  },
};

/** As `doorwright serve --portal`, which ends by Ctrl-C. */
async function show(file: string, args: Arguments, terminal: Terminal): Promise<void> {
  const port = args.get('port') ?? String(await freePort(PORT_USUAL));
  const words = [file, '--portal', '--port', port, '--log', 'text', '--log-level', 'warn'];
  const options = { ...SERVE.options, ...COMMON_OPTIONS };
  if (!args.has('json')) {
    const text = `${terminal.paint('bold', 'Look at it')}: the housing company as pages, at the address below; "Open a lock with a phone" is one of them. Ctrl-C ends.`;
    await terminal.write(`${wrap(text, terminal.width).join('\n')}\n\n`);
  }
  const json = args.has('json') ? ['--json'] : [];
  await SERVE.run(readArguments([...words, ...json], options, SERVE.filesMax), terminal);
}

const PORT_USUAL = 8080;

/** This port, or 0 for any free one where somebody has it. */
async function freePort(port: number): Promise<number> {
  const server = createServer();
  const isFree = await new Promise<boolean>((told) => {
    server.once('error', () => told(false));
    server.listen(port, '127.0.0.1', () => told(true));
  });
  if (isFree) await new Promise((closed) => server.close(closed));
  return isFree ? port : 0;
}

function examplesFolder(given: string | undefined): string {
  const folder = given ?? join(installation()?.folder ?? '.', 'examples');
  const missing = CHAPTERS.filter(
    ({ folder: site }) => !existsSync(join(folder, site, 'policy.json')),
  );
  if (missing.length === 0) return folder;
  throw new InputError(
    `no examples in \`${shown(folder)}\` (${missing.map((chapter) => chapter.folder).join(', ')} missing); they come with the source: clone the repository, or say where they are with --examples`,
  );
}

function ending(terminal: Terminal): string {
  return [
    `${terminal.paint('bold', 'Your own site')}: write a policy, then`,
    '',
    '  doorwright check policy.json',
    '  doorwright decide policy.json requests.ndjson',
    '  doorwright --help',
    '',
  ].join('\n');
}
