/** The sync score for people, in colour and in words, and as JSON. */
import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import type { DoorScore, RollUp, SyncOverview, SyncTask } from '../sync/overview.js';
import type { Colour, PermissionScore, SyncAction, SyncReason } from '../sync/score.js';
import { SCORES } from '../sync/score.js';
import { formatInstant } from '../values/instant.js';
import type { Cell } from './table.js';
import { tableLines } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';
import { wallText } from './wall.js';

/** The whole answer as lines; each list at most `linesMax` long. */
export function overviewLines(
  overview: SyncOverview,
  linesMax: number,
  terminal: Terminal,
): string[] {
  const { organization, tasks, doors, holders } = overview;
  const offline = doors.filter(({ connection }) => connection === 'offline');
  const online = doors.length - offline.length;
  return [
    terminal.paint('bold', `offline locks at ${timeText(overview.at)}, view ${overview.view}`),
    ...countLines(organization, terminal),
    '',
    terminal.paint('bold', `to do (${tasks.length})`),
    ...capped(taskRows(tasks, terminal), linesMax, terminal),
    '',
    terminal.paint('bold', `doors (${offline.length} offline, ${online} online)`),
    ...capped(
      offline.flatMap((door) => doorRows(door, terminal)),
      linesMax,
      terminal,
    ),
    '',
    terminal.paint('bold', `people with something pending`),
    ...capped(
      holders
        .filter(({ score }) => score < 4)
        .map((one) => [shown(one.holder), scoreCell(one, terminal), countText(one.counts)]),
      linesMax,
      terminal,
    ),
  ];
}

/** The answer as data: times are RFC 3339 text, because a bare number would not say what it counts. */
export function overviewData(overview: SyncOverview): unknown {
  return {
    ...overview,
    at: instantText(overview.at),
    doors: overview.doors.map(({ permissions, ...door }) => ({
      ...timesAsText(door),
      permissions: permissions.map(timesAsText),
    })),
    tasks: overview.tasks.map((task) => ({
      ...task,
      exposedUntil: instantOr(task.exposedUntil),
      expectedBy: instantOr(task.expectedBy),
    })),
  };
}

const STYLES: Readonly<Record<Colour, Parameters<Terminal['paint']>[0]>> = {
  grey: 'gray',
  red: ['bold', 'red'],
  orange: 'red',
  yellow: 'yellow',
  light_green: 'greenBright',
  dark_green: 'green',
};

const ACTIONS: Readonly<Record<SyncAction, string>> = {
  inspect_on_site: 'go there and look at the lock',
  send_someone: 'send someone to open it',
  wait_until: 'wait for a carrier',
  wait_for_any_opening: 'wait until the holder has it',
  none: 'nothing',
};

const REASONS: Readonly<Record<SyncReason, string>> = {
  never_commissioned: 'the lock has not proved any policy yet',
  rollback_alarm: 'the memory of the lock was put back',
  fork_alarm: 'the lock holds other content under our version',
  clock_alarm: 'the clock of the lock contradicts ours',
  unknown_state: 'the lock claims a version that was never issued',
  server_restored: 'grants from after the backup may exist',
  unsafe_pending: 'something taken away may still open it',
  lower_bound_grant: 'one of the grants need not end by itself',
  no_carrier: 'nobody is known to hold the change',
  carrier_overdue: 'whoever holds the change should have come',
  carried: 'somebody holds the change',
  widening_unacknowledged: 'a new right has not reached its holder',
  widening_unused: 'a new right was not used yet',
  online: 'the door is online',
  acknowledged: 'the lock has proved it',
  expired: 'everything taken away has expired',
  unchanged: 'nothing was taken away',
};

function countLines({ score, counts }: RollUp, terminal: Terminal): string[] {
  const rows = SCORES.map(({ colour }, index): [Cell, string] => [
    scoreCell({ score: index, colour }, terminal),
    `${counts[index] ?? 0}${index === score ? '  (the worst)' : ''}`,
  ]);
  return tableLines(rows, terminal.width);
}

function taskRows(tasks: readonly SyncTask[], terminal: Terminal): (string | Cell)[][] {
  return tasks.map((task) => [
    shown(task.door),
    scoreCell({ score: task.score, colour: SCORES[task.score]?.colour ?? 'grey' }, terminal),
    `${ACTIONS[task.action]}${untilText(task)}; mends ${task.mends.reduce((sum, one) => sum + one, 0)}`,
  ]);
}

/** A door, and below it what is not dark green; the green ones are counted on the door's line. */
function doorRows(door: DoorScore, terminal: Terminal): (string | Cell)[][] {
  const open = door.permissions.filter(({ score }) => score < 5);
  return [
    [shown(door.door), scoreCell(door, terminal), doorText(door)],
    ...open.map((one) => [`  ${shown(one.permission)}`, scoreCell(one, terminal), whyText(one)]),
  ];
}

function doorText({ permissions, lastAck, lastOpening }: DoorScore): string {
  const proved =
    lastAck === null ? 'proved nothing' : `proved ${lastAck.pv} at ${timeText(lastAck.at)}`;
  const opened = lastOpening === null ? 'no opening known' : `opened ${timeText(lastOpening)}`;
  return `${permissions.length} permissions; ${proved}; ${opened}`;
}

function whyText(one: PermissionScore): string {
  const why = one.reasons.map((reason) => REASONS[reason]).join('; ');
  const { carriersHolding: holding, carriersPending: pending } = one;
  const who = [
    ...(holding.length > 0 ? [`carried by ${holding.map(shown).join(', ')}`] : []),
    ...(pending.length > 0 ? [`not yet held by ${pending.map(shown).join(', ')}`] : []),
  ].join('; ');
  return `${shown(one.holder)}: ${why}${who === '' ? '' : `; ${who}`}${untilText(one)}`;
}

function untilText({
  exposedUntil,
  expectedBy,
}: Pick<SyncTask, 'exposedUntil' | 'expectedBy'>): string {
  const expected = expectedBy === null ? '' : `, expected by ${timeText(expectedBy)}`;
  if (exposedUntil === null) return expected;
  const until = exposedUntil === 'unbounded' ? 'without end' : `until ${timeText(exposedUntil)}`;
  return `${expected}, exposed ${until}`;
}

function scoreCell(
  { score, colour }: { readonly score: number; readonly colour: Colour },
  terminal: Terminal,
): Cell {
  const text = `${score} ${colour.replace('_', ' ')}`;
  return { text, paint: (shownText) => terminal.paint(STYLES[colour], shownText) };
}

function countText(counts: readonly number[]): string {
  const parts = SCORES.map(({ colour }, score) => [counts[score] ?? 0, colour] as const);
  return parts
    .filter(([count]) => count > 0)
    .map(([count, colour]) => `${count} ${colour.replace('_', ' ')}`)
    .join(', ');
}

function capped(
  rows: readonly (readonly (string | Cell)[])[],
  linesMax: number,
  terminal: Terminal,
): string[] {
  if (rows.length === 0) return ['  none'];
  const lines = tableLines(rows.slice(0, linesMax), terminal.width);
  if (rows.length <= linesMax) return lines;
  return [...lines, `  and ${rows.length - linesMax} more; --limit prints more, --json all`];
}

/** Locks and their state know no time zone. */
function timeText(seconds: number): string {
  return wallText({ source: luxonTimeZones, timeZone: 'UTC' }, seconds * 1000);
}

function instantText(seconds: number): string {
  return formatInstant(seconds * 1000);
}

function instantOr(value: number | null | 'unbounded'): string | null {
  return typeof value === 'number' ? instantText(value) : value;
}

function timesAsText<
  T extends Pick<DoorScore, 'exposedUntil' | 'expectedBy' | 'lastOpening' | 'lastAck'>,
>(one: T): object {
  const { lastAck } = one;
  return {
    ...one,
    exposedUntil: instantOr(one.exposedUntil),
    expectedBy: instantOr(one.expectedBy),
    lastOpening: instantOr(one.lastOpening),
    lastAck: lastAck === null ? null : { ...lastAck, at: instantText(lastAck.at) },
  };
}
