/** `doorwright import`: a policy from another system. Members of a running site come in by `site import`. */
import type { Command, SubcommandHelp } from '../command.js';
import { importCasbin, importKisi } from '../interchange-import.js';
import { requireTaken, subcommandOf } from '../subcommand.js';

const SYSTEMS: Readonly<Record<string, SubcommandHelp & { readonly run: Command['run'] }>> = {
  kisi: {
    run: importKisi,
    summary: 'objects of Kisi’s API, by collection',
    usage: 'objects.json [--mapping F]',
    options: ['mapping'],
    examples: ['doorwright import kisi objects.json --mapping hours.json > policy.json'],
  },
  casbin: {
    run: importCasbin,
    summary: 'a policy under a Casbin model of the RBAC family',
    usage: 'policy.csv --model F [--mapping F]',
    options: ['mapping', 'model'],
    examples: [
      'doorwright import casbin policy.csv --model model.conf --mapping doors.json > policy.json',
    ],
  },
};

const OPTIONS: Command['options'] = {
  model: { value: 'F', about: 'casbin: the model' },
  mapping: {
    value: 'F',
    about: 'what the input does not say: a JSON file, or JSON itself when it begins with {',
  },
};

/** The command `import`. */
export const IMPORT: Command = {
  name: 'import',
  summary: 'make a policy of what another system exports: Kisi, Casbin',
  usage: '<kisi objects.json | casbin policy.csv --model F> [--mapping F]',
  about: [
    'The policy goes to standard output. What became of everything that is not in it goes to standard error, one note a line: left out, carried over more strictly, or not read. Nothing is permitted that the other system refuses.',
    '`kisi` reads the answers of Kisi’s API by collection, one JSON object; its mapping gives `hours` of access schedules, `readers` of locks and further `roles`. `casbin` reads a policy under a model of the RBAC family; its mapping names the `organization`, the `place`, the `doors` and what the `actions` mean. docs/interchange.md has both.',
    'Exit code: 0 made, 1 refused and nothing written, 2 bad usage or input.',
  ],
  examples: [
    'doorwright import kisi objects.json --mapping hours.json > policy.json',
    'doorwright import casbin policy.csv --model model.conf --mapping doors.json > policy.json',
  ],
  options: OPTIONS,
  filesMax: 2,
  subcommands: SYSTEMS,
  run(args, terminal) {
    const [name, { run, options }] = subcommandOf(args, SYSTEMS, 'from where: kisi or casbin');
    requireTaken(args, `import ${name}`, Object.keys(OPTIONS), options);
    return run(args, terminal);
  },
};
