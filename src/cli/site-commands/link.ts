/** `doorwright site link`: access links made, ended, and where one was used. */
import { createLink, deleteLink, linkUses, revokeLink } from '../../adapters/site/links.js';
import { readEvent } from '../../admin/events/read-event.js';
import type { LinkLifetime } from '../../admin/links/lifetime.js';
import { elementsOf, findElement } from '../../engine/elements.js';
import { type Arguments, readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, hint, InputError, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { type OpenedSite, withSite } from './opened.js';
import { readInstantText, readScope, written } from './reading.js';

type Action = (opened: OpenedSite, args: Arguments, terminal: Terminal) => Promise<number>;

/** `link create`, `link list`, `link revoke ID`, `link delete ID`, `link uses ID`. */
export const runLink: Command['run'] = (args, terminal) => {
  const [, name = ''] = args.files;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    const names = Object.keys(ACTIONS);
    throw new UsageError(`\`site link\` is followed by ${names.join(', ')}${hint(name, names)}`);
  }
  return withSite(args, (opened) => action(opened, args, terminal));
};

const ACTIONS: Readonly<Record<string, Action>> = {
  create: async ({ site, actor }, args, terminal) => {
    const { organization } = site;
    const [name, from, uses] = [args.get('name'), readInstantText(args, 'from'), args.get('uses')];
    const role = args.get('role');
    const order = {
      scopes: args.all('at').map((text) => readScope('at', text, organization)),
      lifetime: lifetimeOf(args),
      ...(name === undefined ? {} : { name }),
      ...(from === undefined ? {} : { from }),
      ...(role === undefined ? {} : { role }),
      ...(uses === undefined ? {} : { usesMax: readCount('uses', uses, 1_000_000) }),
    };
    const done = written(await createLink(site, actor, order), terminal);
    if (done === undefined) return EXIT.no;
    const { link, secret, until } = done.value;
    const text = args.has('json')
      ? JSON.stringify({ link, secret, until: until ?? null, revision: done.revision })
      : [
          `link \`${link}\`, ${until === undefined ? 'until it is revoked' : `until ${until}`}`,
          `its secret, shown now and never again: ${secret}`,
        ].join('\n');
    await terminal.write(`${text}\n`);
    return EXIT.yes;
  },
  list: async ({ site }, args, terminal) => {
    const links = [...elementsOf(site.engine, 'links')]
      .map(({ id, name, active }) => ({ id, name: name ?? '', active: active !== false }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const rows = links.map(({ id, name, active }) => [id, shown(name), active ? 'on' : 'off']);
    const text = args.has('json')
      ? JSON.stringify(links, undefined, 2)
      : tableLines(rows, terminal.width).join('\n');
    await terminal.write(text === '' ? 'no links\n' : `${text}\n`);
    return EXIT.yes;
  },
  revoke: async ({ site, actor }, args, terminal) => {
    const link = linkOf(args, site.engine);
    const done = written(await revokeLink(site, actor, link), terminal);
    if (done !== undefined) await terminal.write(`\`${link}\` opens nothing any more\n`);
    return done === undefined ? EXIT.no : EXIT.yes;
  },
  delete: async ({ site, actor }, args, terminal) => {
    const link = linkOf(args, site.engine);
    const done = written(await deleteLink(site, actor, link), terminal);
    if (done !== undefined) await terminal.write(`\`${link}\` is gone\n`);
    return done === undefined ? EXIT.no : EXIT.yes;
  },
  uses: async ({ site, actor }, args, terminal) => {
    const link = linkOf(args, site.engine);
    const uses = await linkUses(site, actor, link);
    if (!uses.ok) {
      terminal.warn(`doorwright: its uses may not be seen: ${uses.detail}`);
      return EXIT.no;
    }
    const rows = uses.value.map(readEvent).map(({ time, outcome, object }) => ({
      time,
      outcome,
      at: object === undefined ? '' : `${object.type} ${object.id}`,
    }));
    const text = args.has('json')
      ? JSON.stringify(rows, undefined, 2)
      : tableLines(
          rows.map(({ time, outcome, at }) => [time, outcome, shown(at)]),
          terminal.width,
        ).join('\n');
    await terminal.write(text === '' ? 'never used\n' : `${text}\n`);
    return EXIT.yes;
  },
};

const SPANS = ['hour', 'day', 'month', 'until_revoked'] as const;

function lifetimeOf(args: Arguments): LinkLifetime {
  const until = readInstantText(args, 'until');
  const span = args.get('for');
  if (until !== undefined && span !== undefined) {
    throw new UsageError('`--for` and `--until` both say when it ends; say one');
  }
  if (until !== undefined) return { until };
  const known = SPANS.find((one) => one === (span ?? 'day'));
  if (known === undefined) {
    throw new UsageError(`\`--for\` is ${SPANS.join(', ')}: \`${span}\`${hint(span ?? '', SPANS)}`);
  }
  return known;
}

function linkOf(args: Arguments, engine: OpenedSite['site']['engine']): string {
  const [, , id] = args.files;
  if (id === undefined) throw new UsageError('the id of the link is missing');
  if (findElement(engine, 'links', id) !== undefined) return id;
  throw new InputError(`unknown link \`${id}\``);
}
