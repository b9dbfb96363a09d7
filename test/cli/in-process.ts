/** Runs one command in this process, with a terminal that gathers what is written. */
import { COMMON_OPTIONS, readArguments } from '../../src/cli/arguments.js';
import type { Command } from '../../src/cli/command.js';
import type { Terminal } from '../../src/cli/terminal.js';

/** Runs a command as the program does, but for its messages: what it throws is thrown. */
export async function runHere(
  command: Command,
  words: readonly string[],
  write: (text: string) => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly code: number; readonly stdout: string }> {
  let stdout = '';
  const terminal: Terminal = {
    width: 80,
    write(text) {
      stdout += text;
      return write(text);
    },
    warn: () => undefined,
    paint: (_, text) => text,
    progress: () => undefined,
    busy: () => undefined,
  };
  const options = { ...command.options, ...COMMON_OPTIONS };
  const code = await command.run(readArguments(words, options, command.filesMax), terminal);
  return { code, stdout };
}
