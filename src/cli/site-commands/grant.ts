/** `doorwright site grant` and `revoke`: rights given and ended, each refusal named before anything is written. */
import { endAccess } from '../../adapters/site/access.js';
import { assessBulk, bulkGrant } from '../../adapters/site/bulk-grants.js';
import type { Site } from '../../adapters/site/site.js';
import type { BulkCell, BulkGrantOrder } from '../../admin/provisioning/bulk-grant.js';
import type { BulkJob } from '../../admin/provisioning/bulk-job.js';
import { sameValue } from '../../admin/same-value.js';
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Assignment } from '../../policy/document.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { untilInterrupted } from './interrupt.js';
import { requireElement, requireRole } from './known.js';
import { type OpenedSite, withSite } from './opened.js';
import { readInstantText, readScopes, required, written } from './reading.js';

/** Gives one role to everybody named at every scope named, or says which pairs may not be given. */
export const runGrant: Command['run'] = (args, terminal) => {
  const orderFor = readOrder(args);
  return withSite(args, async (opened) => {
    const order = orderFor(opened.site);
    const { cells, counts } = await assessBulk(opened.site, opened.actor, order);
    const isNew = counts.grant + counts.replace > 0;
    const isAllowed = counts.refuse === 0 || args.has('skip-refused');
    const mayWrite = !args.has('dry-run') && isNew && isAllowed;
    const given = mayWrite ? await give(opened, order, args, terminal) : undefined;
    const { revision = null, done = 0 } = given ?? {};
    const told = cells.map((cell) => withHeld(cell, order, opened.site.engine));
    const text = args.has('json')
      ? JSON.stringify({ counts, cells: told, revision, done }, undefined, 2)
      : [...tableLines(told.map(cellRow), terminal.width), outcomeLine(revision)].join('\n');
    await terminal.write(`${text}\n`);
    if (mayWrite && given === undefined) return EXIT.no;
    if (given?.state === 'cancelled') {
      terminal.warn(`doorwright: stopped after ${done} of ${cells.length}; the same again goes on`);
      return EXIT.interrupted;
    }
    const isAsAsked = told.every(({ verdict, held }) => verdict !== 'refuse' && !held?.differs);
    return isAsAsked ? EXIT.yes : EXIT.no;
  });
};

/** Ends the rights named by id, or all that a user or team holds at a scope. */
export const runRevoke: Command['run'] = (args, terminal) => {
  const named = args.files.slice(1);
  const isByHolder = args.has('user') || args.has('team');
  if (named.length === 0 && !isByHolder) {
    throw new UsageError('say which right, or by `--user` or `--team` and `--at` whose and where');
  }
  if (isByHolder !== args.has('at')) {
    throw new UsageError('`--user` or `--team` says whose, `--at` where: both are needed');
  }
  const scopes = readScopes(args);
  return withSite(args, async ({ site, actor }) => {
    const held = isByHolder ? rightsAt(args, scopes(site.organization), site.engine) : [];
    const ids = [...new Set([...named, ...held])].sort();
    const [dryRun, reason] = [args.has('dry-run'), args.get('why')];
    const options = { dryRun, ...(reason === undefined ? {} : { reason }) };
    const done = written(await endAccess(site, actor, ids, options), terminal);
    if (done === undefined) return EXIT.no;
    const { ended } = done.value;
    const list = ended.map((id) => `\`${shown(id)}\``).join(', ');
    const text = args.has('json')
      ? JSON.stringify({ ended, revision: dryRun ? null : done.revision }, undefined, 2)
      : dryRun
        ? `would end ${list}; nothing was written`
        : `ended ${list} at revision ${done.revision}`;
    await terminal.write(`${text}\n`);
    return EXIT.yes;
  });
};

interface Given {
  readonly state: BulkJob['state'];
  readonly revision?: number;
  /** Pairs that were looked at. */
  readonly done?: number;
}

/** Writes the grant. Undefined when it was refused after all, which is told. */
async function give(
  { site, actor }: OpenedSite,
  order: BulkGrantOrder,
  args: Arguments,
  terminal: Terminal,
): Promise<Given | undefined> {
  const stopping = () => terminal.warn('stopping after this portion');
  const result = await untilInterrupted(stopping, (signal) =>
    bulkGrant(site, actor, order, {
      skipRefused: args.has('skip-refused'),
      signal,
      onProgress: ({ done, total }) => terminal.progress(`${done} of ${total}`),
    }),
  );
  terminal.progress(undefined);
  if (!result.ok && result.code === 'cancelled') return { state: 'cancelled' };
  const done = written(result, terminal);
  if (done === undefined) return undefined;
  const { state, done: count } = done.value.job;
  return { revision: done.revision, state, done: count };
}

function readOrder(args: Arguments): (site: Site) => BulkGrantOrder {
  const subjects: Assignment['subject'][] = [
    ...args.all('user').map((id) => ({ type: 'user' as const, id })),
    ...args.all('team').map((id) => ({ type: 'team' as const, id })),
  ];
  if (subjects.length === 0) throw new UsageError('say by `--user` or `--team` who gets it');
  const role = required(args, 'role');
  const scopes = readScopes(args);
  if (!args.has('at')) throw new UsageError('say by `--at` where');
  const [from, until] = [readInstantText(args, 'from'), readInstantText(args, 'until')];
  const validity = {
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
  const isLimited = from !== undefined || until !== undefined;
  return ({ engine, organization }) => {
    for (const { type, id } of subjects) {
      requireElement(engine, type === 'team' ? 'teams' : 'users', type, id);
    }
    requireRole(engine, role);
    const existing = args.has('replace') ? 'replace' : 'keep';
    const order = { subjects, scopes: scopes(organization), role, existing } as const;
    return isLimited ? { ...order, validity } : order;
  };
}

function rightsAt(args: Arguments, scopes: readonly Assignment['scope'][], engine: Engine) {
  const users = new Set(args.all('user'));
  const teams = new Set(args.all('team'));
  for (const id of users) requireElement(engine, 'users', 'user', id);
  for (const id of teams) requireElement(engine, 'teams', 'team', id);
  const ids: string[] = [];
  for (const { id, subject, scope } of elementsOf(engine, 'assignments')) {
    const isNamed =
      (subject.type === 'user' && users.has(subject.id)) ||
      (subject.type === 'team' && teams.has(subject.id));
    if (isNamed && scopes.some(({ type, id: at }) => type === scope.type && at === scope.id)) {
      ids.push(id);
    }
  }
  if (ids.length > 0) return ids;
  throw new InputError('nothing is held exactly there; `doorwright doors` says what opens and why');
}

/** A cell, and where something is kept: what, and whether it is other than what was asked for. */
interface ToldCell extends BulkCell {
  readonly held?: Pick<Assignment, 'role' | 'validity' | 'enabled'> & { readonly differs: boolean };
}

function withHeld(cell: BulkCell, { role, validity }: BulkGrantOrder, engine: Engine): ToldCell {
  if (cell.verdict !== 'keep' || cell.assignment === undefined) return cell;
  const held = findElement(engine, 'assignments', cell.assignment);
  if (held === undefined) return cell;
  const isEnabled = held.enabled !== false;
  const differs = held.role !== role || !isEnabled || !sameValue(held.validity, validity);
  return {
    ...cell,
    held: {
      role: held.role,
      ...(held.validity === undefined ? {} : { validity: held.validity }),
      ...(isEnabled ? {} : { enabled: false }),
      differs,
    },
  };
}

const VERDICTS: Readonly<Record<BulkCell['verdict'], string>> = {
  grant: 'is granted',
  replace: 'replaces what is held',
  keep: 'is held already',
  refuse: 'may not be granted',
};

function cellRow({ subject, scope, verdict, detail, held }: ToldCell): string[] {
  const why = detail === undefined ? '' : `: ${shown(detail)}`;
  return [
    `${subject.type} ${shown(subject.id)}`,
    `${scope.type} ${shown(scope.id)}`,
    held?.differs ? heldText(held) : `${VERDICTS[verdict]}${why}`,
  ];
}

function heldText({ role, validity = {}, enabled }: NonNullable<ToldCell['held']>): string {
  const parts = [
    `\`${shown(role)}\``,
    ...Object.entries(validity).map(([name, value]) => `${name} ${shown(String(value))}`),
    ...(enabled === false ? ['switched off'] : []),
  ];
  return `keeps what is held, ${parts.join(' ')}; \`--replace\` changes it`;
}

function outcomeLine(revision: number | null): string {
  return revision === null ? 'nothing was written' : `written at revision ${revision}`;
}
