/** An explanation as a page people can read. */
import type { AssignmentTrace, ClauseTrace, Explanation } from '../engine/explain.js';
import type { AccessRequest } from '../engine/request.js';
import { parseInstant } from '../values/instant.js';
import type { Site } from './site.js';
import type { Cell } from './table.js';
import { tableLines } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';
import { wallText } from './wall.js';
import { CLAUSES, called, fate, missWords, sentence, sentences } from './words.js';

/** Assignments printed of a trace; a person with more has a list no one reads. */
const ASSIGNMENTS_SHOWN = 40;

/** The lines of an explanation: the answer, the clauses, the access rights tried, the nearest miss. */
export function explanationLines(
  site: Site,
  request: AccessRequest,
  explanation: Explanation,
  terminal: Terminal,
): string[] {
  const { decision, context } = explanation.decision;
  return [
    ...headline(site, request, decision, terminal),
    ...tableLines(
      [
        ['when', whenText(site, request)],
        ['because', context.reasons.map(sentence).join('; ')],
        ...(context.grants.length === 0
          ? []
          : [['granted by', context.grants.map((id) => `\`${shown(id)}\``).join(', ')]]),
      ],
      terminal.width,
    ),
    '',
    terminal.paint('bold', 'clauses'),
    ...tableLines(
      explanation.clauses.map((clause) => clauseRow(clause, terminal)),
      terminal.width,
    ),
    '',
    terminal.paint('bold', `access rights tried (${explanation.assignments.length})`),
    ...assignmentLines(explanation.assignments, terminal),
    ...missLines(site, request, explanation, terminal),
  ];
}

/** `REFUSED user … · unlock · door …` with the names people gave them. */
export function headline(
  site: Site,
  request: AccessRequest,
  decision: boolean,
  terminal: Terminal,
): string[] {
  const named = (entity: { type: string; id: string }): string => {
    const name = site.nameOf(entity.type, entity.id);
    return name === undefined ? called(entity) : `${called(entity)} (${name})`;
  };
  const verdict = {
    text: decision ? 'PERMITTED' : 'REFUSED',
    paint: (text: string): string => terminal.paint(['bold', decision ? 'green' : 'red'], text),
  };
  const asked = `${named(request.subject)}, ${shown(request.action.name)}, ${named(request.resource)}`;
  return tableLines([[verdict, asked]], terminal.width, 0);
}

/** The instant asked about on the clock at the resource, and the other facts that were given. */
export function whenText(site: Site, request: AccessRequest): string {
  const { time, ...facts } = request.context;
  const wall = site.wallOf(request.resource.type, request.resource.id);
  const given = Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${shown(name)} ${shown(short(JSON.stringify(value)))}`);
  const at = `${wallText(wall, instantOf(time))}, ${wall.timeZone}`;
  return [at, ...given].join('; ');
}

function clauseRow(trace: ClauseTrace, terminal: Terminal): Cell[] {
  const { title, passed } = CLAUSES[trace.clause];
  // The word beside the sign carries the meaning where the sign or its colour is lost.
  switch (trace.outcome) {
    case 'passed':
      return row(terminal, 'green', '✓', trace.clause, 'passed', passed);
    case 'permitted':
      return row(terminal, 'green', '✓', trace.clause, 'permits', because(trace, title));
    case 'refused':
      return row(terminal, 'red', '✗', trace.clause, 'refuses', because(trace, title));
    case 'not_reached':
      return row(terminal, 'dim', '·', trace.clause, 'not reached', title);
    default:
      return unreachable(trace.outcome);
  }
}

function because(trace: ClauseTrace, title: string): string {
  return trace.reasons.length === 0 ? title : sentences(trace.reasons);
}

function assignmentLines(traces: readonly AssignmentTrace[], terminal: Terminal): string[] {
  if (traces.length === 0) return ['  none: this subject holds nothing'];
  // Those that reach the door first: the others say nothing but that they lie elsewhere.
  const order = ['counts', 'fails', 'excluded', 'no_permission', 'elsewhere'];
  const sorted = [...traces].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  const rows = sorted.slice(0, ASSIGNMENTS_SHOWN).map((trace) => {
    const [colour, sign] = SIGNS[trace.outcome];
    const via = trace.via === undefined ? '' : ` by team \`${shown(trace.via)}\``;
    const held = `${shown(trace.role)} on ${called(trace.scope)}${via}`;
    return [
      { text: sign, paint: (text: string) => terminal.paint(colour, text) },
      `\`${shown(trace.assignment)}\``,
      `${held}: ${fate(trace)}`,
    ];
  });
  const more = traces.length - rows.length;
  return [
    ...tableLines(rows, terminal.width),
    ...(more > 0 ? [`  and ${more} more; --json has them all`] : []),
  ];
}

const SIGNS: Readonly<
  Record<AssignmentTrace['outcome'], readonly ['green' | 'red' | 'dim', string]>
> = {
  counts: ['green', '✓'],
  fails: ['red', '✗'],
  excluded: ['red', '✗'],
  elsewhere: ['dim', '·'],
  no_permission: ['dim', '·'],
};

function missLines(
  site: Site,
  request: AccessRequest,
  explanation: Explanation,
  terminal: Terminal,
): string[] {
  if (explanation.nearestMiss === undefined) return [];
  const wall = site.wallOf(request.resource.type, request.resource.id);
  const words = missWords(explanation.nearestMiss, (time) => wallText(wall, instantOf(time)));
  const isNone = explanation.nearestMiss === null;
  return [
    '',
    terminal.paint('bold', isNone ? 'nearest miss' : 'nearest miss: it would be permitted'),
    ...tableLines(
      words.map((line) => (isNone ? [line] : ['→', line])),
      terminal.width,
    ),
  ];
}

/** A time of a request in epoch milliseconds; the engine has already refused what is none. */
function instantOf(time: unknown): number {
  if (typeof time === 'string') return parseInstant(time);
  return time instanceof Date ? time.getTime() : Number(time);
}

function row(
  terminal: Terminal,
  colour: 'green' | 'red' | 'dim',
  sign: string,
  clause: string,
  outcome: string,
  words: string,
): Cell[] {
  const paint = (text: string): string => terminal.paint(colour, text);
  return [{ text: sign, paint }, { text: clause }, { text: outcome, paint }, { text: words }];
}

function short(text: string | undefined): string {
  const whole = text ?? '';
  return whole.length > 90 ? `${whole.slice(0, 89)}…` : whole;
}

function unreachable(value: never): never {
  throw new Error(`unexpected \`${String(value)}\``);
}
