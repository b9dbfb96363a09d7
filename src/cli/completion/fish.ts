/** Completion for fish. */
import { type OptionCandidate, type Place, valuedOptions } from './places.js';

/** The script. */
export function fishScript(places: readonly Place[]): string {
  return `# Completion of doorwright for fish: doorwright completion fish > ~/.config/fish/completions/doorwright.fish
function __doorwright_names
    # What stands before the cursor, without options and their values, is the place.
    set -l skip 0
    for token in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $token
            case ${valuedOptions(places).join(' ')}
                set skip 1
            case '-*'
            case '*'
                echo $token
        end
    end
end
function __doorwright_at
    test "$(__doorwright_names | string join ' ')" = "$argv"
end
function __doorwright_below
    string match -q -- "$argv *" "$(__doorwright_names | string join ' ') "
end
${places.flatMap((place) => lines(place, isParent(place, places))).join('\n')}
`;
}

/** Whether there are places under it: then its options are theirs to offer there. */
function isParent({ path }: Place, places: readonly Place[]): boolean {
  return places.some((one) => one.path.length > path.length && one.path[0] === path[0]);
}

function lines({ path, words, options }: Place, hasPlaces: boolean): string[] {
  const at = `-n '__doorwright_at ${path.join(' ')}'`;
  const isExact = path.length === 0 || hasPlaces;
  const below = isExact ? at : `-n '__doorwright_below ${path.join(' ')}'`;
  return [
    ...words.map(({ word, about }) => `complete -c doorwright ${at} -f -a ${word}${told(about)}`),
    ...options.map((option) => `complete -c doorwright ${below} ${optionWords(option)}`),
  ];
}

function optionWords({ word, about, takesValue, values }: OptionCandidate): string {
  const name = `-l ${word.slice(2)}`;
  if (!takesValue) return `${name}${told(about)}`;
  if (values.length === 0) return `${name} -r${told(about)}`;
  return `${name} -x -a '${values.join(' ')}'${told(about)}`;
}

function told(about: string): string {
  return about === '' ? '' : ` -d '${about.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
