/** A terminal for running a command in this process, as the program itself would after reading the arguments. */
import { COMMON_OPTIONS, readArguments } from '../../src/cli/arguments.js';
import type { Command } from '../../src/cli/command.js';
import { InputError, UsageError } from '../../src/cli/failure.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { Issue } from '../../src/policy/issue.js';

/** What a command did. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  /** The message of a usage or input error, with exit code 2. */
  readonly error: string;
  readonly issues: readonly Issue[];
}

/** Runs a command on its words. Any error that the program would call internal goes on. */
export async function say(command: Command, ...words: readonly string[]): Promise<Said> {
  let stdout = '';
  const terminal: Terminal = {
    width: 80,
    write: async (text) => {
      stdout += text;
    },
    warn: () => undefined,
    paint: (_style, text) => text,
    progress: () => undefined,
    busy: () => undefined,
  };
  try {
    const options = { ...command.options, ...COMMON_OPTIONS };
    const code = await command.run(readArguments(words, options, command.filesMax), terminal);
    return { code, stdout, error: '', issues: [] };
  } catch (error) {
    if (!(error instanceof InputError || error instanceof UsageError)) throw error;
    const issues = error instanceof InputError ? error.issues : [];
    return { code: 2, stdout, error: error.message, issues };
  }
}
