/** Files of policy tests with the policies they name, read from the disk. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parsePolicyTests } from '../../analysis/testing/parse-tests.js';
import type { PolicyTestSuite } from '../../analysis/testing/test-suite.js';
import type { FileFault } from '../../analysis/testing/tested-file.js';
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { zoneTest } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compilePolicy, type PolicyOptions } from '../../index.js';
import { type Issue, PolicyError } from '../../policy/issue.js';
import { parseDocumentText, parseText } from '../../policy/parse.js';
import { fileMark } from './file-mark.js';
import { readYaml, type YamlText } from './yaml-text.js';

/** A file of tests, ready to run. */
export interface TestFile {
  readonly ok: true;
  readonly file: string;
  /** The path of its policy. */
  readonly policyFile: string;
  readonly suite: PolicyTestSuite;
  /** The policy as it lies there, without the changes of the tests. */
  readonly engine: Engine;
  /** The line in the file on which something stands. */
  readonly lineOf: (pointer: string) => number | undefined;
}

/** A file of tests, or everything that keeps it from being run. */
export type ReadTestFile =
  | TestFile
  | {
      readonly ok: false;
      readonly file: string;
      /** The policy it names, as far as that could be read. */
      readonly policyFile: string | undefined;
      readonly faults: readonly FileFault[];
    };

/** What several files share while they are read: policies compiled once, and which version of which file was read. */
export interface Reading {
  readonly policies: Map<string, Engine | readonly FileFault[]>;
  /** By path, what the system said of a file just before it was read. */
  readonly marks: Map<string, string>;
}

/** The beginning of one reading. */
export function beginReading(): Reading {
  return { policies: new Map(), marks: new Map() };
}

/** Larger files of tests are not read, in bytes: ten thousand tests take a tenth of that. */
const TESTS_BYTES_MAX = 20_000_000;
/** Larger policies are not read: V8 could not hold their text as one string. */
const POLICY_BYTES_MAX = 500_000_000;

/** Reads a file of tests and its policy, and applies the changes once to see that they can be. Never throws. */
export function readTestFile(
  file: string,
  options: PolicyOptions = {},
  reading: Reading = beginReading(),
): ReadTestFile {
  const refused = (faults: readonly FileFault[], policyFile?: string): ReadTestFile => ({
    ok: false,
    file,
    policyFile,
    faults,
  });
  const text = textOf(file, TESTS_BYTES_MAX, reading.marks);
  if (typeof text !== 'string') return refused([text]);
  const read = readTests(file, text);
  if (!read.ok) return refused(read.issues.map((issue) => ({ file, ...issue })));
  const { placeOf } = read;
  const placed = (issue: Issue): FileFault => ({ file, ...issue, ...placeOf(issue.pointer) });
  const parsed = parsePolicyTests(read.value);
  if (!parsed.ok) return refused(inOrder(parsed.issues.map(placed)));
  const suite = parsed.value;
  if (suite.policy === undefined) {
    const message = 'missing member `policy`: the path of the policy, from this file';
    return refused([placed({ pointer: '/policy', code: 'missing', message })]);
  }
  const { policy } = suite;
  const policyFile = isAbsolute(policy) ? policy : join(dirname(file), policy);
  const engine = readEngine(policyFile, suite, options, reading);
  if (!('decide' in engine)) return refused(engine, policyFile);
  const faults = changeFaults(engine, suite).map(placed);
  if (faults.length > 0) return refused(inOrder(faults), policyFile);
  const lineOf = (pointer: string): number | undefined => placeOf(pointer)?.line;
  return { ok: true, file, policyFile, suite, engine, lineOf };
}

/** The value of the text, and where in it things stand as far as that is known. */
type ReadText =
  | {
      readonly ok: true;
      value: unknown;
      placeOf: (pointer: string) => ReturnType<Placing> | undefined;
    }
  | Extract<YamlText, { ok: false }>;
type Placing = Extract<YamlText, { ok: true }>['placeOf'];

function readTests(file: string, text: string): ReadText {
  const yaml = readYaml(text);
  if (!file.toLowerCase().endsWith('.json')) return yaml;
  // JSON is read as JSON; as YAML, which it nearly always is too, only for the places.
  const json = parseText(text);
  if (!json.ok) return { ok: false, issues: json.issues };
  const placeOf = yaml.ok ? yaml.placeOf : () => undefined;
  return { ok: true, value: json.value, placeOf };
}

function readEngine(
  path: string,
  { allowDeprecatedRoles }: PolicyTestSuite,
  { timeZones = luxonTimeZones, allowDeprecatedRoles: always = false }: PolicyOptions,
  { policies, marks }: Reading,
): Engine | readonly FileFault[] {
  const rules = { timeZones, allowDeprecatedRoles: allowDeprecatedRoles || always };
  const key = `${rules.allowDeprecatedRoles} ${path}`;
  let engine = policies.get(key);
  if (engine === undefined) {
    engine = compiled(path, rules, marks);
    policies.set(key, engine);
  }
  return engine;
}

function compiled(
  file: string,
  { timeZones, allowDeprecatedRoles }: Required<PolicyOptions>,
  marks: Reading['marks'],
): Engine | readonly FileFault[] {
  const text = textOf(file, POLICY_BYTES_MAX, marks);
  if (typeof text !== 'string') return [text];
  const parsed = parseDocumentText(text, { isTimeZone: zoneTest(timeZones), allowDeprecatedRoles });
  if (parsed.ok) return compilePolicy(parsed.value, { timeZones, allowDeprecatedRoles });
  return parsed.issues.map((issue) => ({ file, ...issue }));
}

function changeFaults(engine: Engine, { changes }: PolicyTestSuite): readonly Issue[] {
  if (changes === undefined) return [];
  try {
    engine.apply(changes);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.issues.map((issue) => ({ ...issue, pointer: `/changes${issue.pointer}` }));
  }
}

/** The text of a file, or why it cannot be had. */
function textOf(file: string, bytesMax: number, marks: Reading['marks']): string | FileFault {
  const fault = (code: Issue['code'], message: string): FileFault => ({
    file,
    pointer: '',
    code,
    message,
  });
  try {
    marks.set(file, fileMark(file));
    const found = statSync(file);
    // A pipe in the file's place would hang whoever opens it.
    if (!found.isFile()) return fault('type', 'is not a file');
    if (found.size > bytesMax) return fault('too_large', `is larger than ${bytesMax} bytes`);
    const bytes = readFileSync(file);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return fault('format', 'is not UTF-8 text');
    const { code, message } = error as NodeJS.ErrnoException;
    return fault('reference', `cannot be read: ${code ?? message}`);
  }
}

/** By their places, those without one first. */
function inOrder(faults: readonly FileFault[]): readonly FileFault[] {
  const rank = ({ line = 0, column = 0 }: FileFault) => line * 1_000_000 + column;
  return [...faults].sort((one, other) => rank(one) - rank(other));
}
