/** Reports in the Test Anything Protocol, version 14. */
import { failureLines, faultLine } from './failure-text.js';
import type { PolicyTestResult } from './run-tests.js';
import type { TestedFile } from './tested-file.js';

/**
 * The report: one test point for each test of each file, failures with a YAML block. A file that could not be read is a
 * failed point.
 * @param isWhole - false where the run ended early: the report then ends with a bail out.
 * @see https://testanything.org/tap-version-14-specification.html
 */
export function tapReport(files: readonly TestedFile[], isWhole = true): string {
  const points = files.flatMap((file) =>
    file.ok
      ? file.run.results.map((result) => pointOf(file.file, result, file.lineOf(result.pointer)))
      : [unreadPoint(file.file, file.faults.map(faultLine))],
  );
  return [
    'TAP version 14',
    `1..${points.length}`,
    ...points.flatMap((point, index) => pointLines(point, index + 1)),
    ...(isWhole ? [] : ['Bail out! a test failed, and --bail was asked for']),
    '',
  ].join('\n');
}

interface Point {
  readonly ok: boolean;
  readonly description: string;
  readonly skip?: string;
  /** Values are written as JSON, which YAML reads. */
  readonly diagnostic?: Readonly<Record<string, unknown>>;
}

function pointOf(file: string, result: PolicyTestResult, line: number | undefined): Point {
  const description = `${file}: ${result.name}`;
  switch (result.outcome) {
    case 'passed':
      return { ok: true, description };
    case 'skipped':
      return { ok: true, description, skip: result.reason };
    case 'failed': {
      const { request, answer, clause, mismatches } = result;
      const diagnostic = {
        message: failureLines(result).join('\n'),
        severity: 'fail',
        ...(line === undefined ? {} : { at: { file, line } }),
        mismatches,
        ...(request === undefined ? {} : { request, answer, clause }),
      };
      return { ok: false, description, diagnostic };
    }
    default:
      return result satisfies never;
  }
}

function unreadPoint(file: string, lines: readonly string[]): Point {
  const diagnostic = { message: lines.join('\n'), severity: 'fail' };
  return { ok: false, description: `${file}: the file is read`, diagnostic };
}

function pointLines({ ok, description, skip, diagnostic }: Point, number: number): string[] {
  const directive = skip === undefined ? '' : ` # SKIP ${escaped(skip)}`;
  const head = `${ok ? 'ok' : 'not ok'} ${number} - ${escaped(description)}${directive}`;
  if (diagnostic === undefined) return [head];
  const lines = Object.entries(diagnostic).map(
    ([name, value]) => `  ${name}: ${oneLine(JSON.stringify(value))}`,
  );
  return [head, '  ---', ...lines, '  ...'];
}

/** What ends a line or begins a directive, made harmless. */
function escaped(text: string): string {
  return oneLine(text).replaceAll(/[\\#]/gu, (character) => `\\${character}`);
}

/** Controls and line ends of Unicode as spaces: some readers end a line at them, or show what follows backwards. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, ' ');
}
