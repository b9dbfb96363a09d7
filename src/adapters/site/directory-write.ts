/** What a directory's read means for the policy, written in transactions that are each whole and each allowed. */

import { checkBrake } from '../../admin/directory/brake.js';
import {
  directoryCurrent,
  directoryLink,
  linkPrefix,
  readLink,
} from '../../admin/directory/current.js';
import {
  type DirectoryChanges,
  directoryChanges,
} from '../../admin/directory/directory-changes.js';
import type { DirectoryLine, DirectoryPlan } from '../../admin/directory/directory-line.js';
import { directoryNeed } from '../../admin/directory/directory-needs.js';
import {
  type DirectoryState,
  directoryStateId,
  directoryStateRecord,
  readDirectoryState,
} from '../../admin/directory/directory-state.js';
import { planDirectory } from '../../admin/directory/plan-directory.js';
import { checkRulesFit, type DirectoryRules } from '../../admin/directory/rules.js';
import { countsOf, type DirectorySnapshot } from '../../admin/directory/snapshot.js';
import type { Issue } from '../../policy/issue.js';
import type { Outcome } from '../../values/outcome.js';
import { quietly } from '../quietly.js';
import type { StoreReader } from '../store/store.js';
import type {
  DirectoryResult,
  DirectoryRun,
  DirectoryRunOptions,
  DirectoryWriteCode,
} from './directory-run.js';
import type { Actor, Planned, Site, SiteView } from './site.js';

/** Lines and links of one transaction where nobody says how many. */
const LINES_MAX = 10_000;

/** A run whose source was read whole. */
export interface DirectoryWrite {
  readonly site: Site;
  readonly actor: Actor & { readonly type: 'user' };
  readonly rules: DirectoryRules;
  readonly state: DirectoryState;
  readonly snapshot: DirectorySnapshot;
  readonly options: DirectoryRunOptions;
}

/**
 * Plans anew in each transaction, from the policy as it then is, and writes the next lines, removals first. What may
 * be taken away in all is settled by the first plan: later ones take no more.
 */
export async function writeDirectory(write: DirectoryWrite): Promise<DirectoryRun> {
  const { site, actor, options } = write;
  const dryRun = options.dryRun === true;
  let step: Step = { ...FIRST, revision: site.engine.revision };
  for (;;) {
    if (options.signal?.aborted === true) {
      return { ok: false, code: 'aborted', detail: 'stopped', ...soFar(step) };
    }
    const notes: Notes = { issues: [], plan: step.plan };
    const before = step;
    const written = await site.write<Step, DirectoryWriteCode>({
      actor,
      operation: 'directory.sync',
      dryRun,
      plan: (view) => planStep(write, before, view, notes),
    });
    if (!written.ok) {
      const { code, detail } = written;
      const { issues, plan } = notes;
      const wrong = issues.length > 0 ? { issues } : {};
      return { ok: false, code, detail, ...wrong, ...soFar({ ...step, plan }) };
    }
    step = { ...written.value, revision: written.revision };
    quietly(options.onProgress)(resultOf(step));
    if (step.done || dryRun) break;
  }
  const { plan } = step;
  if (plan === undefined) throw new Error('a run without a plan');
  return { ok: true, plan, result: resultOf(step) };
}

/** How far a run is. */
interface Step extends DirectoryResult {
  /** The first plan: what the whole run is about. */
  readonly plan: DirectoryPlan | undefined;
  /** Rights taken away so far, and how many may be in all. */
  readonly withdrawn: number;
  readonly allowed: number;
  /** Lines not to be tried again. */
  readonly skip: ReadonlySet<string>;
}

const FIRST: Step = {
  ...{ added: 0, changed: 0, removed: 0, created: 0, linked: 0, revision: 0 },
  ...{ refused: [], done: false, plan: undefined, withdrawn: 0, allowed: 0, skip: new Set() },
};

/** What a planner saw, also when it refused. */
interface Notes {
  issues: readonly Issue[];
  plan: DirectoryPlan | undefined;
}

async function planStep(
  write: DirectoryWrite,
  step: Step,
  view: SiteView,
  notes: Notes,
): Promise<Outcome<Planned<Step>, DirectoryWriteCode>> {
  const { rules, snapshot, options, actor } = write;
  notes.issues = checkRulesFit(view.engine, rules);
  const [first] = notes.issues;
  if (first !== undefined) {
    return { ok: false, code: 'rules', detail: `${first.pointer}: ${first.message}` };
  }
  if (await isSuperseded(write, view)) {
    return { ok: false, code: 'superseded', detail: 'another run has finished since' };
  }
  const links = await readLinks(view.store, rules.id);
  const plan = planDirectory(
    directoryCurrent(view.engine, rules, links, view.time),
    snapshot,
    rules,
  );
  notes.plan ??= plan;
  const brake =
    step.plan === undefined
      ? checkBrake(plan, rules, options.confirm)
      : checkRest(plan.withdrawals, step);
  if (!brake.ok) return brake;
  const left = withoutSkipped(plan, step.skip);
  const hand = { actor: actor.id, time: view.time, newId: view.newId };
  const most = options.dryRun === true ? Number.POSITIVE_INFINITY : (options.linesMax ?? LINES_MAX);
  const drafted = directoryChanges(view.engine, left, hand, most);
  const allowed = step.plan === undefined ? plan.withdrawals : step.allowed;
  const next = advanced(step, plan, left, drafted, allowed);
  return { ok: true, value: planned(write, next, drafted, view) };
}

/** Whether another run has written since this one began to read: then what was read may be older than what stands. */
async function isSuperseded({ rules, state }: DirectoryWrite, view: SiteView): Promise<boolean> {
  const record = await view.store.record('cursor', directoryStateId(rules.id));
  return readDirectoryState(record).success?.at !== state.success?.at;
}

/** What a later transaction may still take away: no more than was settled when the run began. */
function checkRest(withdrawals: number, step: Step): Outcome<number, 'brake'> {
  const most = step.allowed - step.withdrawn;
  if (withdrawals <= most) return { ok: true, value: withdrawals };
  const detail = `would take away ${withdrawals} more rights, ${most} were settled`;
  return { ok: false, code: 'brake', detail };
}

function planned(
  { rules, snapshot }: DirectoryWrite,
  next: Step,
  { changes, links }: DirectoryChanges,
  view: SiteView,
): Planned<Step> {
  const put = links.map(({ member, user }) => directoryLink(rules.id, member, user, view.now));
  if (next.done) {
    const success = { at: view.now, counts: countsOf(snapshot) };
    put.push(directoryStateRecord(rules.id, { success }));
  }
  const { added, changed, removed, created, linked, refused } = next;
  return {
    value: next,
    ...(changes === undefined ? {} : { changes }),
    records: { put },
    needs: [directoryNeed(view.engine, rules)],
    noticePreference: rules.notices ?? 'default',
    audit: {
      object: { type: 'integration', id: rules.id },
      data: { added, changed, removed, created, linked, refused: refused.length, done: next.done },
    },
  };
}

function advanced(
  step: Step,
  plan: DirectoryPlan,
  left: DirectoryPlan,
  { changes, written, refused, links }: DirectoryChanges,
  allowed: number,
): Step {
  const kinds = { added: 0, changed: 0, removed: 0 };
  let withdrawn = 0;
  for (const line of written) {
    if (line.right === undefined) kinds.added++;
    else if (line.span !== undefined) kinds.changed++;
    else kinds.removed++;
    if (line.withdraws === true) withdrawn++;
  }
  const tried = written.length + refused.length;
  const lines = left.add.length + left.change.length + left.remove.length;
  const created = changes?.put?.users?.length ?? 0;
  return {
    added: step.added + kinds.added,
    changed: step.changed + kinds.changed,
    removed: step.removed + kinds.removed,
    created: step.created + created,
    linked: step.linked + links.length - created,
    refused: [...step.refused, ...(step.plan === undefined ? plan.refuse : []), ...refused],
    revision: step.revision,
    done: tried === lines && links.length - created === plan.link.length,
    plan: step.plan ?? plan,
    withdrawn: step.withdrawn + withdrawn,
    allowed,
    skip: new Set([...step.skip, ...refused.map(keyOf)]),
  };
}

function withoutSkipped(plan: DirectoryPlan, skip: ReadonlySet<string>): DirectoryPlan {
  if (skip.size === 0) return plan;
  const isLeft = (line: DirectoryLine) => !skip.has(keyOf(line));
  return {
    ...plan,
    add: plan.add.filter(isLeft),
    change: plan.change.filter(isLeft),
    remove: plan.remove.filter(isLeft),
  };
}

function keyOf({ group, user, member, right }: DirectoryLine): string {
  return JSON.stringify([group, right?.id ?? null, user ?? null, member ?? null]);
}

async function readLinks(store: StoreReader, directory: string): Promise<Map<string, string>> {
  const prefix = linkPrefix(directory);
  const links = new Map<string, string>();
  let after = prefix;
  for (;;) {
    const page = await store.records('directory_link', { after, limit: 10_000 });
    for (const record of page) {
      if (!record.id.startsWith(prefix)) return links;
      links.set(...readLink(record));
      after = record.id;
    }
    if (page.length === 0) return links;
  }
}

function resultOf(step: Step): DirectoryResult {
  const { added, changed, removed, created, linked, refused, revision, done } = step;
  return { added, changed, removed, created, linked, refused, revision, done };
}

function soFar(step: Step): { readonly plan?: DirectoryPlan; readonly result: DirectoryResult } {
  return { ...(step.plan === undefined ? {} : { plan: step.plan }), result: resultOf(step) };
}
