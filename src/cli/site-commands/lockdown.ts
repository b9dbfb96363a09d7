/** `doorwright site lockdown`: locking down and ending it, each with a reason. */
import { endLockdown, lockDown } from '../../adapters/site/lockdowns.js';
import { elementsOf } from '../../engine/elements.js';
import type { Assignment, Lockdown } from '../../policy/document.js';
import { parseInstant } from '../../values/instant.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown } from '../terminal.js';
import { type Action, type ActionTable, runAction } from './action.js';
import { readInstantText, readScopes, required, written } from './reading.js';

/** `lockdown begin`, `lockdown end ID`, `lockdown list`. */
export const runLockdown: Command['run'] = (args, terminal) => runAction(LOCKDOWNS, args, terminal);

const BEGIN: Action = {
  options: ['at', 'until', 'exempt', 'drill', 'why'],
  named: false,
  prepare(args) {
    const scopes = readScopes(args);
    if (args.all('at').length !== 1) throw new UsageError('say by one `--at` what is locked down');
    const until = readInstantText(args, 'until');
    const order = {
      why: required(args, 'why'),
      exempt: args.all('exempt'),
      drill: args.has('drill'),
      ...(until === undefined ? {} : { until }),
    };
    return async ({ site, actor }, terminal) => {
      const scope = lockable(scopes(site.organization)[0]);
      const done = written(await lockDown(site, actor, { ...order, scope }), terminal);
      if (done === undefined) return EXIT.no;
      const { lockdown } = done.value;
      const text = args.has('json')
        ? JSON.stringify({ lockdown, scope, until: until ?? null, revision: done.revision })
        : `lockdown \`${shown(lockdown)}\` of ${scope.type} ${shown(scope.id)}, ${until === undefined ? 'until it is ended' : `until ${until}`}`;
      await terminal.write(`${text}\n`);
      return EXIT.yes;
    };
  },
};

const END: Action = {
  options: ['why'],
  named: true,
  prepare(args, lockdown) {
    const why = required(args, 'why');
    return async ({ site, actor }, terminal) => {
      const done = written(await endLockdown(site, actor, { lockdown, why }), terminal);
      if (done === undefined) return EXIT.no;
      const text = args.has('json')
        ? JSON.stringify({ ended: done.value.ended, revision: done.revision })
        : `lockdown \`${shown(lockdown)}\` has ended`;
      await terminal.write(`${text}\n`);
      return EXIT.yes;
    };
  },
};

const LIST: Action = {
  options: [],
  named: false,
  prepare:
    (args) =>
    async ({ site }, terminal) => {
      const now = site.host.now();
      const entries = [...elementsOf(site.engine, 'lockdowns')]
        .map((lockdown) => ({ ...lockdown, now: standing(lockdown, now) }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const rows = entries.map(({ id, scope, since, until, now: state }) => [
        shown(id),
        state,
        `${scope.type} ${shown(scope.id)}`,
        [since === undefined ? '' : `from ${since}`, until === undefined ? '' : `until ${until}`]
          .filter((part) => part !== '')
          .join(' '),
      ]);
      const text = args.has('json')
        ? JSON.stringify(entries, undefined, 2)
        : tableLines(rows, terminal.width).join('\n');
      await terminal.write(text === '' ? 'no lockdowns\n' : `${text}\n`);
      return EXIT.yes;
    },
};

const LOCKDOWNS: ActionTable = {
  of: 'lockdown',
  noun: 'lockdown',
  usual: 'list',
  actions: { list: LIST, begin: BEGIN, end: END },
};

/** Groups are not locked down: their doors would be, for people of other groups too. */
function lockable(scope: Assignment['scope'] | undefined): Lockdown['scope'] {
  if (scope !== undefined && scope.type !== 'group') return { type: scope.type, id: scope.id };
  throw new UsageError('`--at` is door:ID, place:ID or organization: a group is not locked down');
}

function standing({ since, until }: Lockdown, now: number): 'over' | 'to come' | 'in force' {
  if (until !== undefined && parseInstant(until) <= now) return 'over';
  return since !== undefined && parseInstant(since) > now ? 'to come' : 'in force';
}
