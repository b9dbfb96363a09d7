/** Completion for bash, as a script that needs nothing but bash. */
import { type Place, valuedOptions } from './places.js';

/** The script. */
export function bashScript(places: readonly Place[]): string {
  return `# Completion of doorwright for bash: source <(doorwright completion bash)
_doorwright() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} place='' depth=0 words='' i
  # Whoever uses the shell may split words otherwise.
  local IFS=$' \\t\\n'
  # What stands before the cursor, without options and their values, is the place. Bash cuts --at=x at the sign.
  [[ $cur == '=' ]] && cur=''
  [[ $prev == '=' ]] && prev=\${COMP_WORDS[COMP_CWORD-2]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${valuedOptions(places).join('|')})
        [[ \${COMP_WORDS[i+1]} == '=' ]] && ((i++))
        ((i++)) ;;
      -*) ;;
      *)
        ((depth++))
        [[ $depth -le 3 ]] && place="$place\${place:+ }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$place" in
${places
  .filter(({ words }) => words.length > 0)
  .map(wordsCase)
  .join('\n')}
  esac
  case "$prev" in
${valueCases(places).join('\n')}
    ${valuedOptions(places).join('|')}) words='' ;;
    *) if [[ $cur == -* ]]; then
      words=''
      case "$place" in
${optionCases(places).join('\n')}
      esac
    fi ;;
  esac
  # With nothing to offer, the shell offers files.
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o bashdefault -o default -F _doorwright doorwright
`;
}

function wordsCase({ path, words }: Place): string {
  return `    '${path.join(' ')}') words='${words.map(({ word }) => word).join(' ')}' ;;`;
}

/** What follows an option that has few values; an option may have others in another place. */
function valueCases(places: readonly Place[]): string[] {
  const known = new Map<string, Set<string>>();
  for (const option of places.flatMap((place) => place.options)) {
    if (option.values.length === 0) continue;
    const values = known.get(option.word) ?? new Set();
    for (const value of option.values) values.add(value);
    known.set(option.word, values);
  }
  return [...known].map(([word, values]) => `    ${word}) words='${[...values].join(' ')}' ;;`);
}

/** The longest place first, since the first case that fits is taken. */
function optionCases(places: readonly Place[]): string[] {
  return [...places]
    .sort((a, b) => b.path.length - a.path.length)
    .map(({ path, options }) => {
      const place = `'${path.join(' ')}'`;
      const below = path.length === 0 ? '' : `|'${path.join(' ')} '*`;
      return `        ${place}${below}) words='${options.map(({ word }) => word).join(' ')}' ;;`;
    });
}
