/** `doorwright site`: a site at work, in a store. */
import type { Command } from '../command.js';
import { FACTS_OPTIONS } from '../facts.js';
import { hint, UsageError } from '../failure.js';
import { POLICY_OPTIONS } from '../policies.js';
import { runEvents, runEventsAlone, runVerify } from '../site-commands/events.js';
import { runGrant, runRevoke } from '../site-commands/grant.js';
import { runExport, runImport } from '../site-commands/import.js';
import { runInit } from '../site-commands/init.js';
import { runInventory } from '../site-commands/inventory.js';
import { runLink } from '../site-commands/link.js';
import { runOpen } from '../site-commands/open.js';
import { SITE_OPTIONS } from '../site-commands/opened.js';
import { runPresence } from '../site-commands/presence.js';
import { runSyncDirectory } from '../site-commands/sync-directory.js';

interface Subcommand {
  readonly run: Command['run'];
  /** Options it takes beside those of every subcommand. */
  readonly options: readonly string[];
}

const WHOSE = ['user', 'team', 'at'];
const PERIOD = ['from', 'until'];
const FILTER = ['log', 'user', 'door', 'by', 'place', 'reason', 'outcome', 'type', ...PERIOD];

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  init: { run: runInit, options: Object.keys(POLICY_OPTIONS) },
  grant: { run: runGrant, options: [...WHOSE, ...PERIOD, 'role', 'skip-refused', 'dry-run'] },
  revoke: { run: runRevoke, options: [...WHOSE, 'why', 'dry-run'] },
  link: { run: runLink, options: ['at', 'name', 'role', 'for', 'uses', ...PERIOD] },
  import: { run: runImport, options: ['role', 'skip-refused', 'dry-run'] },
  export: { run: runExport, options: [] },
  'sync-directory': {
    run: runSyncDirectory,
    options: ['rules', 'source', 'confirm', 'dry-run'],
  },
  open: { run: runOpen, options: ['user', 'link', 'door', 'at', 'facts'] },
  events: { run: runEvents, options: [...FILTER, 'format', 'limit'] },
  verify: { run: runVerify, options: ['log', 'head'] },
  presence: { run: runPresence, options: ['place', 'format'] },
  inventory: {
    run: runInventory,
    options: ['kind', 'place', 'door', 'name', 'every', 'firmware', 'battery', 'fault'],
  },
};

/** The command `site`. */
export const SITE: Command = {
  name: 'site',
  summary: 'run a site: rights, links, events, presence and devices, in a store',
  usage: `<${Object.keys(SUBCOMMANDS).join('|')}> [options]`,
  about: [
    '`init` puts a policy into a store: a folder of this machine (PostgreSQL inside this process, by the package @electric-sql/pglite), or with --database or DATABASE_URL a PostgreSQL server (by the package pg). Every other subcommand works on that site. Every change is authorised for whoever acts (--as), written whole or not at all, and recorded.',
    '`grant` gives one role to everybody named by --user and --team at every scope named by --at; what may not be given is named, and then nothing is written unless --skip-refused says so. `revoke` ends rights by id, or those of --user or --team at --at. `link create|list|revoke|delete|uses` is for access links; a secret is shown once.',
    '`import users|cards FILE` checks every row of a CSV file first and says all that is wrong by line; the same file again changes nothing, and one that was stopped goes on where it was. `export users|cards` writes one. `sync-directory` gives and ends the rights that a directory says (--source: a folder of CSV files, an LDIF file, or the address of an OfficeRnD-like service, its token in DOORWRIGHT_DIRECTORY_TOKEN) at the groups that its rules manage, and nowhere else.',
    '`open` decides an opening as the site does and remembers it. `events` lists a log, or writes it as lines with --format; `verify` checks that no log was tampered with. `presence` says who is inside a place. `inventory [list|tasks|put|remove|report]` is about devices, `tasks` about what to do on site.',
    'Exit code: 0 done or fine, 1 refused, broken, or something to do, 2 bad usage or input.',
  ],
  examples: [
    'doorwright site init examples/coworking/policy.json',
    'doorwright site grant --user ada --role door_access --at group:lab --until 2027-01-01T00:00:00Z',
    'doorwright site link create --at door:front --for day --uses 3',
    'doorwright site events --door front --outcome refused',
  ],
  options: {
    ...SITE_OPTIONS,
    ...POLICY_OPTIONS,
    user: { value: 'ID', about: 'whom: grant, revoke, open; events about him', many: true },
    team: { value: 'ID', about: 'grant, revoke: a team', many: true },
    link: { value: 'ID', about: 'open: an access link instead of a user' },
    at: {
      value: 'AT',
      about: 'where: door:ID, group:ID, place:ID or organization. For open: the instant',
      many: true,
    },
    role: { value: 'ROLE', about: 'grant, link create, import: the role' },
    from: { value: 'T', about: 'the beginning: of the right, the link, or the events' },
    until: { value: 'T', about: 'the end, not included' },
    'skip-refused': { about: 'grant, import: leave out what may not be, or is wrong' },
    'dry-run': { about: 'grant, revoke, import, sync-directory: say what would be done' },
    rules: { value: 'F', about: 'sync-directory: its rules, a JSON file; kept for later runs' },
    source: { value: 'S', about: 'sync-directory: a folder, an LDIF file or an https address' },
    confirm: { value: 'N', about: 'sync-directory: rights that may go, exactly, past the brake' },
    why: { value: 'TEXT', about: 'revoke: for the audit log' },
    name: { value: 'TEXT', about: 'link create, inventory put: what people call it' },
    for: { value: 'SPAN', about: 'link create: hour, day (default), month or until_revoked' },
    uses: { value: 'N', about: 'link create: openings at most' },
    door: { value: 'ID', about: 'open, events, inventory put: the door' },
    facts: FACTS_OPTIONS['facts'] ?? { about: '' },
    log: { value: 'LOG', about: 'events: access (default), audit or notice' },
    by: { value: 'USER', about: 'events: done by him' },
    place: { value: 'ID', about: 'events, presence, inventory put: the place' },
    reason: { value: 'CODE', about: 'events: decided by this reason' },
    outcome: { value: 'O', about: 'events: permitted, refused, done or failed' },
    type: { value: 'TYPE', about: 'events: of this type', many: true },
    format: { value: 'F', about: 'events: cloudevents, stored or csv; presence: csv' },
    limit: { value: 'N', about: 'events: so many of the newest; default 50' },
    head: { value: 'HEAD', about: 'verify: a head that was kept', many: true },
    kind: { value: 'KIND', about: 'inventory put: reader, controller, lock, bridge or terminal' },
    every: { value: 'SECONDS', about: 'inventory put: how often it is heard of' },
    firmware: { value: 'TEXT', about: 'inventory put: what it should have; report: what it has' },
    battery: { value: 'PERCENT', about: 'inventory report: its charge' },
    fault: { value: 'TEXT', about: 'inventory report: what is wrong' },
  },
  filesMax: 50,
  async run(args, terminal) {
    const [name] = args.files;
    const names = Object.keys(SUBCOMMANDS);
    if (name === undefined) throw new UsageError(`say ${names.join(', ')}`);
    const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
    if (subcommand === undefined) {
      throw new UsageError(`unknown subcommand \`${name}\`${hint(name, names)}`);
    }
    const taken = [...subcommand.options, ...Object.keys(SITE_OPTIONS)];
    const strange = Object.keys(SITE.options).find(
      (option) => args.has(option) && !taken.includes(option),
    );
    if (strange !== undefined) throw new UsageError(`\`site ${name}\` takes no \`--${strange}\``);
    return subcommand.run(args, terminal);
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
  options: Object.fromEntries(
    Object.entries(SITE.options).filter(([name]) =>
      [...Object.keys(SITE_OPTIONS), ...FILTER, 'format', 'limit', 'head'].includes(name),
    ),
  ),
  filesMax: 1,
  run: (args, terminal) => runEventsAlone(args, terminal),
};
