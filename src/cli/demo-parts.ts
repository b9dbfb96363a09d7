/** The parts of the demo. Each looks for what it shows in the example itself and prints one section. */

import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import type { ReasonCode } from '../engine/decision.js';
import type { ScheduleBody } from '../policy/document.js';
import { weekday } from '../values/calendar-day.js';
import { DAY_MS, parseInstant } from '../values/instant.js';
import { formatLocalDate } from '../values/local-time.js';
import type { Answered, DemoSite } from './demo-site.js';
import { explanationLines } from './explanation-text.js';
import type { AccessLists } from './holders.js';
import { accessOf, accessTo } from './holders.js';
import { listLines } from './list-text.js';
import type { Openable } from './site.js';
import { openablesOf } from './site.js';
import type { Cell } from './table.js';
import { tableLines } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';
import { scheduleOf, timetableOf } from './timetable.js';
import { localDay, wallText } from './wall.js';
import { weekPicture } from './week-picture.js';
import { called, sentences } from './words.js';

/** A section of the demo. */
export type DemoPart = (demo: DemoSite, terminal: Terminal) => string[];

/** Lines of each list in the demo. */
const LIST_LINES = 5;

/** How the site did against its expected answers, and one request for each of some reasons. */
export function answersPart(codes: readonly ReasonCode[]): DemoPart {
  return (demo, terminal) => {
    const { policy } = demo.site;
    const people = (policy.users ?? []).length;
    const doors = openablesOf(policy).length;
    const count = demo.requests.length;
    const wrong = demo.differences.length;
    const verdict =
      wrong === 0
        ? terminal.paint('green', `all ${count} answers as expected`)
        : terminal.paint(
            'red',
            `${wrong} of ${count} answers NOT as expected, lines ${demo.differences.slice(0, 10).join(', ')}`,
          );
    const shownCases = codes.flatMap((code) => {
      const cases = demo.requests.filter((one) => one.decision.context.reason === code);
      const found = cases.find((one) => one.note !== undefined) ?? cases[0];
      return found === undefined ? [] : [found];
    });
    return [
      `${shown(policy.organization.name ?? policy.organization.id)}: ${people} people, ${doors} doors and stops`,
      ...command(terminal, `decide ${demo.folder}/policy.json`, `${demo.folder}/requests.ndjson`),
      verdict,
      '',
      ...tableLines(
        shownCases.flatMap((one) => answerRows(one, terminal)),
        terminal.width,
      ),
    ];
  };
}

/** The whole trace of a refusal that some change of facts would turn. */
export const explanationPart: DemoPart = (demo, terminal) => {
  for (const one of demo.requests) {
    if (one.decision.decision || one.request.action.name !== 'unlock') continue;
    const explanation = demo.site.engine.explain(one.request);
    const held = explanation.assignments.length;
    const change = explanation.nearestMiss?.change ?? {};
    if (held < 2 || held > 4 || !('location' in change || 'secondFactor' in change)) continue;
    return [
      terminal.paint('bold', 'Why not, and what would have to be different?'),
      ...command(
        terminal,
        `explain ${demo.folder}/policy.json`,
        `${demo.folder}/requests.ndjson`,
        `--line ${one.line}`,
      ),
      '',
      ...explanationLines(demo.site, one.request, explanation, terminal),
    ];
  }
  return [];
};

/** Who may open one door now, and who holds a right there that does not count now, in every status. */
export const peoplePart: DemoPart = (demo, terminal) => {
  const openables = new Map(openablesOf(demo.site.policy).map((one) => [one.id, one]));
  const best = mostTelling(demo, ({ request, decision }) => {
    const door = openables.get(request.resource.id);
    if (door?.type !== 'door' || decision.context.reason !== 'granted') return undefined;
    const lists = accessTo(demo.site, door, door.action, request.context);
    return { lists, score: scoreOf(lists) };
  });
  if (best === undefined) return [];
  const { request } = best.answered;
  return [
    terminal.paint('bold', 'Who may open this door now, and whose right does not count now?'),
    ...command(
      terminal,
      `who ${demo.folder}/policy.json`,
      `--door ${request.resource.id}`,
      ...factsOptions(request.context),
    ),
    '',
    `  ${place(demo, request.resource, request.context.time)}`,
    ...listLines(demo.site, best.lists, { about: 'subject', linesMax: LIST_LINES }, terminal),
  ];
};

/** The doors of one person: now, and at other times. */
export const doorsPart: DemoPart = (demo, terminal) => {
  const openables: readonly Openable[] = openablesOf(demo.site.policy);
  const best = mostTelling(demo, ({ request }) => {
    if (request.subject.type !== 'user') return undefined;
    const lists = accessOf(demo.site, request.subject, openables, request.context);
    return { lists, score: scoreOf(lists) };
  });
  if (best === undefined) return [];
  const { request } = best.answered;
  return [
    terminal.paint('bold', 'Which doors open for this person now, and which at other times?'),
    ...command(
      terminal,
      `doors ${demo.folder}/policy.json`,
      `--user ${request.subject.id}`,
      ...factsOptions(request.context),
    ),
    '',
    `  ${place(demo, request.subject, request.context.time)}`,
    ...listLines(demo.site, best.lists, { about: 'resource', linesMax: LIST_LINES }, terminal),
  ];
};

/** Lists tell more the more kinds of status stand in them; both should hold something. */
function scoreOf(lists: AccessLists): number {
  const entries = lists.notNow.slice(0, LIST_LINES).flatMap((access) => access.entries);
  const kinds = new Set(entries.map((entry) => `${entry.status} ${entry.enabled}`));
  const isBalanced = lists.now.length > 0 && lists.notNow.length > 0;
  return 10 * kinds.size + (isBalanced ? 20 : 0) - Math.max(0, lists.notNow.length - LIST_LINES);
}

/** A week of the schedule that crosses midnight most, drawn over the next change of the clocks. */
export const drawingPart: DemoPart = (demo, terminal) => {
  const { policy } = demo.site;
  const schedules = [...(policy.schedules ?? [])].sort((a, b) => nights(b) - nights(a));
  const schedule = schedules[0];
  const first = demo.requests[0];
  if (schedule === undefined || first === undefined) return [];
  const named = scheduleOf(policy, demo.folder, schedule.id);
  const timeZone = schedule.timeZone ?? policy.organization.timeZone ?? 'UTC';
  const timetable = timetableOf(named, timeZone);
  const asked = instantOf(first);
  const change = luxonTimeZones
    .offsets(timeZone, asked, asked + 366 * DAY_MS)
    .find((_, index) => index > 0);
  const day = localDay(timetable.wall, (change?.at ?? asked) - 1);
  const week = timetable.week(day - weekday(day));
  return [
    terminal.paint('bold', 'A week drawn: what happens when the clocks change?'),
    ...command(
      terminal,
      `schedule ${demo.folder}/policy.json`,
      `--id ${schedule.id}`,
      `--week ${formatLocalDate(day)}`,
    ),
    '',
    `  ${week.title}, ${week.timeZone}`,
    ...weekPicture(week),
  ];
};

function answerRows(one: Answered, terminal: Terminal): (Cell | string)[][] {
  const { request, decision } = one;
  const paint = (text: string): string => terminal.paint(decision.decision ? 'green' : 'red', text);
  const verdict = decision.decision ? 'permitted' : 'refused';
  const who = `${called(request.subject)}, ${shown(request.action.name)}, ${called(request.resource)}`;
  const first = { text: `${decision.decision ? '✓' : '✗'} ${verdict}`, paint };
  const why = `→ ${sentences(decision.context.reasons)}`;
  return [
    [first, one.note === undefined ? who : shown(one.note)],
    ['', why],
  ];
}

interface Telling {
  readonly lists: AccessLists;
  readonly score: number;
}

/** The request with the highest score; the first of equals. */
function mostTelling(
  demo: DemoSite,
  look: (answered: Answered) => Telling | undefined,
): (Telling & { readonly answered: Answered }) | undefined {
  let best: (Telling & { readonly answered: Answered }) | undefined;
  for (const answered of demo.requests) {
    const found = look(answered);
    if (found !== undefined && found.score > (best?.score ?? 0)) best = { ...found, answered };
  }
  return best;
}

/** A command to type, on as many lines as the width asks for. */
function command(terminal: Terminal, ...parts: readonly string[]): string[] {
  const lines = ['$ doorwright'];
  for (const part of parts.map(shown)) {
    const last = lines[lines.length - 1] ?? '';
    if (last.length + part.length + 3 <= terminal.width)
      lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(`    ${part}`);
  }
  return lines.map((line, index) =>
    terminal.paint('dim', index < lines.length - 1 ? `${line} \\` : line),
  );
}

/** The facts of a request as one would type them. */
function factsOptions(context: { readonly time: unknown }): string[] {
  const { time, ...facts } = context;
  const rest = Object.keys(facts).length === 0 ? [] : [`--facts '${JSON.stringify(facts)}'`];
  return [`--at ${String(time)}`, ...rest];
}

function place(demo: DemoSite, entity: { type: string; id: string }, time: unknown): string {
  const wall = demo.site.wallOf(entity.type, entity.id);
  const name = demo.site.nameOf(entity.type, entity.id);
  const at = wallText(wall, parseInstant(String(time)));
  return `${called(entity)}${name === undefined ? '' : ` (${name})`}, ${at}`;
}

function instantOf(one: Answered): number {
  return parseInstant(String(one.request.context.time));
}

/** How many weekly windows of a schedule end on the day after. */
function nights(schedule: ScheduleBody): number {
  return (schedule.windows ?? [])
    .filter((window) => window.until < window.from)
    .reduce((sum, window) => sum + window.days.length, 0);
}
