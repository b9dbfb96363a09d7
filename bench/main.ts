/**
 * `npm run bench`: runs each task in a process of its own, so that no heap or compiled code of one world
 * weighs on another, and prints all tables together.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { benchmarkPage } from './page.js';
import { type Report, reportOf, reportText } from './report.js';
import type { Table } from './table.js';
import { runTask, TASK_NAMES } from './task.js';

const USAGE = `npm run bench -- [options]
  --quick            shorter measurements
  --no-peers         doorwright and the floors alone
  --only a,b         some tasks of: ${TASK_NAMES.join(' ')}
  --json             machine-readable results on stdout
  --write-baseline   keep the results of a whole run as bench/baseline.json
  --markdown         write docs/benchmarks.md from bench/baseline.json; measures nothing`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    'write-baseline': { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    root: { type: 'string' },
    task: { type: 'string' },
  },
});
const root = values.root ?? process.cwd();
const baselinePath = join(root, 'bench/baseline.json');

if (values.help) console.log(USAGE);
else if (values.task !== undefined) {
  console.log(JSON.stringify(await runTask(values.task, root, values.quick, !values['no-peers'])));
} else if (values.markdown) {
  writeFileSync(
    join(root, 'docs/benchmarks.md'),
    benchmarkPage(readBaseline() ?? missingBaseline()),
  );
} else await measure();

async function measure(): Promise<void> {
  const chosen = values.only?.split(',') ?? [...TASK_NAMES];
  const strange = chosen.find((name) => !TASK_NAMES.includes(name));
  if (
    strange !== undefined ||
    (values['write-baseline'] && (values.only !== undefined || values.quick || values['no-peers']))
  ) {
    console.error(
      strange === undefined ? 'a baseline takes a whole run' : `unknown task \`${strange}\``,
    );
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const tables: Table[] = [];
  const failed: string[] = [];
  for (const [index, name] of chosen.entries()) {
    if (process.stderr.isTTY)
      process.stderr.write(`\r\u001b[K${index + 1}/${chosen.length} ${name}`);
    try {
      tables.push(...(await inOwnProcess(name)));
    } catch (error) {
      // The other tables are still worth having; a baseline is not kept of them.
      failed.push(name);
      console.error(`\n${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const report = reportOf(root, tables);
  const baseline = readBaseline();
  if (values['write-baseline'])
    writeFileSync(baselinePath, `${JSON.stringify(report, undefined, 1)}\n`);
  console.log(values.json ? JSON.stringify(report) : reportText(report, baseline));
}

async function inOwnProcess(task: string): Promise<Table[]> {
  const own = process.argv[1];
  if (own === undefined) throw new Error('started without a file');
  const flags = [
    ...(values.quick ? ['--quick'] : []),
    ...(values['no-peers'] ? ['--no-peers'] : []),
  ];
  // Without --enable-source-maps: under it V8 11.3 (Node 20) crashed in every second run with easy-rbac,
  // which answers by throwing inside a promise.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--max-old-space-size=8192', own, '--task', task, '--root', root, ...flags],
    { maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout) as Table[];
}

function readBaseline(): Report | undefined {
  return existsSync(baselinePath)
    ? (JSON.parse(readFileSync(baselinePath, 'utf8')) as Report)
    : undefined;
}

function missingBaseline(): never {
  throw new Error('no bench/baseline.json: run with --write-baseline first');
}
