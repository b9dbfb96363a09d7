/** `doorwright export`: a policy for another engine. */
import type { Command } from '../command.js';
import { exportCedar } from '../interchange-export.js';
import { POLICY_OPTIONS } from '../policies.js';
import { subcommandOf } from '../subcommand.js';

const LANGUAGES: Readonly<Record<string, Command['run']>> = { cedar: exportCedar };

/** The command `export`. */
export const EXPORT: Command = {
  name: 'export',
  summary: 'write a policy in the language of another engine: Cedar',
  usage: 'cedar <policy.json> [--part P | --request R] [--at T]',
  about: [
    'Cedar policies, schema and entities that give the decisions of this engine. They are the same for every instant; what changes with time, and what Cedar cannot work out, comes to it in the context of each request. What the export cannot say goes to standard error, one limit a line.',
    '--part prints one of the four: `policies` (text, the default), `schema` and `entities` (Cedar’s JSON), `clock` (the part of every context that is about time, at the instant of --at). --json prints all of them and the limits. --request prints what to ask Cedar instead of a request.',
    'Exit code: 0 written, 2 bad usage or input.',
  ],
  examples: [
    'doorwright export cedar policy.json > policies.cedar',
    'doorwright export cedar policy.json --part entities > entities.json',
    'doorwright export cedar policy.json --part clock --at 2026-11-23T09:00:00+01:00',
    'doorwright export cedar policy.json --request request.json',
  ],
  options: {
    ...POLICY_OPTIONS,
    part: {
      value: 'P',
      choices: ['policies', 'schema', 'entities', 'clock'],
      about: 'policies, schema, entities or clock; default policies',
    },
    request: { value: 'R', about: 'a request: a JSON file, or JSON itself when it begins with {' },
    at: { value: 'T', about: 'the instant of the clock, RFC 3339 with an offset; default: now' },
  },
  filesMax: 2,
  choices: Object.keys(LANGUAGES),
  run(args, terminal) {
    const [, run] = subcommandOf(args, LANGUAGES, 'which language: cedar');
    return run(args, terminal);
  },
};
