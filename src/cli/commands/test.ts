/** `doorwright test`: do the policies answer as their tests say? */

import { fileMark } from '../../adapters/testing/file-mark.js';
import { findTestFiles } from '../../adapters/testing/find-test-files.js';
import { followFiles } from '../../adapters/testing/follow-files.js';
import { junitReport } from '../../analysis/testing/junit.js';
import { tapReport } from '../../analysis/testing/tap.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { POLICY_OPTIONS } from '../policies.js';
import type { Terminal } from '../terminal.js';
import { exitCodeOf, shortfalls, type TestReport, type TestSettings } from '../test-report.js';
import { coverageLines, reportData, reportLines } from '../test-text.js';

/** Paths that one command line names. */
const PATHS_MAX = 10_000;
const REPORTERS = ['text', 'json', 'junit', 'tap'] as const;

/** The command `test`. */
export const TEST: Command = {
  name: 'test',
  summary: 'run the tests of policies: do they answer as written down?',
  usage: '[paths…] [--coverage-min N] [--watch]',
  about: [
    'Each file of tests names a policy, and questions with the answers they must get (docs/testing.md). Files named are taken whatever they are called; in folders, by default in this one, every file called ….policy-test.yaml, .yml or .json.',
    'With --coverage, also how much of each policy the tests use: rights tried and counted, restrictions seen to hold and to refuse, schedules and unlocks open and closed, lockdowns, roles. Files that change their policy first cover nothing of it.',
    'Exit code: 0 all passed; 1 a test failed, none was run, or too little is covered; 2 a file of tests or a policy cannot be read. Ctrl-C ends --watch with 0.',
  ],
  examples: [
    'doorwright test',
    'doorwright test examples/club/tests --coverage-min 95',
    'doorwright test --reporter junit > report.xml',
    'doorwright test tests/doors.policy-test.yaml --filter terrace --watch',
  ],
  options: {
    coverage: { about: 'say how much of each policy the tests use, and what they do not' },
    'coverage-min': { value: 'N', about: 'and exit with 1 where that is less than N percent' },
    filter: { value: 'TEXT', about: 'run only tests whose name contains this' },
    bail: { about: 'stop at the first failure' },
    reporter: { value: 'NAME', choices: REPORTERS, about: 'text (default), json, junit or tap' },
    watch: { about: 'run again whenever a file of tests or a policy was written', short: 'w' },
    ...POLICY_OPTIONS,
  },
  filesMax: PATHS_MAX,
  async run(args, terminal) {
    const settings = readSettings(args);
    if (args.has('watch')) return await watch(settings, terminal);
    const report = await runTests(settings);
    await terminal.write(textOf(report, settings, terminal));
    return exitCodeOf(report, settings);
  },
};

/** Loaded when it is needed: reading YAML takes longer to load than most commands take to run. */
async function runTests(settings: TestSettings): Promise<TestReport> {
  const run = await import('../test-run.js');
  return run.runTests(settings);
}

function readSettings(args: Arguments): TestSettings {
  const coverageMin = readPercent(args.get('coverage-min'));
  return {
    paths: args.files.length === 0 ? ['.'] : args.files,
    reporter: readReporter(args),
    allowDeprecatedRoles: args.has('allow-deprecated-roles'),
    coverage: args.has('coverage') || coverageMin !== undefined,
    coverageMin,
    filter: args.get('filter'),
    bail: args.has('bail'),
  };
}

function readReporter(args: Arguments): TestSettings['reporter'] {
  const said = args.get('reporter');
  const reporter = REPORTERS.find((name) => name === (said ?? 'text'));
  if (reporter === undefined) {
    throw new UsageError(`\`--reporter\` must be one of ${REPORTERS.join(', ')}: \`${said}\``);
  }
  if (!args.has('json')) return reporter;
  if (said !== undefined && reporter !== 'json') {
    throw new UsageError('`--json` and `--reporter` name two reporters; give one');
  }
  return 'json';
}

function readPercent(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^\d{1,3}(?:\.\d{1,3})?$/u.test(text) ? Number(text) : Number.NaN;
  if (percent >= 0 && percent <= 100) return percent;
  throw new UsageError(`\`--coverage-min\` must be a number from 0 to 100: \`${text}\``);
}

function textOf(report: TestReport, settings: TestSettings, terminal: Terminal): string {
  switch (settings.reporter) {
    case 'text':
      return `${reportLines(report, settings, terminal.paint).join('\n')}\n`;
    case 'json':
      return `${JSON.stringify(reportData(report, settings), undefined, 2)}\n`;
    case 'junit':
    case 'tap': {
      // These have no room for coverage, nor for what is lacking: it goes where people look.
      const lines = [...coverageLines(report), ...shortfalls(report, settings)];
      if (lines.length > 0) terminal.warn(lines.join('\n'));
      if (settings.reporter === 'junit') return junitReport(report.files);
      return tapReport(report.files, report.isWhole);
    }
    default:
      return settings.reporter satisfies never;
  }
}

/** Runs now and after each change, until Ctrl-C. A run that cannot be begun is told, and the next one waited for. */
async function watch(settings: TestSettings, terminal: Terminal): Promise<number> {
  if (settings.reporter !== 'text') {
    throw new UsageError('`--watch` is for people: it has no other reporter than text');
  }
  const ending = new AbortController();
  // The program ends at the first Ctrl-C elsewhere: here that is how it ends well.
  process.removeAllListeners('SIGINT');
  const end = (): void => ending.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  await followFiles({
    find: () => findTestFiles(settings.paths).files,
    signal: ending.signal,
    async take() {
      try {
        const report = await runTests(settings);
        await terminal.write(`${textOf(report, settings, terminal)}watching; Ctrl-C ends\n\n`);
        return report.marks;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        await terminal.write(`${error.message}\nwatching; Ctrl-C ends\n\n`);
        const { files } = findTestFiles(settings.paths);
        return new Map(files.map((file) => [file, fileMark(file)]));
      }
    },
  });
  return EXIT.yes;
}
