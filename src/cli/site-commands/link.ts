/** `doorwright site link`: access links made, ended, and where one was used. */
import { createLink, deleteLink, linkUses, revokeLink } from '../../adapters/site/links.js';
import type { Site } from '../../adapters/site/site.js';
import { readEvent } from '../../admin/events/read-event.js';
import type { LinkLifetime } from '../../admin/links/lifetime.js';
import { LINK_USES_MAX, parseLinkTerms } from '../../admin/links/link-terms.js';
import { elementsOf } from '../../engine/elements.js';
import type { Assignment } from '../../policy/document.js';
import { type Arguments, readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown } from '../terminal.js';
import { type Action, type ActionTable, runAction } from './action.js';
import { requireElement, requireRole } from './known.js';
import { choice, readInstantText, readScopes, written } from './reading.js';

/** `link create`, `link list`, `link revoke ID`, `link delete ID`, `link uses ID`. */
export const runLink: Command['run'] = (args, terminal) => runAction(LINKS, args, terminal);

const CREATE: Action = {
  options: ['at', 'name', 'role', 'for', 'uses', 'from', 'until'],
  named: false,
  prepare(args) {
    const [name, from, uses] = [args.get('name'), readInstantText(args, 'from'), args.get('uses')];
    const role = args.get('role');
    const scopes = readScopes(args);
    if (!args.has('at')) throw new UsageError('say by `--at` what the link opens');
    const terms = {
      lifetime: lifetimeOf(args),
      ...(name === undefined ? {} : { name }),
      ...(from === undefined ? {} : { from }),
      ...(role === undefined ? {} : { role }),
      ...(uses === undefined ? {} : { usesMax: readCount('uses', uses, LINK_USES_MAX) }),
    };
    return async ({ site, actor }, terminal) => {
      if (role !== undefined) requireRole(site.engine, role);
      const made = await createLink(site, actor, { ...terms, scopes: scopes(site.organization) });
      if (!made.ok && made.code === 'no_link_role') {
        throw new InputError(`${made.detail}; say a group by \`--at\`, or the role by \`--role\``);
      }
      const done = written(made, terminal);
      if (done === undefined) return EXIT.no;
      const { link, secret, until } = done.value;
      const text = args.has('json')
        ? JSON.stringify({ link, secret, until: until ?? null, revision: done.revision }, null, 2)
        : [
            `link \`${link}\`, ${until === undefined ? 'until it is revoked' : `until ${until}`}`,
            `its secret, shown now and never again: ${secret}`,
          ].join('\n');
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
      const links = await entriesOf(site);
      const rows = links.map(({ id, name, active, at, until, uses, usesMax }) => [
        shown(id),
        active ? 'on' : 'off',
        shown(at.map((scope) => `${scope.type}:${scope.id}`).join(' ')),
        [
          until === null ? 'until it is revoked' : `until ${until}`,
          usesMax === null ? '' : `${uses} of ${usesMax} uses`,
          shown(name ?? ''),
        ]
          .filter((part) => part !== '')
          .join(', '),
      ]);
      const text = args.has('json')
        ? JSON.stringify(links, undefined, 2)
        : tableLines(rows, terminal.width).join('\n');
      await terminal.write(text === '' ? 'no links\n' : `${text}\n`);
      return EXIT.yes;
    },
};

const USES: Action = {
  options: [],
  named: true,
  prepare:
    (args, link) =>
    async ({ site, actor }, terminal) => {
      requireElement(site.engine, 'links', 'link', link);
      const uses = await linkUses(site, actor, link);
      if (!uses.ok) {
        terminal.warn(`doorwright: its uses may not be seen: ${shown(uses.detail)}`);
        return EXIT.no;
      }
      const lines = uses.value
        .map(readEvent)
        .map(({ seq, time, outcome, object, reason }) => ({ seq, time, outcome, object, reason }));
      const rows = lines.map(({ time, outcome, object, reason }) => [
        time,
        outcome,
        object === undefined ? '' : shown(`${object.type} ${object.id}`),
        shown(reason ?? ''),
      ]);
      const text = args.has('json')
        ? JSON.stringify(lines, undefined, 2)
        : tableLines(rows, terminal.width).join('\n');
      await terminal.write(text === '' ? 'never used\n' : `${text}\n`);
      return EXIT.yes;
    },
};

const LINKS: ActionTable = {
  of: 'link',
  noun: 'link',
  actions: {
    create: CREATE,
    list: LIST,
    revoke: ending(revokeLink, 'opens nothing any more'),
    delete: ending(deleteLink, 'is gone with all it held'),
    uses: USES,
  },
};

/** Switching a link off, or taking it away: the same but for what is left. */
function ending(end: typeof revokeLink | typeof deleteLink, outcome: string): Action {
  return {
    options: [],
    named: true,
    prepare:
      (args, link) =>
      async ({ site, actor }, terminal) => {
        requireElement(site.engine, 'links', 'link', link);
        const done = written<object>(await end(site, actor, link), terminal);
        if (done === undefined) return EXIT.no;
        const text = args.has('json')
          ? JSON.stringify({ link, revision: done.revision })
          : `\`${shown(link)}\` ${outcome}`;
        await terminal.write(`${text}\n`);
        return EXIT.yes;
      },
  };
}

interface LinkEntry {
  readonly id: string;
  readonly name: string | null;
  readonly active: boolean;
  readonly at: readonly Assignment['scope'][];
  /** The last end of what it holds; null: none. */
  readonly until: string | null;
  readonly uses: number | null;
  readonly usesMax: number | null;
}

/** Links by ascending id, without what would let anybody use one. */
async function entriesOf({ engine, store }: Site): Promise<LinkEntry[]> {
  const held = new Map<string, Assignment[]>();
  for (const assignment of elementsOf(engine, 'assignments')) {
    const { type, id } = assignment.subject;
    if (type === 'link') held.set(id, [...(held.get(id) ?? []), assignment]);
  }
  const entries: LinkEntry[] = [];
  for (const { id, name = null, active = true } of elementsOf(engine, 'links')) {
    const terms = parseLinkTerms(await store.record('link_terms', id));
    const rights = held.get(id) ?? [];
    const ends = rights.map(({ validity }) => validity?.until);
    const isEndless = ends.includes(undefined) || ends.length === 0;
    entries.push({
      ...{ id, name, active, at: rights.map(({ scope }) => scope) },
      until: isEndless ? null : (ends.sort().at(-1) ?? null),
      ...{ uses: terms?.uses ?? null, usesMax: terms?.usesMax ?? null },
    });
  }
  return entries.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const SPANS = ['hour', 'day', 'month', 'until_revoked'] as const;

function lifetimeOf(args: Arguments): LinkLifetime {
  const until = readInstantText(args, 'until');
  const span = choice(args, 'for', SPANS);
  if (until !== undefined && span !== undefined) {
    throw new UsageError('`--for` and `--until` both say when it ends; say one');
  }
  return until === undefined ? (span ?? 'day') : { until };
}
