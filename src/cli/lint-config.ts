/** The file that tells `doorwright lint` what to look for: read strictly, since a mistyped rule would find nothing. */
import { FINDING_CODES } from '../analysis/lint/catalogue.js';
import type { LintOptions } from '../analysis/lint/finding.js';
import type { Issue } from '../policy/issue.js';
import { pointerOf, quote } from '../policy/pointer.js';
import { hint, InputError } from './failure.js';
import { fileName, readJsonObject } from './files.js';

/** What a configuration may say. */
export type LintConfig = Pick<LintOptions, 'rules' | 'segregation' | 'privileged'>;

type Path = readonly (string | number)[];
type Told = (path: Path, code: Issue['code'], message: string) => void;

const LEVELS: readonly string[] = ['off', 'note', 'warning', 'error'];
const DUTY_MEMBERS: readonly string[] = ['role', 'group', 'permission'];

/**
 * Reads a configuration: a JSON file, or JSON itself when it begins with `{`.
 * @throws InputError with everything that is wrong with its shape.
 */
export async function readLintConfig(argument: string): Promise<LintConfig> {
  const value = await readJsonObject(argument, 'lint configuration');
  const issues: Issue[] = [];
  const told: Told = (path, code, message) => {
    issues.push({ pointer: pointerOf(path), code, message });
  };
  onlyMembers(value, ['$schema', 'rules', 'segregation', 'privileged'], [], told);
  if (value['rules'] !== undefined) checkRules(value['rules'], told);
  if (value['segregation'] !== undefined) checkPairs(value['segregation'], told);
  if (value['privileged'] !== undefined) checkTexts(value['privileged'], ['privileged'], told);
  if (issues.length > 0) {
    const name = argument.trimStart().startsWith('{')
      ? 'the lint configuration'
      : fileName(argument);
    throw new InputError(`${name} is no valid lint configuration`, issues);
  }
  return value as LintConfig;
}

function checkRules(rules: unknown, told: Told): void {
  if (!isObject(rules)) {
    told(['rules'], 'type', 'must be an object');
    return;
  }
  for (const [code, severity] of Object.entries(rules)) {
    if (!(FINDING_CODES as readonly string[]).includes(code)) {
      told(
        ['rules', code],
        'unknown_member',
        `unknown code ${quote(code)}${hint(code, FINDING_CODES)}`,
      );
    } else if (typeof severity !== 'string' || !LEVELS.includes(severity)) {
      told(['rules', code], 'value', 'must be one of `off`, `note`, `warning`, `error`');
    }
  }
}

function checkPairs(pairs: unknown, told: Told): void {
  if (!Array.isArray(pairs)) {
    told(['segregation'], 'type', 'must be a list');
    return;
  }
  pairs.forEach((pair: unknown, index) => {
    const path = ['segregation', index];
    if (!isObject(pair)) {
      told(path, 'type', 'must be an object');
      return;
    }
    onlyMembers(pair, ['name', 'first', 'second'], path, told);
    if (pair['name'] !== undefined && typeof pair['name'] !== 'string') {
      told([...path, 'name'], 'type', 'must be a text');
    }
    for (const side of ['first', 'second']) checkDuty(pair[side], [...path, side], told);
  });
}

function checkDuty(duty: unknown, path: Path, told: Told): void {
  if (!isObject(duty)) {
    if (duty === undefined) told(path, 'missing', 'missing');
    else told(path, 'type', 'must be an object');
    return;
  }
  onlyMembers(duty, DUTY_MEMBERS, path, told);
  for (const member of DUTY_MEMBERS) {
    const value = duty[member];
    if (value !== undefined && typeof value !== 'string') {
      told([...path, member], 'type', 'must be a text');
    }
  }
}

function checkTexts(texts: unknown, path: Path, told: Told): void {
  if (!Array.isArray(texts)) {
    told(path, 'type', 'must be a list');
    return;
  }
  texts.forEach((text: unknown, index) => {
    if (typeof text !== 'string') told([...path, index], 'type', 'must be a text');
  });
}

function onlyMembers(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  path: Path,
  told: Told,
): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    told([...path, name], 'unknown_member', `unknown member ${quote(name)}${hint(name, known)}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
