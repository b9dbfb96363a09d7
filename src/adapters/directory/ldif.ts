/** A directory as an LDIF file: people become members, groups lists of members for the rows of kind `group`. */
import { readFile, stat } from 'node:fs/promises';
import { foldDn, type LdifEntry, parseLdif } from './ldif-text.js';
import { type DirectorySource, DirectorySourceError } from './source.js';

/** A text of this length still fits one string with room for its parts. */
const FILE_BYTES_MAX = 256 * 2 ** 20;

/** How a file is read. */
export interface LdifOptions {
  /** Names that stand in groups for nobody, such as the member that `groupOfNames` must have. */
  readonly ignore?: readonly string[];
}

const PEOPLE = new Set(['person', 'inetorgperson', 'organizationalperson', 'user', 'account']);
const GROUPS = new Set(['groupofnames', 'groupofuniquenames', 'group']);

/** `userAccountControl`: the account is switched off. @see [MS-ADTS] 2.2.16 */
const ACCOUNT_DISABLED = 2;

/** A source that reads an LDIF file. A group that names somebody who is not in the file makes it an error. */
export function ldifSource(path: string, options: LdifOptions = {}): DirectorySource {
  return {
    async read(signal) {
      return ldifSnapshot(await readText(path, signal), options);
    },
  };
}

/** The snapshot of an LDIF text. @throws DirectorySourceError */
export function ldifSnapshot(text: string, { ignore = [] }: LdifOptions = {}): unknown {
  const entries = parseLdif(text);
  const people = entries.filter((entry) => isOf(entry, PEOPLE));
  const groups = entries.filter((entry) => isOf(entry, GROUPS));
  const ids = new Map<string, { readonly id: string; readonly isGroup: boolean }>();
  for (const [list, isGroup] of [[people, false] as const, [groups, true] as const]) {
    for (const entry of list) ids.set(foldDn(entry.dn), { id: idOf(entry), isGroup });
  }
  const ignored = new Set(ignore.map(foldDn));
  return {
    members: people.map(memberOf),
    groups: groups.map((entry) => {
      const named = namesIn(entry).flatMap((dn) => {
        const found = ids.get(foldDn(dn));
        if (found !== undefined) return [found];
        if (ignored.has(foldDn(dn))) return [];
        throw new DirectorySourceError('partial', `${entry.dn}: a member that is not there`);
      });
      const inside = (isGroup: boolean) =>
        named.filter((each) => each.isGroup === isGroup).map(({ id }) => id);
      const name = first(entry, 'cn');
      return {
        ...{ id: idOf(entry), members: inside(false), groups: inside(true) },
        ...(name === undefined ? {} : { name }),
      };
    }),
  };
}

async function readText(path: string, signal: AbortSignal): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX) throw new DirectorySourceError('too_large', `${size} bytes`);
    bytes = await readFile(path, { signal });
  } catch (error) {
    if (error instanceof DirectorySourceError) throw error;
    throw new DirectorySourceError('unreachable', 'cannot be read', { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DirectorySourceError('malformed', 'not UTF-8');
  }
}

/** The server's own id of the entry, which a renaming leaves; else its distinguished name. */
function idOf(entry: LdifEntry): string {
  return first(entry, 'entryuuid') ?? foldDn(entry.dn);
}

function memberOf(entry: LdifEntry): unknown {
  const name = first(entry, 'displayname') ?? first(entry, 'cn');
  const email = first(entry, 'mail');
  const phone = first(entry, 'telephonenumber') ?? first(entry, 'mobile');
  return {
    ...{ id: idOf(entry), active: isActive(entry) },
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
  };
}

function isActive(entry: LdifEntry): boolean {
  if (first(entry, 'nsaccountlock')?.toLowerCase() === 'true') return false;
  const control = first(entry, 'useraccountcontrol');
  if (control === undefined) return true;
  const flags = /^\d{1,10}$/u.test(control) ? Number(control) : ACCOUNT_DISABLED;
  return (flags & ACCOUNT_DISABLED) === 0;
}

function namesIn({ attributes }: LdifEntry): string[] {
  return [...(attributes.get('member') ?? []), ...(attributes.get('uniquemember') ?? [])];
}

function isOf({ attributes }: LdifEntry, classes: ReadonlySet<string>): boolean {
  return (attributes.get('objectclass') ?? []).some((each) => classes.has(each.toLowerCase()));
}

function first({ attributes }: LdifEntry, name: string): string | undefined {
  return attributes.get(name)?.find((value) => value !== '');
}
