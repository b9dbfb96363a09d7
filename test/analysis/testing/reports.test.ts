/** JUnit and TAP reports: well-formed whatever the tests are called, and they say what the run said. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../../src/adapters/testing/yaml-text.js';
import { junitReport } from '../../../src/analysis/testing/junit.js';
import { runPolicyTests } from '../../../src/analysis/testing/run-tests.js';
import { tapReport } from '../../../src/analysis/testing/tap.js';
import type { TestedFile } from '../../../src/analysis/testing/tested-file.js';
import { compilePolicy } from '../../../src/index.js';
import { wellFormed } from '../../cli/xml.js';
import { right, site } from '../../helpers/builders.js';
import { runs } from '../../helpers/runs.js';
import { SEED } from '../../helpers/worlds.js';
import { documentOf, one, suiteOf } from './documents.js';

const engine = compilePolicy(site({ assignments: [right('a', 'ada')] }));

/** A file that was run. */
function tested(tests: readonly object[], file = 'doors.policy-test.yaml'): TestedFile {
  const run = runPolicyTests(engine, suiteOf(documentOf(tests)));
  return { ok: true, file, run, lineOf: (pointer) => Number(pointer.split('/')[2]) + 10 };
}

const unread: TestedFile = {
  ok: false,
  file: 'bad.policy-test.yaml',
  faults: [
    {
      file: 'bad.policy-test.yaml',
      line: 3,
      column: 7,
      pointer: '/tests/0/name',
      code: 'empty',
      message: 'must not be <empty>',
    },
  ],
};
const mixed = [
  one({ name: 'a' }),
  one({ name: 'b # <&"', expect: 'geofence' }),
  one({ name: 'c', skip: 'later # on' }),
];

describe('JUnit', () => {
  test('has a suite for each file and a case for each test', () => {
    const report = junitReport([tested(mixed), unread]);
    expect(wellFormed(report)).toBe('testsuites');
    expect(report).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="doorwright" tests="4" failures="1" errors="1">',
        '  <testsuite name="doors.policy-test.yaml" tests="3" failures="1" errors="0" skipped="1">',
        '    <testcase classname="doors.policy-test.yaml" name="a"/>',
        '    <testcase classname="doors.policy-test.yaml" name="b # &lt;&amp;&quot;">',
        '      <failure type="decision" message="decision: expected deny, got permit; reason: expected geofence, got granted">asked: user `ada`, `unlock` door `front` at 2026-03-02T12:00:00Z',
        'decision: expected deny, got permit',
        'reason: expected geofence, got granted',
        'answer: permit (clause D9): granted at door `front`, by `a`</failure>',
        '    </testcase>',
        '    <testcase classname="doors.policy-test.yaml" name="c">',
        '      <skipped message="later # on"/>',
        '    </testcase>',
        '  </testsuite>',
        '  <testsuite name="bad.policy-test.yaml" tests="1" failures="0" errors="1" skipped="0">',
        '    <testcase classname="bad.policy-test.yaml" name="the file is read">',
        '      <error message="must not be &lt;empty&gt;">bad.policy-test.yaml:3:7: /tests/0/name: must not be &lt;empty&gt; (empty)</error>',
        '    </testcase>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });

  test('is well-formed whatever tests are called', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    const odd = fc.constantFrom(
      '\0',
      '\u000b',
      '￾',
      '\ud800',
      ']]>',
      '&amp;',
      '<!--',
      '"',
      "'",
      '\u0085',
      '\n',
      '\r',
    );
    const property = fc.property(fc.oneof(text, odd), fc.oneof(text, odd), (name, skip) => {
      const file = tested(
        [one({ name, expect: 'deny' }), one({ name: `${name.slice(0, 100)} twice`, skip })],
        name,
      );
      expect(wellFormed(junitReport([file]))).toBe('testsuites');
    });
    fc.assert(property, { seed: SEED, numRuns: runs(300) });
  });
});

/** The points of a report, read line by line. @throws Error for a line that is none of TAP 14 */
function points(report: string): {
  ok: boolean;
  number: number;
  description: string;
  skip: string | undefined;
  diagnostic: unknown;
}[] {
  const lines = report.split('\n');
  if (lines.pop() !== '' || lines.shift() !== 'TAP version 14') throw new Error('not TAP 14');
  const plan = Number(/^1\.\.(\d+)$/u.exec(lines.shift() ?? '')?.[1] ?? 'NaN');
  const found: ReturnType<typeof points> = [];
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line.startsWith('Bail out!')) break;
    const match = /^(not )?ok (\d+) - ((?:[^#\\]|\\.)*?)(?: # SKIP (.*))?$/u.exec(line);
    if (match === null) throw new Error(`no test point: ${line}`);
    let diagnostic: unknown;
    if (lines[0] === '  ---') {
      const end = lines.indexOf('  ...');
      const yaml = readYaml(
        lines
          .splice(0, end + 1)
          .slice(1, -1)
          .join('\n'),
      );
      if (!yaml.ok) throw new Error(JSON.stringify(yaml.issues));
      diagnostic = yaml.value;
    }
    const unescaped = (text: string | undefined) => text?.replaceAll(/\\(.)/gu, '$1');
    found.push({
      ok: match[1] === undefined,
      number: Number(match[2]),
      description: unescaped(match[3]) ?? '',
      skip: unescaped(match[4]),
      diagnostic,
    });
  }
  if (plan !== found.length) throw new Error(`planned ${plan}, found ${found.length}`);
  if (found.some(({ number }, index) => number !== index + 1))
    throw new Error('numbers out of order');
  return found;
}

describe('TAP', () => {
  test('has a point for each test, and says of failures what and where', () => {
    const found = points(tapReport([tested(mixed), unread]));
    expect(found.map(({ ok, description, skip }) => ({ ok, description, skip }))).toEqual([
      { ok: true, description: 'doors.policy-test.yaml: a', skip: undefined },
      { ok: false, description: 'doors.policy-test.yaml: b # <&"', skip: undefined },
      { ok: true, description: 'doors.policy-test.yaml: c', skip: 'later # on' },
      { ok: false, description: 'bad.policy-test.yaml: the file is read', skip: undefined },
    ]);
    expect(found[1]?.diagnostic).toMatchObject({
      severity: 'fail',
      at: { file: 'doors.policy-test.yaml', line: 11 },
      clause: 'D9',
      mismatches: [
        { what: 'decision', expected: 'deny', actual: 'permit' },
        { what: 'reason', expected: 'geofence', actual: 'granted' },
      ],
      answer: { decision: true, context: { grants: ['a'] } },
    });
    expect(found[3]?.diagnostic).toEqual({
      message: 'bad.policy-test.yaml:3:7: /tests/0/name: must not be <empty> (empty)',
      severity: 'fail',
    });
  });

  test('ends with a bail out where the run ended early', () => {
    const report = tapReport([tested(mixed)], false);
    expect(points(report)).toHaveLength(3);
    expect(report.split('\n').at(-2)).toBe('Bail out! a test failed, and --bail was asked for');
  });

  test('has one line for each point whatever tests are called', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    const odd = fc.constantFrom(
      '\n',
      '\r\n',
      '#',
      '\\',
      '\\#',
      ' # SKIP all',
      '# TODO',
      '\u2028',
      '\u202e',
      '\u0085',
      '\0',
      '---',
      '...',
    );
    const property = fc.property(fc.oneof(text, odd), fc.oneof(text, odd), (name, skip) => {
      const found = points(
        tapReport([
          tested([one({ name, expect: 'deny' }), one({ name: `${name} twice`, skip })], 'f'),
        ]),
      );
      const shown = name.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, ' ');
      expect(found.map(({ ok, description }) => ({ ok, description }))).toEqual([
        { ok: false, description: `f: ${shown}` },
        { ok: true, description: `f: ${shown} twice` },
      ]);
      expect(found[0]?.skip).toBeUndefined();
    });
    fc.assert(property, { seed: SEED, numRuns: runs(300) });
  });
});
