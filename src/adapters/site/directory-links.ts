/** Saying by hand which account a member of a directory is, where e-mails do not. */
import { directoryLink } from '../../admin/directory/current.js';
import { directoryNeed } from '../../admin/directory/directory-needs.js';
import { OUTSIDE_ID_LENGTH_MAX } from '../../admin/directory/directory-schema.js';
import { findElement } from '../../engine/elements.js';
import { readRules } from './directory-rules.js';
import type { Actor, Site, WriteResult } from './site.js';

/** Why a member was not linked. `member`: no id that a directory could have. */
export type DirectoryLinkCode = 'unknown_directory' | 'rules' | 'unknown_user' | 'member';

/**
 * Links a member to an account, or with `null` takes his link away: the next run then looks at his e-mail again, and
 * makes a new account for somebody whose old one was deleted. Rights change at the next run, not here.
 */
export async function linkMember(
  site: Site,
  actor: Actor,
  directory: string,
  member: string,
  user: string | null,
): Promise<WriteResult<undefined, DirectoryLinkCode>> {
  return await site.write<undefined, DirectoryLinkCode>({
    actor,
    operation: 'directory.link',
    plan: async ({ engine, store, now }) => {
      const read = await readRules(store, directory);
      if (!read.ok) return { ok: false, code: read.code, detail: read.detail };
      if (typeof member !== 'string' || member === '' || member.length > OUTSIDE_ID_LENGTH_MAX) {
        return { ok: false, code: 'member', detail: 'no id of a member' };
      }
      if (user !== null && findElement(engine, 'users', user) === undefined) {
        return { ok: false, code: 'unknown_user', detail: `unknown user \`${user}\`` };
      }
      const { kind, id, body } = directoryLink(directory, member, user ?? '', now);
      const records = user === null ? { remove: [{ kind, id }] } : { put: [{ kind, id, body }] };
      return {
        ok: true,
        value: {
          ...{ value: undefined, records, needs: [directoryNeed(engine, read.rules)] },
          audit: {
            object:
              user === null ? { type: 'integration', id: directory } : { type: 'user', id: user },
            data: { directory, member },
          },
        },
      };
    },
  });
}
