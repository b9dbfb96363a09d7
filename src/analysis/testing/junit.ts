/** Reports in the XML that JUnit made usual, as CI servers read it. */
import { failureLines, faultLine } from './failure-text.js';
import type { PolicyTestResult } from './run-tests.js';
import type { TestedFile } from './tested-file.js';

/**
 * The report: a suite for each file, a case for each test. A file that could not be read is a suite with one error.
 * Characters that XML 1.0 cannot hold are left out.
 * @see XML 1.0 §2.2; the members are those of the schema of Jenkins' xUnit plugin, without times
 */
export function junitReport(files: readonly TestedFile[]): string {
  const total = files.reduce(
    (sum, file) => {
      const { tests, failures, errors, skipped } = countsOf(file);
      return {
        tests: sum.tests + tests,
        failures: sum.failures + failures,
        errors: sum.errors + errors,
        skipped: sum.skipped + skipped,
      };
    },
    { tests: 0, failures: 0, errors: 0, skipped: 0 },
  );
  const { tests, failures, errors } = total;
  const root = attributes({ name: 'doorwright', tests, failures, errors });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${root}>`,
    ...files.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function countsOf(file: TestedFile) {
  if (!file.ok) return { tests: 1, failures: 0, errors: 1, skipped: 0 };
  const { results, failed, skipped } = file.run;
  return { tests: results.length, failures: failed, errors: 0, skipped };
}

function suiteLines(file: TestedFile): string[] {
  const open = `  <testsuite${attributes({ name: file.file, ...countsOf(file) })}>`;
  const cases = file.ok
    ? file.run.results.flatMap((result) => caseLines(file.file, result))
    : [
        `    <testcase${attributes({ classname: file.file, name: 'the file is read' })}>`,
        `      <error${attributes({ message: file.faults[0]?.message ?? 'not read' })}>${escaped(file.faults.map(faultLine).join('\n'))}</error>`,
        '    </testcase>',
      ];
  return [open, ...cases, '  </testsuite>'];
}

function caseLines(file: string, result: PolicyTestResult): string[] {
  const open = `    <testcase${attributes({ classname: file, name: result.name })}`;
  switch (result.outcome) {
    case 'passed':
      return [`${open}/>`];
    case 'skipped':
      return [
        `${open}>`,
        `      <skipped${attributes({ message: result.reason })}/>`,
        '    </testcase>',
      ];
    case 'failed': {
      const { mismatches } = result;
      const message = mismatches
        .map(({ what, expected, actual }) => `${what}: expected ${expected}, got ${actual}`)
        .join('; ');
      const type = mismatches[0]?.what ?? 'decision';
      return [
        `${open}>`,
        `      <failure${attributes({ type, message })}>${escaped(failureLines(result).join('\n'))}</failure>`,
        '    </testcase>',
      ];
    }
    default:
      return result satisfies never;
  }
}

/** Line ends within attributes would be read as spaces anyway. */
function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll(/[\t\n\r]+/gu, ' ')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"]/gu, (character) => ENTITIES[character] ?? '');
}
