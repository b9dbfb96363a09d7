/** What the subcommands of `site` can be told, and what each of them takes. */
import type { Options } from '../arguments.js';
import { FACTS_OPTIONS } from '../facts.js';
import { POLICY_OPTIONS } from '../policies.js';
import { FOLDER_DEFAULT } from './opened.js';

/** Where the store is: every subcommand. */
export const STORE_OPTIONS: Options = {
  site: { value: 'DIR', about: `folder of the embedded store; default ${FOLDER_DEFAULT}` },
  database: { value: 'URL', about: 'a PostgreSQL server instead; default: DATABASE_URL, if set' },
  ...POLICY_OPTIONS,
};

/** Every subcommand on a site that is there. */
export const SITE_OPTIONS: Options = {
  ...STORE_OPTIONS,
  organization: { value: 'ID', about: 'which one, where the store has several' },
  as: { value: 'USER', about: 'who does it; default: the holder of the role that only one has' },
};

/** All options of `site`. */
export const ALL_OPTIONS: Options = {
  ...SITE_OPTIONS,
  user: { value: 'ID', about: 'whom: grant, revoke, open; events about him', many: true },
  team: { value: 'ID', about: 'grant, revoke: a team', many: true },
  at: {
    value: 'AT',
    about: 'where: door:ID, group:ID, place:ID or organization. For open: the instant',
    many: true,
  },
  role: { value: 'ROLE', about: 'grant, link create, import users: the role' },
  from: { value: 'T', about: 'the beginning: of the right, the link, or the events' },
  until: { value: 'T', about: 'the end, not included' },
  replace: { about: 'grant: put it in place of another right that is held there' },
  'skip-refused': { about: 'grant, import: leave out what may not be, or is wrong' },
  'dry-run': { about: 'grant, revoke, import, sync-directory: say what would be done' },
  rules: { value: 'F', about: 'sync-directory: its rules, a JSON file; kept for later runs' },
  source: { value: 'S', about: 'sync-directory: a folder, an LDIF file or an https address' },
  confirm: { value: 'N', about: 'sync-directory: rights that may go, exactly, past the brake' },
  'accept-empty': { about: 'sync-directory: believe a list that is empty and was not before' },
  why: { value: 'TEXT', about: 'revoke, lockdown: for the audit log' },
  name: { value: 'TEXT', about: 'link create, inventory put: what people call it' },
  for: {
    value: 'SPAN',
    choices: ['hour', 'day', 'month', 'until_revoked'],
    about: 'link create: hour, day (default), month or until_revoked',
  },
  uses: { value: 'N', about: 'link create: openings at most' },
  exempt: { value: 'ROLE', about: 'lockdown begin: a role that still passes', many: true },
  drill: { about: 'lockdown begin: an exercise; it locks all the same' },
  link: { value: 'ID', about: 'open: an access link instead of a user' },
  door: { value: 'ID', about: 'open, doors, events, inventory put: the door', many: true },
  stop: { value: 'ID', about: 'open: an elevator stop instead of a door' },
  facts: FACTS_OPTIONS['facts'] ?? { about: '' },
  log: {
    value: 'LOG',
    choices: ['access', 'audit', 'notice'],
    about: 'events, verify: access, audit or notice; default access, or all',
  },
  by: { value: 'USER', about: 'events: done by him' },
  place: { value: 'ID', about: 'doors, events, presence, inventory put: the place' },
  reason: { value: 'CODE', about: 'events: decided by this reason' },
  outcome: {
    value: 'O',
    choices: ['permitted', 'refused', 'done', 'failed'],
    about: 'events: permitted, refused, done or failed',
  },
  type: { value: 'TYPE', about: 'events: of this type', many: true },
  format: {
    value: 'F',
    choices: ['cloudevents', 'stored', 'csv'],
    about: 'events: cloudevents, stored or csv; presence: csv',
  },
  limit: { value: 'N', about: 'events: so many of the newest; default 50' },
  head: { value: 'HEAD', about: 'verify: a head that was kept', many: true },
  days: { value: 'N', about: 'trim: changes of so many days stay; default 30' },
  keep: { value: 'N', about: 'trim: so many of the newest stay; default 10 000, at least 1 000' },
  kind: {
    value: 'KIND',
    choices: ['reader', 'controller', 'lock', 'bridge', 'terminal'],
    about: 'inventory put: reader, controller, lock, bridge or terminal',
  },
  every: { value: 'SECONDS', about: 'inventory put: how often it is heard of' },
  firmware: { value: 'TEXT', about: 'inventory put: what it should have; report: what it has' },
  battery: { value: 'PERCENT', about: 'inventory report: its charge' },
  fault: { value: 'TEXT', about: 'inventory report: what is wrong' },
};

/** Options of the filter of events. */
export const FILTER_OPTIONS = [
  ...['log', 'user', 'door', 'by', 'place', 'reason', 'outcome', 'type', 'from', 'until'],
] as const;

/** Only these, of all options: for one subcommand. */
export function optionsNamed(names: readonly string[]): Options {
  return Object.fromEntries(Object.entries(ALL_OPTIONS).filter(([name]) => names.includes(name)));
}
