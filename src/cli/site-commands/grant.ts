/** `doorwright site grant` and `revoke`: rights given and ended, each refusal named before anything is written. */
import { endAccess } from '../../adapters/site/access.js';
import { assessBulk, bulkGrant } from '../../adapters/site/bulk-grants.js';
import type { BulkCell, BulkGrantOrder } from '../../admin/provisioning/bulk-grant.js';
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Assignment } from '../../policy/document.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown } from '../terminal.js';
import { withSite } from './opened.js';
import { readInstantText, readScope, required, written } from './reading.js';

/** Gives one role to everybody named at every scope named, or says which pairs may not be given. */
export const runGrant: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site, actor }) => {
    const order = orderOf(args, site.organization, site.engine);
    const { cells, counts } = await assessBulk(site, actor, order);
    const skipRefused = args.has('skip-refused');
    const mayWrite = !args.has('dry-run') && (counts.refuse === 0 || skipRefused);
    let revision: number | undefined;
    if (mayWrite) {
      const done = written(
        await bulkGrant(site, actor, order, {
          skipRefused,
          onProgress: ({ done, total }) => terminal.progress(`${done} of ${total}`),
        }),
        terminal,
      );
      revision = done?.revision;
    }
    terminal.progress(undefined);
    const text = args.has('json')
      ? JSON.stringify({ counts, cells, revision: revision ?? null }, undefined, 2)
      : [...tableLines(cells.map(cellRow), terminal.width), outcomeLine(revision)].join('\n');
    await terminal.write(`${text}\n`);
    return counts.refuse === 0 ? EXIT.yes : EXIT.no;
  });

/** Ends the rights named by id, or all that a user or team holds at a scope. */
export const runRevoke: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site, actor }) => {
    const ids = assignmentsOf(args, site.organization, site.engine);
    const reason = args.get('why');
    const options = {
      dryRun: args.has('dry-run'),
      ...(reason === undefined ? {} : { reason }),
    };
    const done = written(await endAccess(site, actor, ids, options), terminal);
    if (done === undefined) return EXIT.no;
    const { ended } = done.value;
    const named = ended.map((id) => `\`${shown(id)}\``).join(', ');
    const text = args.has('json')
      ? JSON.stringify({ ended, revision: args.has('dry-run') ? null : done.revision })
      : args.has('dry-run')
        ? `would end ${named}`
        : `ended ${named} at revision ${done.revision}`;
    await terminal.write(`${text}\n`);
    return EXIT.yes;
  });

function orderOf(args: Arguments, organization: string, engine: Engine): BulkGrantOrder {
  const subjects: Assignment['subject'][] = [
    ...args.all('user').map((id) => ({ type: 'user' as const, id })),
    ...args.all('team').map((id) => ({ type: 'team' as const, id })),
  ];
  for (const { type, id } of subjects) {
    if (findElement(engine, type === 'user' ? 'users' : 'teams', id) === undefined) {
      throw new InputError(`unknown ${type} \`${id}\``);
    }
  }
  const scopes = args.all('at').map((text) => readScope('at', text, organization));
  if (subjects.length === 0) throw new UsageError('say by `--user` or `--team` who gets it');
  if (scopes.length === 0) throw new UsageError('say by `--at` where');
  const [from, until] = [readInstantText(args, 'from'), readInstantText(args, 'until')];
  const validity = {
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
  const role = required(args, 'role');
  return Object.keys(validity).length === 0
    ? { subjects, scopes, role }
    : { subjects, scopes, role, validity };
}

function assignmentsOf(args: Arguments, organization: string, engine: Engine): string[] {
  const ids = args.files.slice(1);
  const subjects = [...args.all('user'), ...args.all('team')];
  if (subjects.length > 0) {
    const scopes = args.all('at').map((text) => readScope('at', text, organization));
    for (const { id, subject, scope } of elementsOf(engine, 'assignments')) {
      const isNamed = args.all(subject.type === 'team' ? 'team' : 'user').includes(subject.id);
      const isThere = scopes.some((one) => one.type === scope.type && one.id === scope.id);
      if (isNamed && subject.type !== 'link' && isThere) ids.push(id);
    }
  }
  if (ids.length > 0) return [...new Set(ids)].sort();
  throw subjects.length > 0
    ? new InputError('nothing is held there')
    : new UsageError('say which right, or by `--user` and `--at` whose and where');
}

const VERDICTS: Readonly<Record<BulkCell['verdict'], string>> = {
  grant: 'is granted',
  replace: 'replaces what is held',
  keep: 'is held already',
  refuse: 'may not be granted',
};

function cellRow({ subject, scope, verdict, detail }: BulkCell): string[] {
  const why = detail === undefined ? '' : `: ${shown(detail)}`;
  return [
    `${subject.type} ${shown(subject.id)}`,
    `${scope.type} ${shown(scope.id)}`,
    `${VERDICTS[verdict]}${why}`,
  ];
}

function outcomeLine(revision: number | undefined): string {
  return revision === undefined ? 'nothing was written' : `written at revision ${revision}`;
}
