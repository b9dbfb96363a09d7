/** `doorwright site`: a site at work, in a store. */
import type { Command } from '../command.js';
import { UsageError } from '../failure.js';
import {
  ALL_OPTIONS,
  FILTER_OPTIONS,
  optionsNamed,
  SITE_OPTIONS,
} from '../site-commands/options.js';
import { SITE_SUBCOMMANDS, type SiteSubcommand } from '../site-commands/subcommands.js';
import { requireTaken, subcommandOf } from '../subcommand.js';

/** The command `site`. */
export const SITE: Command = {
  name: 'site',
  summary: 'run a site: rights, links, events, presence and devices, in a store',
  usage: '<subcommand> [arguments] [options]',
  about: [
    '`init POLICY` puts a policy into a store: a folder of this machine (PostgreSQL inside this process, by the package @electric-sql/pglite), or with --database or DATABASE_URL a PostgreSQL server (by the package pg). Every other subcommand works on that site. Every change is authorised for whoever acts (--as), written whole or not at all, and recorded.',
    '`grant` gives one role to everybody named by --user and --team at every scope named by --at; what may not be given is named, and then nothing is written unless --skip-refused says so. What is held there already is kept, unless --replace says otherwise. `revoke` ends rights by id, or those of --user or --team at --at. `link create|list|revoke|delete|uses` is for access links; a secret is shown once. `lockdown list|begin|end` locks down and ends it, and wants to know --why.',
    '`import users|cards FILE` checks every row of a CSV file first and says all that is wrong by line; the same file again changes nothing, and one that was stopped goes on where it was. `export users|cards` writes one. `sync-directory ID` gives and ends the rights that a directory says (--source: a folder of CSV files, an LDIF file, or the address of an OfficeRnD-like service, its token in DOORWRIGHT_DIRECTORY_TOKEN) at the groups that its rules manage, and nowhere else; --rules without --source only keeps the rules.',
    '`open` decides an opening as the site does and remembers it. `doors` says how doors stand. `events` lists a log, or writes it as lines with --format; `verify` checks that no log was tampered with. `presence` says how full places are, and with --place who is inside. `inventory list|tasks|put|remove|report` is about devices, `tasks` about what to do on site.',
    'Exit code: 0 done or fine, 1 refused, broken, or something to do, 2 bad usage or input, 130 stopped by Ctrl-C.',
  ],
  examples: [
    'doorwright site init examples/coworking/policy.json',
    'doorwright site grant --user hana --role door_access --at group:berlin-flex --until 2027-12-31T23:00Z',
    'doorwright site link create --at group:berlin-visitors --for day --uses 3',
    'doorwright site import users people.csv --dry-run',
    'doorwright site events --door b-street --outcome refused',
  ],
  options: ALL_OPTIONS,
  filesMax: 51,
  subcommands: SITE_SUBCOMMANDS,
  async run(args, terminal) {
    const names = Object.keys(SITE_SUBCOMMANDS).join(', ');
    const [name, subcommand] = subcommandOf(args, SITE_SUBCOMMANDS, names);
    requireTaken(args, `site ${name}`, Object.keys(ALL_OPTIONS), subcommand.options);
    const extra = args.files[1 + subcommand.words];
    if (extra !== undefined) throw new UsageError(`one argument too many: \`${extra}\``);
    return subcommand.run(args, terminal);
  },
};

const LOG_SUBCOMMANDS = {
  list: {
    ...logsOf('events'),
    usage: '[options]',
    examples: ['doorwright events list --outcome refused --json'],
  },
  verify: {
    ...logsOf('verify'),
    usage: '[--log L] [--head HEAD]',
    examples: ['doorwright events verify', 'doorwright events verify --log audit --json'],
  },
};

/** The command `events`: the logs of a site, by a shorter name. */
export const EVENTS: Command = {
  name: 'events',
  summary: 'what happened at a site, and whether its logs are whole',
  usage: '<list|verify> [options]',
  about: [
    '`list` is `site events`. `verify` reads every log of a site, or the one of --log, from its first event and checks the chain of hashes: an event that was changed, taken out, put in or moved is found, and named by its number. With the head of an earlier check, given by --head, events cut off at the end are found too.',
    'Exit code: 0 whole, 1 broken or refused, 2 bad usage or input.',
  ],
  examples: ['doorwright events verify', 'doorwright events verify --log audit --json'],
  options: optionsNamed([
    ...Object.keys(SITE_OPTIONS),
    ...FILTER_OPTIONS,
    ...['format', 'limit', 'head'],
  ]),
  filesMax: 1,
  subcommands: LOG_SUBCOMMANDS,
  run(args, terminal) {
    const [name, subcommand] = subcommandOf(args, LOG_SUBCOMMANDS, 'list or verify');
    requireTaken(args, `events ${name}`, Object.keys(EVENTS.options), subcommand.options);
    return subcommand.run(args, terminal);
  },
};

function logsOf(name: string): SiteSubcommand {
  const subcommand = SITE_SUBCOMMANDS[name];
  if (subcommand === undefined) throw new Error(`no subcommand ${name}`);
  return subcommand;
}
