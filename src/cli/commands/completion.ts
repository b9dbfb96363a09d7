/** `doorwright completion`: what a shell needs to complete this program's words. */
import type { Command } from '../command.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { type Place, placesOf } from '../completion/places.js';
import { zshScript } from '../completion/zsh.js';
import { EXIT, hint, UsageError } from '../failure.js';

const SHELLS: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/**
 * The command `completion`.
 * @param commands - all of the program, this one among them.
 */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'print the script by which bash, zsh or fish completes this program',
    usage: '<bash|zsh|fish>',
    about: [
      'Commands, subcommands, options and the values of options that have few are completed; everywhere else a shell offers files. The script asks nothing of this program while you type: print it again after an update.',
      'Exit code: 0 printed, 2 bad usage. With --json, the places and words that the scripts are made of.',
    ],
    examples: [
      'doorwright completion bash > ~/.local/share/bash-completion/completions/doorwright',
      'doorwright completion zsh > ~/.zsh/completions/_doorwright',
      'doorwright completion fish > ~/.config/fish/completions/doorwright.fish',
    ],
    options: {},
    filesMax: 1,
    choices: Object.keys(SHELLS),
    async run(args, terminal) {
      const places = placesOf(commands());
      if (args.has('json')) {
        await terminal.write(`${JSON.stringify(places, undefined, 2)}\n`);
        return EXIT.yes;
      }
      const [name = ''] = args.files;
      const script = Object.hasOwn(SHELLS, name) ? SHELLS[name] : undefined;
      if (script === undefined) {
        const names = Object.keys(SHELLS);
        const given = name === '' ? '' : `: \`${name}\`${hint(name, names)}`;
        throw new UsageError(`say for which shell: ${names.join(', ')}${given}`);
      }
      await terminal.write(script(places));
      return EXIT.yes;
    },
  };
}
