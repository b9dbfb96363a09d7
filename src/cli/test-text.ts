/** What `doorwright test` prints: for people, and as JSON. */
import { failureLines, faultLine } from '../analysis/testing/failure-text.js';
import type { FailedTest } from '../analysis/testing/run-tests.js';
import type { TestedFile } from '../analysis/testing/tested-file.js';
import { LIST_LINES_DEFAULT } from './limits.js';
import { shown, type Terminal } from './terminal.js';
import { shortfalls, type TestReport, type TestSettings } from './test-report.js';
import { sentence } from './words.js';

type Paint = Terminal['paint'];

/** The report for people. */
export function reportLines(report: TestReport, settings: TestSettings, paint: Paint): string[] {
  const budget = { left: LIST_LINES_DEFAULT };
  const { passed, failed, skipped, unread, files } = report;
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(unread > 0 ? [`${unread} ${unread === 1 ? 'file' : 'files'} not read`] : []),
  ].join(', ');
  const isFine = failed === 0 && unread === 0;

  const lines = files.flatMap((file) => fileLines(file, budget, paint));
  const hidden = Math.max(0, -budget.left);
  return [
    ...lines,
    ...(hidden > 0 ? [`  and ${hidden} failures more: --reporter json has them all`] : []),
    '',
    paint(
      isFine ? 'green' : 'red',
      `${counts}, in ${files.length} ${files.length === 1 ? 'file' : 'files'}`,
    ),
    ...(report.isWhole ? [] : ['ended at the first failure']),
    ...coverageLines(report),
    ...shortfalls(report, settings).map((text) => paint('red', text)),
  ];
}

/** How much of each policy was used, and what was not. */
export function coverageLines({ coverage }: TestReport): string[] {
  return coverage.flatMap(({ policy, coverage: own }) => {
    if (own === undefined) return [`coverage of ${shown(policy)}: none, its tests change it`];
    const seen = own.points.filter((point) => point.seen).length;
    const unseen = own.points.filter((point) => !point.seen);
    const listed = unseen.slice(0, LIST_LINES_DEFAULT);
    const kinds = own.kinds
      .filter(({ points }) => points > 0)
      .map((one) => `${one.kind} ${one.seen}/${one.points}`);
    return [
      `coverage of ${shown(policy)}: ${own.percent} % (${seen} of ${own.points.length}; ${kinds.join(', ')})`,
      ...listed.map(
        ({ pointer, element, use }) => `  ${shown(pointer)}: ${shown(element)}, never ${USES[use]}`,
      ),
      ...(unseen.length > listed.length ? [`  and ${unseen.length - listed.length} more`] : []),
    ];
  });
}

/** The report as data. */
export function reportData(report: TestReport, settings: TestSettings): object {
  const { passed, failed, skipped, unread, isWhole, files } = report;
  return {
    passed,
    failed,
    skipped,
    unread,
    ...(isWhole ? {} : { bailed: true }),
    shortfalls: shortfalls(report, settings),
    files: files.map((one) => {
      if (!one.ok) return { file: one.file, faults: one.faults };
      const { file, run, lineOf } = one;
      return {
        file,
        results: run.results.map((result) => ({ ...result, line: lineOf(result.pointer) })),
      };
    }),
    ...(settings.coverage ? { coverage: report.coverage.map(coverageData) } : {}),
  };
}

function coverageData({ policy, coverage }: TestReport['coverage'][number]): object {
  if (coverage === undefined) return { policy, percent: null };
  const unseen = coverage.points
    .filter(({ seen }) => !seen)
    .map(({ kind, pointer, element, use }) => ({ kind, pointer, element, use }));
  return { policy, percent: coverage.percent, kinds: coverage.kinds, unseen };
}

/** What never happened to a part of a policy. */
const USES = {
  tried: 'tried',
  counted: 'counted',
  holds: 'seen to hold',
  refuses: 'seen to refuse',
  open: 'open',
  closed: 'closed',
} as const;

function fileLines(file: TestedFile, budget: { left: number }, paint: Paint): string[] {
  if (!file.ok) {
    const head = paint('red', `✗ ${shown(file.file)}`);
    return [head, ...file.faults.map((fault) => `    ${shown(faultLine(fault))}`)];
  }
  const { run, lineOf } = file;
  const counts = `${run.passed} of ${run.results.length - run.skipped}`;
  const mark = run.failed > 0 ? paint('red', '✗') : paint('green', '✓');
  const lines = [`${mark} ${shown(file.file)} ${paint('dim', counts)}`];
  for (const result of run.results) {
    if (result.outcome === 'skipped') {
      lines.push(
        `  ${paint('yellow', '-')} ${shown(result.name)}: skipped, ${shown(result.reason)}`,
      );
    }
    if (result.outcome !== 'failed' || --budget.left < 0) continue;
    lines.push(...failedLines(result, lineOf(result.pointer), paint));
  }
  return lines;
}

function failedLines(result: FailedTest, line: number | undefined, paint: Paint): string[] {
  const place = line === undefined ? '' : paint('dim', ` (line ${line})`);
  const why = (result.answer?.context.reasons ?? []).map((reason) => `      ${sentence(reason)}`);
  return [
    `  ${paint('red', '✗')} ${shown(result.name)}${place}`,
    ...failureLines(result).map((text) => `      ${shown(text)}`),
    ...why.map((text) => paint('dim', text)),
  ];
}
