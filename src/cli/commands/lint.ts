/** `doorwright lint`: what is allowed in this policy and yet looks like a mistake. */
import { FINDING_CODES, type FindingCode, type Severity } from '../../analysis/lint/catalogue.js';
import type { Finding, LintOptions } from '../../analysis/lint/finding.js';
import { lintPolicy } from '../../analysis/lint/lint-policy.js';
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { zoneTest } from '../../engine/compile.js';
import type { Policy } from '../../policy/document.js';
import { parseDocumentText } from '../../policy/parse.js';
import { formatInstant } from '../../values/instant.js';
import { type Arguments, readInstant, requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, hint, InputError, UsageError } from '../failure.js';
import { fileName, readText, STDIN } from '../files.js';
import { installation } from '../installation.js';
import { type LintConfig, readLintConfig } from '../lint-config.js';
import { sarifLog } from '../lint-sarif.js';
import { POLICY_OPTIONS } from '../policies.js';
import { wrap } from '../table.js';
import { shown, type Terminal } from '../terminal.js';

const SEVERITIES: readonly Severity[] = ['note', 'warning', 'error'];
const FORMATS: readonly string[] = ['text', 'json', 'sarif'];
const COLOURS = { error: 'red', warning: 'yellow', note: 'cyan' } as const;

/** The command `lint`. */
export const LINT: Command = {
  name: 'lint',
  summary: 'find what a valid policy says and nobody meant',
  usage: '<policy.json|-> [--at T] [--level L] [--config C]',
  about: [
    'Tells of schedules that never open, assignments that never count, doors open to everybody, restrictions that nobody can satisfy, and the like: each with a JSON Pointer, a code and what to do. docs/lint.md explains every code.',
    'With --at, also of what is past at that instant, and of holidays still to be entered; without it nothing is judged by the date.',
    'Exit code: 0 nothing found at or above --level, 1 something found, 2 bad usage, configuration or input.',
  ],
  examples: [
    'doorwright lint policy.json --at now',
    'doorwright lint policy.json --level error --off unused_group,link_without_end',
    'doorwright lint policy.json --format sarif > lint.sarif',
  ],
  options: {
    ...POLICY_OPTIONS,
    at: { value: 'T', about: 'the instant that tells past from future, RFC 3339, or the word now' },
    level: {
      value: 'L',
      choices: SEVERITIES,
      about: 'what ends with 1: note, warning or error; default warning',
    },
    off: { value: 'CODES', about: 'codes not to tell, separated by commas', many: true },
    config: {
      value: 'C',
      about: 'rules, segregation and privileged: a JSON file, or JSON itself when it begins with {',
    },
    format: { value: 'F', choices: FORMATS, about: 'text, json or sarif; default text' },
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const level = oneOf('level', args.get('level') ?? 'warning', SEVERITIES) as Severity;
    const format = formatOf(args);
    const options = await readOptions(args);
    if (file !== STDIN) terminal.busy(`reading ${fileName(file)}`);
    const text = await readText(file);
    terminal.busy(`looking at ${fileName(file)}`);
    const findings = lint(policyOf(file, text, args), options);
    if (format === 'json') await terminal.write(`${JSON.stringify(findings, undefined, 2)}\n`);
    else if (format === 'sarif') {
      const version = installation()?.version ?? '0.0.0';
      const log = sarifLog({ file, text, findings, version });
      await terminal.write(`${JSON.stringify(log, undefined, 2)}\n`);
    } else await terminal.write(reportText(findings, options.at, terminal));
    const limit = SEVERITIES.indexOf(level);
    const found = findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= limit);
    return found ? EXIT.no : EXIT.yes;
  },
};

/** The rules of the configuration, and over them what the command line says. */
async function readOptions(args: Arguments): Promise<LintOptions> {
  const config = args.get('config');
  const given: LintConfig = config === undefined ? {} : await readLintConfig(config);
  const rules: Record<string, Severity | 'off'> = { ...given.rules };
  for (const code of args.all('off').flatMap((list) => list.split(','))) {
    if (!(FINDING_CODES as readonly string[]).includes(code)) {
      throw new UsageError(`unknown code \`${code}\` in \`--off\`${hint(code, FINDING_CODES)}`);
    }
    rules[code as FindingCode] = 'off';
  }
  const at = args.get('at');
  // The one place where the clock is read, and only when it is asked for.
  const ms = at === 'now' ? Date.now() : at === undefined ? undefined : readInstant('at', at);
  return {
    rules,
    segregation: given.segregation,
    privileged: given.privileged,
    at: ms === undefined ? undefined : formatInstant(ms),
    allowDeprecatedRoles: args.has('allow-deprecated-roles'),
  };
}

function policyOf(file: string, text: string, args: Arguments): Policy {
  const allowDeprecatedRoles = args.has('allow-deprecated-roles');
  const isTimeZone = zoneTest(luxonTimeZones);
  const parsed = parseDocumentText(text, { isTimeZone, allowDeprecatedRoles });
  if (parsed.ok) return parsed.value;
  throw new InputError(`${fileName(file)} is no valid policy`, parsed.issues);
}

/** What the configuration names must be in the policy. */
function lint(policy: Policy, options: LintOptions): readonly Finding[] {
  try {
    return lintPolicy(policy, options);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`lint configuration: ${error.message}`);
    throw error;
  }
}

function formatOf(args: Arguments): string {
  const format = args.get('format');
  if (!args.has('json')) return oneOf('format', format ?? 'text', FORMATS);
  if (format !== undefined && format !== 'json') {
    throw new UsageError('`--json` and `--format` say different formats; give one');
  }
  return 'json';
}

function oneOf(option: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  const list = known.join(', ');
  throw new UsageError(`\`--${option}\` must be one of ${list}: \`${value}\`${hint(value, known)}`);
}

function reportText(
  findings: readonly Finding[],
  at: string | undefined,
  terminal: Terminal,
): string {
  const indent = ' '.repeat(9);
  const lines = findings.flatMap(({ code, severity, pointer, message, advice }) => [
    `${terminal.paint(COLOURS[severity], severity.padEnd(8))} ${shown(pointer)}`,
    ...wrap(`${shown(message)} (${code})`, terminal.width - 9).map((line) => indent + line),
    ...wrap(`to do: ${advice}`, terminal.width - 9).map((line) => indent + line),
  ]);
  const counts = [...SEVERITIES].reverse().map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  const dated = at === undefined ? 'nothing judged by the date (see --at)' : `as of ${at}`;
  return `${[...lines, `${counts.join(', ')}; ${dated}`].join('\n')}\n`;
}
