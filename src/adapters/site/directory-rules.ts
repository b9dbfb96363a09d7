/** The rules of directories: kept, replaced and taken away. */
import { directoryNeed } from '../../admin/directory/directory-needs.js';
import {
  checkRulesFit,
  type DirectoryRules,
  managedGroups,
  parseDirectoryRules,
} from '../../admin/directory/rules.js';
import type { SiteRecord } from '../../admin/record.js';
import type { Issue } from '../../policy/issue.js';
import type { StoreReader } from '../store/store.js';
import type { Actor, Site, WriteResult } from './site.js';

/**
 * Why rules were not kept. `malformed`: not rules, see `issues`. `rules`: they do not fit the policy. `group_taken`:
 * another directory manages one of the groups; the two would undo each other's work.
 */
export type DirectoryRulesCode = 'malformed' | 'rules' | 'group_taken';

/** Rules, or why there are none to go by. */
export type RulesRead =
  | { readonly ok: true; readonly rules: DirectoryRules }
  | {
      readonly ok: false;
      readonly code: 'unknown_directory' | 'rules';
      readonly detail: string;
      readonly issues?: readonly Issue[];
    };

/**
 * Keeps the rules of a directory, new or in place of those of the same id. Nothing is given or taken away before the
 * next run; groups that are no longer named stay as they are and are nobody's to reconcile.
 */
export async function putDirectory(
  site: Site,
  actor: Actor,
  input: unknown,
): Promise<WriteResult<DirectoryRules, DirectoryRulesCode>> {
  const parsed = parseDirectoryRules(input);
  if (!parsed.ok) {
    const { issues } = parsed;
    return { ok: false, code: 'malformed', detail: textOf(issues), issues };
  }
  const rules = parsed.value;
  return await site.write<DirectoryRules, DirectoryRulesCode>({
    actor,
    operation: 'directory.put',
    plan: async ({ engine, store }) => {
      const issues = checkRulesFit(engine, rules);
      if (issues.length > 0) return { ok: false, code: 'rules', detail: textOf(issues) };
      const other = await managerOfOne(store, rules);
      if (other !== undefined) {
        return { ok: false, code: 'group_taken', detail: `managed by \`${other}\` already` };
      }
      const body = JSON.parse(JSON.stringify(rules)) as SiteRecord['body'];
      return {
        ok: true,
        value: {
          value: rules,
          records: { put: [{ kind: 'directory', id: rules.id, body }] },
          needs: [directoryNeed(engine, rules)],
          audit: { object: { type: 'integration', id: rules.id } },
        },
      };
    },
  });
}

/** Takes the rules of a directory away. Rights, accounts and links stay as they are. */
export async function removeDirectory(
  site: Site,
  actor: Actor,
  directory: string,
): Promise<WriteResult<undefined, 'unknown_directory'>> {
  return await site.write<undefined, 'unknown_directory'>({
    actor,
    operation: 'directory.remove',
    plan: async ({ engine, store }) => {
      const read = await readRules(store, directory);
      if (!read.ok && read.code === 'unknown_directory') {
        return { ok: false, code: 'unknown_directory', detail: read.detail };
      }
      const object = { type: 'integration', id: directory };
      const need = read.ok
        ? directoryNeed(engine, read.rules)
        : { action: 'update', resource: object };
      return {
        ok: true,
        value: {
          value: undefined,
          records: { remove: [{ kind: 'directory', id: directory }] },
          needs: [need],
          audit: { object },
        },
      };
    },
  });
}

/** The rules of a directory as they are kept. */
export async function readRules(
  store: Pick<StoreReader, 'record'>,
  directory: string,
): Promise<RulesRead> {
  const record = await store.record('directory', directory);
  if (record === undefined) {
    return { ok: false, code: 'unknown_directory', detail: `no rules of \`${directory}\`` };
  }
  const parsed = parseDirectoryRules(record.body);
  if (parsed.ok) return { ok: true, rules: parsed.value };
  return { ok: false, code: 'rules', detail: 'unreadable rules', issues: parsed.issues };
}

/** The id of another directory that manages one of these groups. */
async function managerOfOne(
  store: StoreReader,
  rules: DirectoryRules,
): Promise<string | undefined> {
  const groups = new Set(managedGroups(rules));
  for (const { id, body } of await store.records('directory', { limit: 10_000 })) {
    if (id === rules.id) continue;
    const parsed = parseDirectoryRules(body);
    if (parsed.ok && managedGroups(parsed.value).some((group) => groups.has(group))) return id;
  }
  return undefined;
}

function textOf([first]: readonly Issue[]): string {
  return `${first?.pointer ?? ''}: ${first?.message ?? ''}`;
}
