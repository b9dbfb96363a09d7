/** From outside data to policy tests: shape, names, expectations, matrices; all issues at once. Source: docs/testing.md. */
import type { AccessRequest } from '../../engine/request.js';
import type { Changes } from '../../policy/changes.js';
import { issueList, type Report } from '../../policy/issue-list.js';
import type { Parsed } from '../../policy/parse.js';
import { quote } from '../../policy/pointer.js';
import { type Shape, shapeOf } from '../../policy/shape.js';
import { type Asked, listOf, type Reader, requestOf } from './asked.js';
import { decisionExpected, listExpected } from './expectations.js';
import { fixturesOf } from './fixtures.js';
import { CASES_MAX } from './limits.js';
import { AXES, type Axis, type MatrixCell, matrixCells } from './matrix.js';
import type { PolicyTestCase, PolicyTestSuite } from './test-suite.js';
import {
  TESTS_SCHEMA,
  type TestsDocument,
  type WrittenExpectation,
  type WrittenTest,
} from './tests-document.js';

/**
 * The policy tests that outside data describes; or everything that is wrong with it, each `{ pointer, code, message }`. A
 * test that could not fail is wrong too. Never throws. Whether the policy holds what the tests name is found out
 * when they are run.
 */
export function parsePolicyTests(input: unknown): Parsed<PolicyTestSuite> {
  const issues = issueList();
  TESTS_SHAPE ??= shapeOf(TESTS_SCHEMA);
  const { value } = TESTS_SHAPE(input, issues.report);
  if (issues.count() > 0) return { ok: false, issues: issues.inOrder() };
  const suite = suiteOf(value as TestsDocument, eachOnce(issues.report));
  return issues.count() > 0 ? { ok: false, issues: issues.inOrder() } : { ok: true, value: suite };
}

// Compiled when first asked for: a program that only imports this does not pay for it.
let TESTS_SHAPE: Shape | undefined;

/** The cells of a matrix share what is written: what is wrong with it is told once. */
function eachOnce(report: Report): Report {
  const told = new Set<string>();
  return (issue) => {
    const key = `${issue.pointer} ${issue.message}`;
    if (told.has(key)) return;
    told.add(key);
    report(issue);
  };
}

function suiteOf(document: TestsDocument, report: Report): PolicyTestSuite {
  const fixtures = fixturesOf(document.fixtures, report);
  const reader: Reader = { fixtures, defaults: document.defaults ?? {}, report };
  const cases: PolicyTestCase[] = [];
  const names = new Set<string>();
  for (const [index, test] of document.tests.entries()) {
    const pointer = `/tests/${index}`;
    for (const one of casesOf(reader, test, pointer, CASES_MAX - cases.length)) {
      if (names.has(one.name)) {
        const message = `another test has this name ${quote(one.name)}`;
        report({ pointer: `${pointer}/name`, code: 'duplicate', message });
      }
      names.add(one.name);
      cases.push(one);
    }
  }
  return {
    policy: document.policy,
    allowDeprecatedRoles: document.allowDeprecatedRoles === true,
    changes: document.changes as Changes | undefined,
    cases,
  };
}

function casesOf(
  reader: Reader,
  test: WrittenTest,
  pointer: string,
  room: number,
): readonly PolicyTestCase[] {
  const { report } = reader;
  const fault = memberFault(test);
  if (fault !== undefined) {
    const { member, message } = fault;
    report({ pointer: `${pointer}/${member}`, code: fault.code, message });
    return [];
  }
  const parts = { pointer, skip: test.skip };
  if (test.matrix === undefined) {
    if (room < 1) {
      const message = `a file may have at most ${CASES_MAX} cases`;
      report({ pointer, code: 'too_large', message });
      return [];
    }
    const expect = test.expect as WrittenExpectation;
    const one = caseOf(
      reader,
      test,
      askedBy(reader, test, pointer, undefined),
      expect,
      `${pointer}/expect`,
    );
    return one === undefined ? [] : [{ name: test.name, ...parts, ...one }];
  }
  // Combinations share what is expected of them: read for each, it would be as many copies.
  const read: Expected = new Map();
  return matrixCells(test, pointer, room, report).flatMap((cell) => {
    const asked = askedBy(reader, test, pointer, cell);
    const one = caseOf(reader, test, asked, cell.expect, cell.pointer, read);
    const name = `${test.name} [${Object.values(cell.values).join(', ')}]`;
    return one === undefined ? [] : [{ name, ...parts, ...one }];
  });
}

interface MemberFault {
  readonly member: string;
  readonly code: 'missing' | 'unknown_member';
  readonly message: string;
}

/** The first member that is missing, or has no meaning beside the others. */
function memberFault(test: WrittenTest): MemberFault | undefined {
  const { matrix, request, list } = test;
  const meaningless = (member: keyof WrittenTest, because: string): MemberFault | undefined =>
    test[member] === undefined
      ? undefined
      : { member, code: 'unknown_member', message: `${quote(member)} has no meaning ${because}` };
  const missing = (member: keyof WrittenTest): MemberFault | undefined =>
    test[member] !== undefined
      ? undefined
      : { member, code: 'missing', message: `missing member ${quote(member)}` };
  const besideRequest = [...AXES, 'matrix', 'list'] as const;
  const found = [
    ...(request === undefined
      ? []
      : besideRequest.map((name) => meaningless(name, 'beside a whole request'))),
    ...(matrix === undefined
      ? [meaningless('cells', 'without a matrix'), meaningless('others', 'without a matrix')]
      : []),
    ...(list === 'subjects' || list === 'resources'
      ? [missing('type')]
      : [meaningless('type', 'but for lists of subjects or resources')]),
    ...(matrix === undefined || (test.cells === undefined && test.others === undefined)
      ? [missing('expect')]
      : []),
  ];
  return found.find((one) => one !== undefined);
}

/** What stands in the cell, else in the test, else among the defaults of the file. */
function askedBy(
  { defaults }: Reader,
  test: WrittenTest,
  pointer: string,
  cell: MatrixCell | undefined,
): Asked {
  const written: Partial<Record<Axis, unknown>> = {};
  for (const name of AXES) written[name] = cell?.values[name] ?? test[name] ?? defaults[name];
  return {
    written: written as Asked['written'],
    pointerOf(name) {
      const position = cell?.positions[name];
      if (position !== undefined) return `${pointer}/matrix/${name}/${position}`;
      const isDefault = test[name] === undefined && defaults[name] !== undefined;
      return isDefault ? `/defaults/${name}` : `${pointer}/${name}`;
    },
  };
}

type CaseBody =
  | Pick<Extract<PolicyTestCase, { kind: 'decision' }>, 'kind' | 'request' | 'expected'>
  | Pick<Extract<PolicyTestCase, { kind: 'list' }>, 'kind' | 'asked' | 'expected'>;

/** What was read of expectations: undefined for one about which something was reported. */
type Expected = Map<WrittenExpectation, CaseBody['expected'] | undefined>;

function caseOf(
  reader: Reader,
  test: WrittenTest,
  asked: Asked,
  expect: WrittenExpectation,
  expectPointer: string,
  read: Expected = new Map(),
): CaseBody | undefined {
  const { report } = reader;
  const once = <T extends CaseBody['expected']>(make: () => T | undefined): T | undefined => {
    // One in short may stand in several cells, each of which is told what is wrong with it.
    if (typeof expect === 'string') return make();
    if (!read.has(expect)) read.set(expect, make());
    return read.get(expect) as T | undefined;
  };
  if (test.list !== undefined) {
    const isAccess = test.list === 'access';
    const expected = once(() => listExpected(expect, isAccess, expectPointer, report));
    const list = listOf(reader, test, asked);
    if (expected === undefined || list === undefined) return undefined;
    return { kind: 'list', asked: list, expected };
  }
  const expected = once(() => decisionExpected(expect, expectPointer, report));
  const request = (test.request as AccessRequest | undefined) ?? requestOf(reader, asked);
  if (expected === undefined || request === undefined) return undefined;
  return { kind: 'decision', request, expected };
}
