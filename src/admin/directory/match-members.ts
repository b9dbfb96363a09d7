/** Which account of the policy an outside member is: by an earlier link, else by e-mail, else a new one. */
import type { User } from '../../policy/document.js';
import type { DirectoryMember } from './snapshot.js';

/**
 * Why a member gets no account. `account_removed`: the account it was linked to is gone, and is not made again
 * unless somebody takes the link away. `email_ambiguous`: several accounts have the e-mail. `email_shared`: several
 * members without a link have it. `account_linked`: the account already stands for another member.
 */
export type MatchRefusal =
  | 'account_removed'
  | 'email_ambiguous'
  | 'email_shared'
  | 'account_linked';

/** What is known of one member: his account, that he needs one, or why he gets none. */
export type Match =
  | { readonly kind: 'account'; readonly user: string; readonly isNew: boolean }
  | { readonly kind: 'create' }
  | { readonly kind: 'refuse'; readonly reason: MatchRefusal };

/** E-mail addresses are compared without regard to case, spaces around them or how letters are composed. */
export function foldEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}

/**
 * Matches members as they are asked for. Linking by e-mail gives rights to the account that has it and writes
 * nothing into that account, so whoever can edit the directory's e-mails cannot take an account over.
 */
export function memberMatcher(
  members: readonly DirectoryMember[],
  users: ReadonlyMap<string, User>,
  links: ReadonlyMap<string, string>,
): (member: string) => Match {
  const byId = new Map(members.map((member) => [member.id, member]));
  const accounts = countByEmail(users.values());
  const sharing = countByEmail(members.filter(({ id }) => !links.has(id)));
  const taken = new Set(links.values());
  return (id) => {
    const linked = links.get(id);
    if (linked !== undefined) {
      return users.has(linked)
        ? { kind: 'account', user: linked, isNew: false }
        : { kind: 'refuse', reason: 'account_removed' };
    }
    const email = foldEmail(byId.get(id)?.email ?? '');
    if (email === '') return { kind: 'create' };
    if ((sharing.get(email)?.length ?? 0) > 1) return { kind: 'refuse', reason: 'email_shared' };
    const [account, ...others] = accounts.get(email) ?? [];
    if (account === undefined) return { kind: 'create' };
    if (others.length > 0) return { kind: 'refuse', reason: 'email_ambiguous' };
    if (taken.has(account)) return { kind: 'refuse', reason: 'account_linked' };
    return { kind: 'account', user: account, isNew: true };
  };
}

function countByEmail(
  people: Iterable<{ readonly id: string; readonly email?: string | undefined }>,
): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, email } of people) {
    if (email === undefined) continue;
    const key = foldEmail(email);
    if (key === '') continue;
    const list = ids.get(key);
    if (list === undefined) ids.set(key, [id]);
    else list.push(id);
  }
  return ids;
}
