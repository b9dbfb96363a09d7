/** Commands that have others in them: which one is meant, and what it takes. */
import type { Arguments } from './arguments.js';
import { hint, UsageError } from './failure.js';

/**
 * The subcommand that the first word names.
 * @param words - their names as told to whoever said none.
 * @throws UsageError for none and for an unknown one.
 */
export function subcommandOf<S>(
  { files: [name] }: Arguments,
  subcommands: Readonly<Record<string, S>>,
  words: string,
): readonly [name: string, subcommand: S] {
  if (name === undefined) throw new UsageError(`say ${words}`);
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (subcommand === undefined) {
    throw new UsageError(`unknown subcommand \`${name}\`${hint(name, Object.keys(subcommands))}`);
  }
  return [name, subcommand];
}

/**
 * Refuses what belongs to another subcommand.
 * @param what - the subcommand as typed: `key issue`.
 * @param options - all of the command.
 * @throws UsageError naming the first that is not taken.
 */
export function requireTaken(
  args: Arguments,
  what: string,
  options: readonly string[],
  taken: readonly string[],
): void {
  const strange = options.find((option) => args.has(option) && !taken.includes(option));
  if (strange !== undefined) throw new UsageError(`\`${what}\` takes no \`--${strange}\``);
}
