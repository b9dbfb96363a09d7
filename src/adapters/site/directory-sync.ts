/** One run of a directory: read it whole, hold it against the policy, write what follows in few transactions. */
import { suspiciousLists } from '../../admin/directory/brake.js';
import { directoryNeed } from '../../admin/directory/directory-needs.js';
import {
  type DirectoryState,
  directoryStateId,
  directoryStateRecord,
  readDirectoryState,
} from '../../admin/directory/directory-state.js';
import type { DirectoryRules } from '../../admin/directory/rules.js';
import {
  countsOf,
  type DirectorySnapshot,
  parseDirectorySnapshot,
} from '../../admin/directory/snapshot.js';
import { PolicyError } from '../../policy/issue.js';
import { type DirectorySource, DirectorySourceError } from '../directory/source.js';
import { readRules } from './directory-rules.js';
import type { DirectoryRun, DirectoryRunOptions } from './directory-run.js';
import { writeDirectory } from './directory-write.js';
import type { Actor, Site } from './site.js';

/**
 * Runs a directory once. A source that fails, is cut short or is suddenly empty takes nothing away. Every run that is
 * not dry is remembered: a success with its counts, a failure with its code and an audit event.
 * @throws StoreError when the store fails; the run can be repeated at once.
 * @throws TypeError for an actor who is not a user: what a directory gives, somebody gives.
 */
export async function syncDirectory(
  site: Site,
  actor: Actor,
  directory: string,
  source: DirectorySource,
  options: DirectoryRunOptions = {},
): Promise<DirectoryRun> {
  if (actor.type !== 'user') throw new TypeError('a directory runs with the rights of a user');
  const found = await readRules(site.store, directory);
  if (!found.ok) return found;
  const { rules } = found;
  const state = readDirectoryState(await site.store.record('cursor', directoryStateId(directory)));
  const read = await readSource(source, rules, state, options);
  const run = read.ok
    ? await orInvalid(
        writeDirectory({ site, actor, rules, state, snapshot: read.snapshot, options }),
      )
    : read;
  if (!run.ok && options.dryRun !== true) await recordFailure(site, actor, rules, run);
  return run;
}

/** A plan over some bound of the policy itself: too many people, or too many rights. */
async function orInvalid(run: Promise<DirectoryRun>): Promise<DirectoryRun> {
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const { message, issues } = error;
    return { ok: false, code: 'invalid', detail: message, issues };
  }
}

async function readSource(
  source: DirectorySource,
  rules: DirectoryRules,
  state: DirectoryState,
  { signal, acceptEmpty }: DirectoryRunOptions,
): Promise<
  | { readonly ok: true; readonly snapshot: DirectorySnapshot }
  | (DirectoryRun & { readonly ok: false })
> {
  let data: unknown;
  try {
    signal?.throwIfAborted();
    data = await source.read(signal ?? new AbortController().signal);
    signal?.throwIfAborted();
  } catch (error) {
    if (signal?.aborted === true) return { ok: false, code: 'aborted', detail: 'stopped' };
    const detail =
      error instanceof DirectorySourceError ? error.message : 'the source failed unexpectedly';
    return { ok: false, code: 'source', detail };
  }
  const parsed = parseDirectorySnapshot(data);
  if (!parsed.ok) {
    const [first] = parsed.issues;
    const detail = `${first?.pointer ?? ''}: ${first?.message ?? 'unreadable'}`;
    return { ok: false, code: 'snapshot', detail, issues: parsed.issues };
  }
  const suspicious = suspiciousLists(countsOf(parsed.value), state.success?.counts, rules);
  if (suspicious.length > 0 && acceptEmpty !== true) {
    const detail = `empty and was not before: ${suspicious.join(', ')}`;
    return { ok: false, code: 'suspicious', detail };
  }
  return { ok: true, snapshot: parsed.value };
}

async function recordFailure(
  site: Site,
  actor: Actor,
  rules: DirectoryRules,
  { code, detail }: DirectoryRun & { readonly ok: false },
): Promise<void> {
  await site.write({
    actor,
    operation: 'directory.fail',
    plan: async (view) => {
      // As it is now: another run may have succeeded meanwhile, and that must not be forgotten.
      const id = directoryStateId(rules.id);
      const state = readDirectoryState(await view.store.record('cursor', id));
      const at = view.now;
      const times = (state.failure?.times ?? 0) + 1;
      const record = directoryStateRecord(rules.id, { ...state, failure: { at, code, times } });
      return {
        ok: true,
        value: {
          value: undefined,
          records: { put: [record] },
          needs: [directoryNeed(view.engine, rules)],
          audit: { object: { type: 'integration', id: rules.id }, data: { code, detail } },
        },
      };
    },
  });
}
