/** `doorwright doors --from --until` and `--week`: when doors open for somebody, and with what. */
import { OutOfRangeError } from '../analysis/out-of-range.js';
import type { OpenHours } from '../analysis/questions/need.js';
import { openHours } from '../analysis/questions/open-hours.js';
import type { Entity, Facts } from '../engine/request.js';
import { DAY_MS, type Span } from '../values/instant.js';
import type { Arguments, Options } from './arguments.js';
import { readInstant } from './arguments.js';
import { EXIT, InputError, UsageError } from './failure.js';
import { needText, whenLines } from './need-text.js';
import type { Site } from './site.js';
import type { Terminal } from './terminal.js';
import { wallText } from './wall.js';
import { called } from './words.js';

/** Options of `doors` that ask about a span of time. */
export const OPEN_HOURS_OPTIONS: Options = {
  from: { value: 'T', about: 'ask when doors open from this instant on, RFC 3339 with an offset' },
  until: { value: 'T', about: 'the end of that, which is outside it' },
  week: { about: 'ask about seven days, from --from or from now on' },
};

/** The span the arguments ask about; undefined for a question about one instant. @throws UsageError */
export function readOpenSpan(args: Arguments): Span | undefined {
  const [from, until] = [args.get('from'), args.get('until')];
  const week = args.has('week');
  if (from === undefined && until === undefined && !week) return undefined;
  if (args.has('at')) throw new UsageError('`--at` asks about one instant; give it or a span');
  if (week && until !== undefined)
    throw new UsageError('`--week` says its end; leave out `--until`');
  if (!week && (from === undefined || until === undefined)) {
    throw new UsageError('say both `--from` and `--until`, or `--week`');
  }
  const first =
    from === undefined ? Math.floor(Date.now() / 1000) * 1000 : readInstant('from', from);
  const end = until === undefined ? first + 7 * DAY_MS : readInstant('until', until);
  if (end <= first) throw new UsageError('`--until` is not after `--from`');
  return { from: first, until: end };
}

/**
 * Prints the doors that open and answers the exit code.
 * @param facts - only requests with these; undefined: whatever the person may bring.
 */
export async function runOpenHours(
  site: Site,
  subject: Entity,
  span: Span,
  facts: Partial<Facts> | undefined,
  linesMax: number,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const found = hoursOf(site, subject, span, facts);
  if (args.has('json')) {
    await terminal.write(`${JSON.stringify({ subject, doors: found }, undefined, 2)}\n`);
  } else {
    const name = site.nameOf(subject.type, subject.id);
    const wall = site.wallOf(subject.type, subject.id);
    const lines = [
      terminal.paint('bold', `${called(subject)}${name === undefined ? '' : ` (${name})`}`),
      `${wallText(wall, span.from)} to ${wallText(wall, span.until)}, ${wall.timeZone}`,
      '',
      ...(found.length === 0 ? ['  none'] : []),
      ...found.slice(0, linesMax).flatMap((hours) => doorLines(site, hours, linesMax, terminal)),
      ...(found.length > linesMax
        ? [`and ${found.length - linesMax} more; --limit prints more, --json all`]
        : []),
    ];
    await terminal.write(`${lines.join('\n')}\n`);
  }
  return found.length > 0 ? EXIT.yes : EXIT.no;
}

function hoursOf(
  site: Site,
  subject: Entity,
  span: Span,
  facts: Partial<Facts> | undefined,
): readonly OpenHours[] {
  try {
    return openHours(site.engine, subject, facts === undefined ? span : { ...span, facts });
  } catch (error) {
    if (error instanceof OutOfRangeError) throw new InputError(error.message);
    throw error;
  }
}

function doorLines(
  site: Site,
  { resource, needs }: OpenHours,
  linesMax: number,
  terminal: Terminal,
): string[] {
  const name = site.nameOf(resource.type, resource.id);
  const wall = site.wallOf(resource.type, resource.id);
  return [
    terminal.paint('bold', `${called(resource)}${name === undefined ? '' : ` (${name})`}`),
    ...needs.flatMap(({ need, when }) => [
      `  ${needText(need)}`,
      ...whenLines(when, wall, linesMax).map((line) => `    ${line}`),
    ]),
  ];
}
