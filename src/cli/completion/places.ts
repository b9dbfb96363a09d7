/** What may be typed where, as the scripts for shells need it. */
import { COMMON_OPTIONS, type Options } from '../arguments.js';
import { type Command, optionsOf } from '../command.js';

/** A word and what it means. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** An option with what may follow it: words, or anything, such as a file. */
export interface OptionCandidate extends Candidate {
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

/** A command, or a subcommand of one: where the words before the cursor lead. */
export interface Place {
  /** `['site', 'grant']`; empty for the program itself. */
  readonly path: readonly string[];
  /** What its next word may be; empty where that is a file or an id. */
  readonly words: readonly Candidate[];
  readonly options: readonly OptionCandidate[];
}

/** Every place of the program, the program itself first. */
export function placesOf(commands: readonly Command[]): readonly Place[] {
  const top: Place = {
    path: [],
    words: commands.map(({ name, summary }) => ({ word: name, about: summary })),
    options: [
      { word: '--help', about: 'show what there is', takesValue: false, values: [] },
      { word: '--version', about: 'show the version', takesValue: false, values: [] },
    ],
  };
  return [top, ...commands.flatMap(placesIn)];
}

/**
 * Options that are followed by a value in every place that knows them. One that is a switch elsewhere counts as a switch: a
 * word too many before the cursor does less harm than one too few.
 */
export function valuedOptions(places: readonly Place[]): readonly string[] {
  const options = places.flatMap((place) => place.options);
  const switches = new Set(options.filter((one) => !one.takesValue).map(({ word }) => word));
  return [...new Set(options.map(({ word }) => word))].filter((word) => !switches.has(word)).sort();
}

function placesIn(command: Command): readonly Place[] {
  const subcommands = Object.entries(command.subcommands ?? {});
  const names = subcommands.map(([word, { summary }]) => ({ word, about: summary }));
  return [
    {
      path: [command.name],
      words: names.length > 0 ? names : plain(command.choices),
      options: optionCandidates(command.options),
    },
    ...subcommands.map(([name, subcommand]) => ({
      path: [command.name, name],
      words: plain(subcommand.choices),
      options: optionCandidates(optionsOf(command, subcommand)),
    })),
  ];
}

function optionCandidates(options: Options): readonly OptionCandidate[] {
  return Object.entries({ ...options, ...COMMON_OPTIONS }).map(([name, option]) => ({
    word: `--${name}`,
    about: option.about,
    takesValue: option.value !== undefined,
    values: option.choices ?? [],
  }));
}

function plain(choices: readonly string[] = []): readonly Candidate[] {
  return choices.map((word) => ({ word, about: '' }));
}
