/** The subcommands of `site`: what each does, takes and is called with. */
import type { Command, SubcommandHelp } from '../command.js';
import { runDoorStates } from './doors.js';
import { runEvents, runVerify } from './events.js';
import { runGrant, runRevoke } from './grant.js';
import { runExport, runImport } from './import.js';
import { runInit } from './init.js';
import { runInventory } from './inventory.js';
import { runLink } from './link.js';
import { runLockdown } from './lockdown.js';
import { runOpen } from './open.js';
import { FILTER_OPTIONS, SITE_OPTIONS, STORE_OPTIONS } from './options.js';
import { runPresence } from './presence.js';
import { runSyncDirectory } from './sync-directory.js';
import { runTrim } from './trim.js';

/** One subcommand. */
export interface SiteSubcommand extends SubcommandHelp {
  readonly run: Command['run'];
  /** Words after its name, at most. */
  readonly words: number;
}

const ALWAYS = Object.keys(SITE_OPTIONS);
const WHOSE = ['user', 'team', 'at'];
const PERIOD = ['from', 'until'];

const RIGHTS: Readonly<Record<string, SiteSubcommand>> = {
  init: {
    run: runInit,
    summary: 'put a policy into a store',
    usage: 'POLICY',
    options: Object.keys(STORE_OPTIONS),
    words: 1,
    examples: [
      'doorwright site init examples/coworking/policy.json',
      'doorwright site init policy.json --database postgres://localhost/doors',
    ],
  },
  grant: {
    run: runGrant,
    summary: 'give one role to everybody named, at every scope named',
    usage: '--user U | --team T --role R --at WHERE',
    options: [...[...WHOSE, ...PERIOD, 'role', 'replace', 'skip-refused', 'dry-run'], ...ALWAYS],
    words: 0,
    examples: [
      'doorwright site grant --user hana --role door_access --at group:berlin-flex --until 2027-12-31T23:00Z',
      'doorwright site grant --team night-shift --role door_access --at door:b-street --dry-run',
    ],
  },
  revoke: {
    run: runRevoke,
    summary: 'end rights, by id or by who holds them where',
    usage: '[ID …] | --user U | --team T --at WHERE [--why TEXT]',
    options: [...WHOSE, 'why', 'dry-run', ...ALWAYS],
    words: 50,
    examples: ['doorwright site revoke --user hana --at group:berlin-flex --why "moved out"'],
  },
  link: {
    run: runLink,
    summary: 'access links: make, list, revoke, delete, see where one was used',
    usage: '<create|list|revoke|delete|uses> [ID]',
    choices: ['create', 'list', 'revoke', 'delete', 'uses'],
    options: ['at', 'name', 'role', 'for', 'uses', ...PERIOD, ...ALWAYS],
    words: 2,
    examples: [
      'doorwright site link create --at group:berlin-visitors --for day --uses 3',
      'doorwright site link list',
    ],
  },
  lockdown: {
    run: runLockdown,
    summary: 'lock down, end it, see what is locked down',
    usage: '<list|begin|end> [ID] [--at WHERE] --why TEXT',
    choices: ['list', 'begin', 'end'],
    options: ['at', 'until', 'exempt', 'drill', 'why', ...ALWAYS],
    words: 2,
    examples: ['doorwright site lockdown begin --at place:berlin --why "alarm in the yard"'],
  },
};

const PEOPLE: Readonly<Record<string, SiteSubcommand>> = {
  import: {
    run: runImport,
    summary: 'users or cards from a CSV file, every row checked first',
    usage: '<users|cards> FILE [--dry-run]',
    choices: ['users', 'cards'],
    options: ['role', 'skip-refused', 'dry-run', ...ALWAYS],
    words: 2,
    examples: ['doorwright site import users people.csv --dry-run'],
  },
  export: {
    run: runExport,
    summary: 'users or cards as CSV',
    usage: '<users|cards>',
    choices: ['users', 'cards'],
    options: ALWAYS,
    words: 1,
    examples: ['doorwright site export users > people.csv'],
  },
  'sync-directory': {
    run: runSyncDirectory,
    summary: 'give and end the rights that a directory says',
    usage: 'ID --source S [--rules F] [--dry-run]',
    options: ['rules', 'source', 'confirm', 'accept-empty', 'dry-run', ...ALWAYS],
    words: 1,
    examples: ['doorwright site sync-directory crm --source members/ --rules rules.json --dry-run'],
  },
};

const HAPPENINGS: Readonly<Record<string, SiteSubcommand>> = {
  open: {
    run: runOpen,
    summary: 'decide an opening as the site does, and remember it',
    usage: '--user U | --link L --door D | --stop S [--facts F]',
    options: ['user', 'link', 'door', 'stop', 'at', 'facts', ...ALWAYS],
    words: 0,
    examples: [`doorwright site open --user hana --door b-street --facts '{"method":"tap"}'`],
  },
  doors: {
    run: runDoorStates,
    summary: 'how doors stand',
    usage: '[--place P] [--door D]',
    options: ['place', 'door', ...ALWAYS],
    words: 0,
    examples: ['doorwright site doors --place berlin'],
  },
  events: {
    run: runEvents,
    summary: 'what happened, newest last, or all of it as lines',
    usage: '[--log L] [--user U] [--door D] [--format F]',
    options: [...FILTER_OPTIONS, 'format', 'limit', ...ALWAYS],
    words: 0,
    examples: [
      'doorwright site events --door b-street --outcome refused',
      'doorwright site events --log audit --format csv > audit.csv',
    ],
  },
  verify: {
    run: runVerify,
    summary: 'check that no log was tampered with',
    usage: '[--log L] [--head HEAD]',
    options: ['log', 'head', ...ALWAYS],
    words: 0,
    examples: ['doorwright site verify --log audit'],
  },
  trim: {
    run: runTrim,
    summary: 'let go of old changes, which nobody reads any more',
    usage: '[--days N] [--keep N]',
    options: ['days', 'keep', ...ALWAYS],
    words: 0,
    examples: ['doorwright site trim --days 90'],
  },
  presence: {
    run: runPresence,
    summary: 'how full places are, and who is inside one',
    usage: '[--place P] [--format csv]',
    options: ['place', 'format', ...ALWAYS],
    words: 0,
    examples: ['doorwright site presence --place berlin'],
  },
  inventory: {
    run: runInventory,
    summary: 'devices: list, enter, remove, report on; and what is to be done on site',
    usage: '<list|tasks|put|remove|report> [ID]',
    choices: ['list', 'tasks', 'put', 'remove', 'report'],
    options: [
      ...['kind', 'place', 'door', 'name', 'every', 'firmware', 'battery', 'fault'],
      ...ALWAYS,
    ],
    words: 2,
    examples: [
      'doorwright site inventory put r-street --kind reader --door b-street --every 300',
      'doorwright site inventory tasks',
    ],
  },
};

/** By name. */
export const SITE_SUBCOMMANDS: Readonly<Record<string, SiteSubcommand>> = {
  ...RIGHTS,
  ...PEOPLE,
  ...HAPPENINGS,
};
