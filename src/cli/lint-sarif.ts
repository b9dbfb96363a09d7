/** Findings as SARIF 2.1.0, which code hosts show beside the lines of the file. */
import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import { FINDING_CODES, type FindingCode, LINT_RULES } from '../analysis/lint/catalogue.js';
import type { Finding } from '../analysis/lint/finding.js';
import { STDIN } from './files.js';
import { type Position, positionsOf } from './json-positions.js';

/** Where the page about a code is. */
const HELP = 'https://unpkg.com/doorwright/docs/lint.md';

/** What was linted. */
export interface Linted {
  /** The file as given; standard input has no place to point at. */
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The version of this program. */
  readonly version: string;
}

/** A log with one run: every rule, and a result for each finding, with line and column. */
export function sarifLog({ file, text, findings, version }: Linted): Log {
  const pointers = findings.flatMap(({ pointer, related = [] }) => [pointer, ...related]);
  const positions = positionsOf(text, pointers);
  const at = (pointer: string): Location => locationOf(file, pointer, positions.get(pointer));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'doorwright lint',
            semanticVersion: version,
            informationUri: HELP,
            rules: FINDING_CODES.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, at)),
      },
    ],
  };
}

function ruleOf(code: FindingCode): ReportingDescriptor {
  const { severity, summary, advice } = LINT_RULES[code];
  return {
    id: code,
    shortDescription: { text: sentence(summary) },
    help: { text: sentence(advice) },
    helpUri: `${HELP}#${code}`,
    defaultConfiguration: { level: severity },
  };
}

function resultOf(finding: Finding, at: (pointer: string) => Location): Result {
  const { code, severity, pointer, message, advice, related = [] } = finding;
  return {
    ruleId: code,
    ruleIndex: FINDING_CODES.indexOf(code),
    level: severity,
    message: { text: `${sentence(message)} ${sentence(advice)}` },
    locations: [at(pointer)],
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map((each, id) => ({ id: id + 1, ...at(each) })) }),
  };
}

/** Both by line and by pointer: the pointer stays when lines move. */
function locationOf(file: string, pointer: string, position: Position | undefined): Location {
  const logicalLocations = [{ fullyQualifiedName: pointer, kind: 'value' }];
  if (file === STDIN || position === undefined) return { logicalLocations };
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: position.line, startColumn: position.column },
    },
    logicalLocations,
  };
}

/** A relative path as a relative reference, an absolute one as a file URI. @see RFC 3986 §4.2 */
function uriOf(file: string): string {
  const path = encodeURI(file.replaceAll('\\', '/')).replaceAll('#', '%23').replaceAll('?', '%3F');
  if (path.startsWith('/')) return `file://${path}`;
  if (/^[A-Za-z]:\//u.test(path)) return `file:///${path}`;
  // What stands before a colon would be a scheme.
  return /^[^/]*:/u.test(path) ? `./${path}` : path;
}

/** Findings are phrases; SARIF asks for sentences. @see SARIF 2.1.0 §3.11.3 */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
