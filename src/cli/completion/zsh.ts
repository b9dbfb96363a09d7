/** Completion for zsh, as a function to put on `$fpath` or to source. */
import { type Candidate, type Place, valuedOptions } from './places.js';

/** The script. */
export function zshScript(places: readonly Place[]): string {
  const valued = valuedOptions(places).join('|');
  return `#compdef doorwright
# Completion of doorwright for zsh: put it on $fpath as _doorwright, or source it after compinit.
_doorwright() {
  local place='' prev=\${words[CURRENT-1]} i
  integer depth=0
  local -a candidates
  # What stands before the cursor, without options and their values, is the place.
  for ((i = 2; i < CURRENT; i++)); do
    case \${words[i]} in
      (${valued}) ((i++)) ;;
      (-*) ;;
      (*) ((++depth <= 3)) && place+="\${place:+ }\${words[i]}" ;;
    esac
  done
  case "$place $prev" in
${valueCases(places).join('\n')}
    (*' '(${valued})) _files; return ;;
  esac
  if [[ $PREFIX == -* ]]; then
    case $place in
${optionCases(places).join('\n')}
    esac
    _describe -o option candidates
    return
  fi
  case $place in
${places
  .filter(({ words }) => words.length > 0)
  .map(wordsCase)
  .join('\n')}
    (*) _files; return ;;
  esac
  _describe word candidates
}
if [[ $funcstack[1] == _doorwright ]]; then _doorwright "$@"; else compdef _doorwright doorwright; fi
`;
}

/** What follows an option that has few values, place by place. */
function valueCases(places: readonly Place[]): string[] {
  return longestFirst(places).flatMap(({ path, options }) =>
    options
      .filter(({ values }) => values.length > 0)
      .map(({ word, values }) => {
        const list = values.map((value) => ({ word: value, about: '' }));
        return `    (${within(path)}' ${word}') candidates=(${described(list)}); _describe value candidates; return ;;`;
      }),
  );
}

function optionCases(places: readonly Place[]): string[] {
  return longestFirst(places).map(
    ({ path, options }) => `      (${within(path)}) candidates=(${described(options)}) ;;`,
  );
}

function wordsCase({ path, words }: Place): string {
  return `    ('${path.join(' ')}') candidates=(${described(words)}) ;;`;
}

/** The longest place first, since the first case that fits is taken. */
function longestFirst(places: readonly Place[]): Place[] {
  return [...places].sort((a, b) => b.path.length - a.path.length);
}

/** A pattern for a place and for all below it. */
function within(path: readonly string[]): string {
  return path.length === 0 ? "''" : `'${path.join(' ')}'(| *)`;
}

function described(candidates: readonly Candidate[]): string {
  return candidates
    .map(({ word, about }) => quoted(about === '' ? word : `${word}:${about}`))
    .join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
