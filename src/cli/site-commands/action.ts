/** Subcommands that have subcommands: `site link create`, `site inventory put ID`. */
import type { Arguments } from '../arguments.js';
import { hint, UsageError } from '../failure.js';
import type { Terminal } from '../terminal.js';
import { type OpenedSite, withSite } from './opened.js';

/** One thing that can be done with a kind of object. */
export interface Action {
  /** Options it takes, beside those that every subcommand takes. */
  readonly options: readonly string[];
  /** Whether the word after its name is the id of what it is done with. */
  readonly named: boolean;
  /** Reads the arguments before the store is opened; the answer does the work. */
  prepare(args: Arguments, id: string): (opened: OpenedSite, terminal: Terminal) => Promise<number>;
}

/** The actions of one subcommand. */
export interface ActionTable {
  /** The subcommand. */
  readonly of: string;
  /** What ids belong to, for messages. */
  readonly noun: string;
  /** What is done when no action is named; absent: one must be. */
  readonly usual?: string;
  readonly actions: Readonly<Record<string, Action>>;
}

/** Finds the action that the words name, checks what it was given, and does it. */
export function runAction(
  { of, noun, usual, actions }: ActionTable,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const [, name = usual ?? '', id, more] = args.files;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) {
    const names = Object.keys(actions);
    const given = name === '' ? '' : `: \`${name}\`${hint(name, names)}`;
    throw new UsageError(`\`site ${of}\` is followed by ${names.join(', ')}${given}`);
  }
  if (action.named && id === undefined) {
    throw new UsageError(`\`site ${of} ${name}\` needs the id of the ${noun}`);
  }
  const extra = action.named ? more : id;
  if (extra !== undefined) throw new UsageError(`one argument too many: \`${extra}\``);
  const others = new Set(Object.values(actions).flatMap(({ options }) => options));
  for (const option of others) {
    if (args.has(option) && !action.options.includes(option)) {
      throw new UsageError(`\`site ${of} ${name}\` takes no \`--${option}\``);
    }
  }
  const work = action.prepare(args, id ?? '');
  return withSite(args, (opened) => work(opened, terminal));
}
