/** Completion is asked of the shells themselves: bash, zsh and fish, each with the script that the program prints. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { bashScript } from '../../src/cli/completion/bash.js';
import { fishScript } from '../../src/cli/completion/fish.js';
import { placesOf } from '../../src/cli/completion/places.js';
import { zshScript } from '../../src/cli/completion/zsh.js';

const PLACES = placesOf(COMMANDS);
const FILES = ['policy.json'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorwright-completion-'));
  writeFileSync(join(folder, 'doorwright.bash'), bashScript(PLACES));
  writeFileSync(join(folder, '_doorwright'), zshScript(PLACES));
  writeFileSync(join(folder, 'doorwright.fish'), fishScript(PLACES));
  for (const file of FILES) writeFileSync(join(folder, file), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell offers when a line ends with the cursor. */
const SHELLS: Readonly<Record<string, (line: string) => string[]>> = {
  bash: (line) => {
    // What readline does: the words, the function, and files where it offers nothing.
    const words = line.split(' ').map((word) => `'${word}'`);
    const script = `source ./doorwright.bash
      COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _doorwright
      if [ \${#COMPREPLY[@]} = 0 ]; then compgen -f -- ${words.at(-1)}; else printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
    return linesOf(execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' }));
  },
  zsh: (line) => {
    // A real interactive zsh on a terminal of its own, whose completion writes down what it adds.
    const driver = `zmodload zsh/zpty
      zpty shell 'HOME=${folder} TERM=dumb zsh -f -i'
      zpty -w shell 'PS1=; PROMPT=; unsetopt zle_bracketed_paste 2>/dev/null; cd ${folder}; fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -D'
      zpty -w shell 'compadd() { local -a found; builtin compadd -O found "$@"; print -l -- $found >> ${folder}/offered; builtin compadd "$@" }'
      zpty -w shell 'zstyle ":completion:*" list-prompt ""; bindkey "^I" list-choices; print -r -- rea""dy'
      zpty -r -m shell got '*ready*'
      zpty -w -n shell $'${line.replaceAll("'", "\\'")}\\t'
      for try in {1..100}; do zselect -t 5; [[ -s ${folder}/offered ]] && break; done
      zselect -t 20
      zpty -d shell`;
    writeFileSync(join(folder, 'offered'), '');
    execFileSync('zsh', ['-f', '-c', `zmodload zsh/zselect; ${driver}`], { timeout: 30_000 });
    return linesOf(execFileSync('cat', [join(folder, 'offered')], { encoding: 'utf8' }));
  },
  fish: (line) => {
    const script = `source ./doorwright.fish; complete -C '${line}'`;
    const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder };
    const output = execFileSync('fish', ['-c', script], { cwd: folder, encoding: 'utf8', env });
    return linesOf(output).map((offer) => offer.split('\t')[0] ?? '');
  },
};

describe.each(Object.keys(SHELLS))('%s offers', (shell) => {
  const offered = (line: string): string[] =>
    [...new Set(SHELLS[shell]?.(line) ?? [])].filter((word) => word !== '').sort();

  test.each([
    ['commands', 'doorwright wh', ['who', 'why-not']],
    ['subcommands', 'doorwright site l', ['link', 'lockdown']],
    ['subcommands after an option with its value', 'doorwright site --as ada gr', ['grant']],
    ['what a subcommand may be told', 'doorwright site lockdown ', ['begin', 'end', 'list']],
    ['role models', 'doorwright roles ki', ['kisi', 'kisi_organizations', 'kisi_standard', 'kiwi']],
    ['options', 'doorwright lint policy.json --o', ['--off']],
    ['options of a subcommand, not of its siblings', 'doorwright key issue --o', ['--out']],
    ['options after one that takes a value elsewhere', 'doorwright doors --week --js', ['--json']],
    ['values', 'doorwright lint --level ', ['error', 'note', 'warning']],
    ['files where a policy goes', 'doorwright check pol', FILES],
    ['files where an option takes one', 'doorwright who --facts pol', FILES],
  ])('%s', (_, line, words) => {
    expect(offered(line)).toEqual(words);
  });
});

test('bash offers the same to whoever splits words otherwise', () => {
  const script = `IFS=$'\\n:'; source ./doorwright.bash
    COMP_WORDS=(doorwright wh); COMP_CWORD=1; _doorwright; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
  expect(linesOf(output).sort()).toEqual(['who', 'why-not']);
});

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
