/** `doorwright who --any-facts` and `--ever`: whom a door lets in with whatever it takes. */
import { OutOfRangeError } from '../analysis/out-of-range.js';
import type { Possible, PossiblePeople } from '../analysis/questions/need.js';
import { whoCould, whoCouldEver } from '../analysis/questions/who-could.js';
import type { AccessRequest } from '../engine/request.js';
import { parseInstant } from '../values/instant.js';
import type { Arguments, Options } from './arguments.js';
import { readInstant } from './arguments.js';
import { EXIT, InputError, UsageError } from './failure.js';
import { needText } from './need-text.js';
import type { Openable, Site } from './site.js';
import { tableLines } from './table.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';
import { wallText } from './wall.js';
import { called } from './words.js';

/** Options of `who` that ask beyond the facts of one request. */
export const WHO_COULD_OPTIONS: Options = {
  'any-facts': {
    about:
      'everybody whom it lets in at that instant with some facts, each with the least it takes',
  },
  ever: { about: 'everybody whom it ever lets in from --at on, with some facts' },
  until: { value: 'T', about: 'with --ever: the end of what is looked at; default: 53 weeks on' },
};

/** Whether the arguments ask for it. @throws UsageError for options that contradict each other. */
export function asksWhoCould(args: Arguments): boolean {
  const [ever, anyFacts] = [args.has('ever'), args.has('any-facts')];
  if (ever && anyFacts) throw new UsageError('`--ever` asks with any facts already; give one');
  if (args.has('until') && !ever) throw new UsageError('`--until` goes with `--ever`');
  if (!ever && !anyFacts) return false;
  for (const option of ['facts', 'action']) {
    if (args.has(option)) {
      throw new UsageError(`\`--${option}\` says what \`--any-facts\` and \`--ever\` try`);
    }
  }
  return true;
}

/** Prints everybody and answers the exit code. */
export async function runWhoCould(
  site: Site,
  openable: Openable,
  from: number,
  linesMax: number,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const resource = { type: openable.type, id: openable.id };
  const ever = args.has('ever');
  const found = ever
    ? everFound(site, resource, from, args)
    : whoCould(site.engine, resource, from);
  if (args.has('json')) {
    await terminal.write(`${JSON.stringify({ resource, ...found }, undefined, 2)}\n`);
  } else {
    const lines = foundLines(site, openable, from, found, ever, linesMax, terminal);
    await terminal.write(`${lines.join('\n')}\n`);
  }
  return found.people.length > 0 || found.anyone !== undefined ? EXIT.yes : EXIT.no;
}

function everFound(
  site: Site,
  resource: Parameters<typeof whoCouldEver>[1],
  from: number,
  args: Arguments,
): PossiblePeople {
  const until = args.get('until');
  const look = until === undefined ? { from } : { from, until: readInstant('until', until) };
  try {
    return whoCouldEver(site.engine, resource, look);
  } catch (error) {
    if (error instanceof OutOfRangeError) throw new InputError(error.message);
    throw error;
  }
}

function foundLines(
  site: Site,
  openable: Openable,
  from: number,
  { anyone, people }: PossiblePeople,
  ever: boolean,
  linesMax: number,
  terminal: Terminal,
): string[] {
  const wall = site.wallOf(openable.type, openable.id);
  const clock = ({ context }: AccessRequest): string =>
    wallText(wall, parseInstant(String(context.time)));
  const name = site.nameOf(openable.type, openable.id);
  const rows = people
    .slice(0, linesMax)
    .map((one) => [
      `${one.subject.type === 'link' ? 'link ' : ''}${shown(one.subject.id)}`,
      site.nameOf(one.subject.type, one.subject.id) ?? '',
      `${ever ? `first ${clock(one.witness)}: ` : ''}${needText(one.need)}${byText(one)}`,
    ]);
  const more = people.length - rows.length;
  return [
    terminal.paint('bold', `${called(openable)}${name === undefined ? '' : ` (${name})`}`),
    `${ever ? 'from ' : ''}${wallText(wall, from)}, ${wall.timeZone}, with any facts`,
    ...(anyone === undefined
      ? []
      : [terminal.paint('green', `it stands unlocked for everybody: ${clock(anyone)}`)]),
    '',
    terminal.paint(['bold', 'green'], `could be let in (${people.length})`),
    ...(rows.length === 0 ? ['  nobody'] : tableLines(rows, terminal.width)),
    ...(more > 0 ? [`  and ${more} more; --limit prints more, --json all`] : []),
  ];
}

function byText({ assignments }: Possible): string {
  if (assignments.length === 0) return '';
  return `; by ${assignments.map((id) => `\`${shown(id)}\``).join(', ')}`;
}
