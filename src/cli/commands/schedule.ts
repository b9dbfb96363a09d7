/** `doorwright schedule`: when is it open? As spans, at an instant, or drawn as a week. */
import { writeFile } from 'node:fs/promises';
import { weekday } from '../../values/calendar-day.js';
import type { Span } from '../../values/instant.js';
import { DAY_MS, formatInstant } from '../../values/instant.js';
import { formatLocalDate, parseLocalDate } from '../../values/local-time.js';
import type { Arguments } from '../arguments.js';
import { readInstant, requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { RANGE_DAYS_MAX } from '../limits.js';
import type { Terminal } from '../terminal.js';
import { shown } from '../terminal.js';
import type { Timetable } from '../timetable.js';
import { readTimetable, TIMETABLE_OPTIONS } from '../timetable.js';
import { localDay, wallText } from '../wall.js';
import type { Week } from '../week.js';
import { weekPicture } from '../week-picture.js';
import { weekSvg } from '../week-svg.js';

/** The command `schedule`. */
export const SCHEDULE: Command = {
  name: 'schedule',
  summary: 'say when a schedule is open: at an instant, as spans, or drawn as a week',
  usage: '<schedule.json> --zone Z [--at T | --from T --until T | --week DATE] [--svg out.svg]',
  about: [
    'Reads a schedule by itself, or one of a policy with --id. --zone is the time zone of the door, for a schedule that names none; a schedule of a policy falls back to the organisation.',
    '--from and --until print the open spans in a range (with --json one {"from","until"} in UTC a line). --at prints open or closed and until when. Otherwise the week that contains --week is drawn, in text or with --svg as an image; without --week it is the current one, by the clock of this machine.',
    'In a week, an hour that the clock skips is hatched and an hour that comes twice is marked; days closed by an exception or a holiday are crossed.',
    'Exit code: 0; with --at 0 open, 1 closed; 2 bad usage or input.',
  ],
  examples: [
    'doorwright schedule office.json --zone Europe/Berlin',
    'doorwright schedule office.json --zone Europe/Berlin --at 2026-03-29T03:30:00+02:00',
    'doorwright schedule office.json --from 2026-03-23T00:00Z --until 2026-04-06T00:00Z --json',
    'doorwright schedule policy.json --id office-hours --week 2026-10-25 --svg week.svg',
  ],
  options: {
    ...TIMETABLE_OPTIONS,
    at: { value: 'T', about: 'is it open at this instant? RFC 3339 with an offset' },
    from: { value: 'T', about: 'beginning of the range, RFC 3339 with an offset' },
    until: { value: 'T', about: 'end of the range, which is outside it' },
    week: { value: 'DATE', about: 'draw the week (Monday to Sunday) of this local date' },
    svg: {
      value: 'OUT',
      about: 'write the week as an SVG image to this file, or to - (standard output)',
    },
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a schedule file');
    const question = questionOf(args);
    const timetable = await readTimetable(file, args);
    switch (question.kind) {
      case 'at':
        return answerAt(timetable, question.ms, args, terminal);
      case 'range':
        return printRange(timetable, question.range, args, terminal);
      case 'week':
        return drawWeek(timetable, question.day, args, terminal);
      default:
        return unreachable(question);
    }
  },
};

type Question =
  | { readonly kind: 'at'; readonly ms: number }
  | { readonly kind: 'range'; readonly range: Span }
  | { readonly kind: 'week'; readonly day: number | undefined };

function questionOf(args: Arguments): Question {
  const at = args.get('at');
  const from = args.get('from');
  const until = args.get('until');
  const week = args.get('week');
  const kinds = [at, from ?? until, week ?? args.get('svg')].filter((given) => given !== undefined);
  if (kinds.length > 1)
    throw new UsageError(
      '--at, --from with --until, and --week or --svg ask different things; give one',
    );
  if (at !== undefined) return { kind: 'at', ms: readInstant('at', at) };
  if (from !== undefined || until !== undefined) {
    if (from === undefined || until === undefined)
      throw new UsageError('--from and --until belong together');
    const range = { from: readInstant('from', from), until: readInstant('until', until) };
    if (range.until <= range.from) throw new UsageError('--until must be after --from');
    if (range.until - range.from > RANGE_DAYS_MAX * DAY_MS) {
      throw new UsageError(`--from to --until is longer than ${RANGE_DAYS_MAX} days`);
    }
    return { kind: 'range', range };
  }
  const day = week === undefined ? undefined : parseLocalDate(week);
  if (week !== undefined && day === undefined) {
    throw new UsageError(`\`--week\` is no local date such as 2026-03-29: \`${week}\``);
  }
  return { kind: 'week', day };
}

async function answerAt(
  timetable: Timetable,
  ms: number,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const open = timetable.isOpen(ms);
  const change = timetable.nextChange(ms);
  const until = change === null ? null : formatInstant(change);
  if (args.has('json')) {
    await terminal.write(`${JSON.stringify({ open, at: formatInstant(ms), until })}\n`);
  } else {
    const verdict = open
      ? terminal.paint(['bold', 'green'], 'open')
      : terminal.paint(['bold', 'red'], 'closed');
    const end = change === null ? 'for good' : `until ${wallText(timetable.wall, change)}`;
    const at = `${wallText(timetable.wall, ms)}, ${timetable.wall.timeZone}`;
    await terminal.write(`${verdict} at ${at}; ${end}\n${noteLines(timetable)}`);
  }
  return open ? EXIT.yes : EXIT.no;
}

async function printRange(
  timetable: Timetable,
  range: Span,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const isJson = args.has('json');
  const { wall } = timetable;
  let lines: string[] = [];
  let count = 0;
  for (const span of timetable.openSpans(range.from, range.until)) {
    lines.push(
      isJson
        ? JSON.stringify({ from: formatInstant(span.from), until: formatInstant(span.until) })
        : `${wallText(wall, span.from)}  to  ${wallText(wall, span.until)}   ${lengthText(span)}`,
    );
    count++;
    // In pieces, so that a century of spans does not become one text.
    if (lines.length < 500) continue;
    await terminal.write(`${lines.join('\n')}\n`);
    terminal.progress(`${count} spans`);
    lines = [];
  }
  terminal.progress(undefined);
  await terminal.write(lines.map((line) => `${line}\n`).join(''));
  if (!isJson) {
    if (count === 0) await terminal.write('never open in this range\n');
    await terminal.write(noteLines(timetable));
  }
  return EXIT.yes;
}

async function drawWeek(
  timetable: Timetable,
  asked: number | undefined,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  // A week that is not named is the one on the wall now.
  const day = asked ?? localDay(timetable.wall, Date.now());
  const week = timetable.week(day - weekday(day));
  const out = args.get('svg');
  if (args.has('json') && out === undefined) {
    await terminal.write(`${JSON.stringify(weekData(week))}\n`);
  } else if (out === '-') {
    await terminal.write(weekSvg(week));
  } else if (out !== undefined) {
    await writeImage(out, weekSvg(week));
    await terminal.write(
      args.has('json') ? `${JSON.stringify({ svg: out })}\n` : `wrote ${shown(out)}\n`,
    );
  } else {
    const now = asked === undefined ? ' (this week, by the clock of this machine)' : '';
    const head = `${terminal.paint('bold', week.title)}, ${week.timeZone}, times on the wall clock${now}`;
    await terminal.write(`${[head, ...weekPicture(week)].join('\n')}\n${noteLines(timetable)}`);
  }
  return EXIT.yes;
}

/** A week for programs: dates as text, times in minutes from local midnight. */
function weekData(week: Week): unknown {
  const days = week.days.map(({ day, ...rest }) => ({ date: formatLocalDate(day), ...rest }));
  return { ...week, days };
}

async function writeImage(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new InputError(`cannot write \`${shown(file)}\`: ${(error as Error).message}`);
  }
}

function noteLines(timetable: Timetable): string {
  return timetable.notes.map((note) => `note: ${note}\n`).join('');
}

/** `14 h`, `1 h 30 min`, `3 d 2 h` of elapsed time, not of the wall clock. */
function lengthText(span: Span): string {
  const minutes = Math.round((span.until - span.from) / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

function unreachable(value: never): never {
  throw new Error(`unexpected \`${String(value)}\``);
}
