/** Directories that are files: a folder of CSV, and LDIF. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { csvFolderSource } from '../../../src/adapters/directory/csv-folder.js';
import { ldifSnapshot, ldifSource } from '../../../src/adapters/directory/ldif.js';
import { foldDn } from '../../../src/adapters/directory/ldif-text.js';
import { directoryGrants } from '../../../src/admin/directory/grants.js';
import {
  type DirectorySnapshot,
  parseDirectorySnapshot,
} from '../../../src/admin/directory/snapshot.js';

const { signal } = new AbortController();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorwright-directory-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (files: Readonly<Record<string, string>>) =>
  Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));

describe('a folder of CSV files', () => {
  test('is one snapshot, whatever order its columns have', async () => {
    await write({
      'members.csv': 'Email;id;team;active\nann@x.org;m1;t1;\n;m2;;false\n',
      'teams.csv': 'id\nt1\n',
      'memberships.csv': 'id,plan,member,team,from,until\ns1,,,t1,2026-01-01T00:00:00Z,\n',
      'dayPasses.csv': 'id,member,remaining\np1,m2,3\n',
      'groups.csv': 'id,members\ng1,m1|m2\ng2,\n',
      'notes.txt': 'not read',
    });
    expect(parseDirectorySnapshot(await csvFolderSource(folder).read(signal))).toEqual({
      ok: true,
      value: {
        members: [
          { id: 'm1', email: 'ann@x.org', team: 't1' },
          { id: 'm2', active: false },
        ],
        teams: [{ id: 't1' }],
        memberships: [{ id: 's1', team: 't1', from: '2026-01-01T00:00:00Z' }],
        dayPasses: [{ id: 'p1', member: 'm2', remaining: 3 }],
        groups: [
          { id: 'g1', members: ['m1', 'm2'] },
          { id: 'g2', members: [] },
        ],
      },
    });
  });

  test.each([
    ['partial', {}],
    ['partial', { 'members.csv': '' }],
    ['malformed', { 'members.csv': 'id,role\nm1,admin\n' }],
    ['malformed', { 'members.csv': 'id,id\nm1,m1\n' }],
    ['malformed', { 'members.csv': 'id,name\nm1,"open\n' }],
    ['malformed', { 'members.csv': 'id,name\nm1\n' }],
  ])('is %s as %j', async (code, files) => {
    await write(files);
    await expect(csvFolderSource(folder).read(signal)).rejects.toMatchObject({ code });
  });

  test('that is not there is unreachable', async () => {
    const failed = csvFolderSource(join(folder, 'none')).read(signal);
    await expect(failed).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('words that are no number or truth value are left to the strict parser', async () => {
    await write({
      'members.csv': 'id,active\nm1,maybe\n',
      'dayPasses.csv': 'id,member,remaining\np1,m1,1e3\n',
    });
    const parsed = parseDirectorySnapshot(await csvFolderSource(folder).read(signal));
    expect(parsed.ok ? [] : parsed.issues.map(({ pointer }) => pointer)).toEqual([
      '/members/0/active',
      '/dayPasses/0/remaining',
    ]);
  });
});

const LDIF = `version: 1
# People

dn: uid=ann,ou=people,dc=example,dc=org
objectClass: top
objectClass: inetOrgPerson
uid: ann
cn: Ann
displayName:: w4RubiBMZWU=
mail: ann@exam
 ple.org
telephoneNumber: +49 30 1
jpegPhoto:: /9j/4A==

dn: cn=Lee\\, Bob ,OU=People,dc=example,dc=org
objectClass: person
entryUUID: 6f1b
cn: Lee, Bob
userAccountControl: 514

dn: cn=inner,dc=example,dc=org
objectClass: groupOfNames
cn: inner
member: CN=Lee\\2c Bob,ou=people,DC=example, dc=org
member: cn=outer,dc=example,dc=org

dn: cn=outer,dc=example,dc=org
objectClass: groupOfUniqueNames
uniqueMember: uid=ann,ou=people,dc=example,dc=org
uniqueMember: cn=inner,dc=example,dc=org
uniqueMember: cn=nobody
`;

describe('LDIF', () => {
  const read = () => ldifSnapshot(LDIF, { ignore: ['cn=nobody'] });
  const ANN = 'uid=ann,ou=people,dc=example,dc=org';

  test('people are members, groups hold them by whatever spelling of their names', () => {
    expect(parseDirectorySnapshot(read())).toEqual({
      ok: true,
      value: {
        members: [
          { id: ANN, active: true, name: 'Änn Lee', email: 'ann@example.org', phone: '+49 30 1' },
          { id: '6f1b', active: false, name: 'Lee, Bob' },
        ],
        groups: [
          {
            ...{ id: 'cn=inner,dc=example,dc=org', name: 'inner' },
            ...{ members: ['6f1b'], groups: ['cn=outer,dc=example,dc=org'] },
          },
          {
            ...{ id: 'cn=outer,dc=example,dc=org' },
            ...{ members: [ANN], groups: ['cn=inner,dc=example,dc=org'] },
          },
        ],
      },
    });
  });

  test('members of groups in a group count, circles end, and inactive people do not', () => {
    const id = 'cn=inner,dc=example,dc=org';
    const rules = { id: 'ldap', rows: [{ kind: 'group', id, groups: ['staff'] }] } as const;
    const grants = directoryGrants(read() as DirectorySnapshot, rules);
    expect([...(grants.get('staff')?.keys() ?? [])]).toEqual([ANN]);
  });

  test('is read from a file', async () => {
    await write({ 'all.ldif': LDIF.replaceAll('\n', '\r\n') });
    const source = ldifSource(join(folder, 'all.ldif'), { ignore: ['CN=Nobody'] });
    expect(await source.read(signal)).toEqual(read());
    const none = ldifSource(join(folder, 'none.ldif'));
    await expect(none.read(signal)).rejects.toMatchObject({ code: 'unreachable' });
  });

  test.each([
    ['partial', LDIF],
    ['malformed', 'version: 2\n\ndn: cn=a\n'],
    ['malformed', 'cn: a\n'],
    ['malformed', 'dn: cn=a\nchangetype: delete\n'],
    ['malformed', 'dn: cn=a\nmail:< file:///etc/passwd\n'],
    ['malformed', 'dn: cn=a\nmail:: ???\n'],
    ['malformed', 'dn: cn=a\n<html>\n'],
  ])('is %s: %j', (code, text) => {
    expect(() => ldifSnapshot(text)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['CN=A, DC=B', 'cn=a,dc=b', true],
    ['cn=a\\2Cb', 'cn=a\\,b', true],
    ['cn=\\c3\\a4', 'cn=ä', true],
    ['cn=\\5cb', 'cn=b', false],
    ['cn=a\\,b', 'cn=a,b', false],
    ['cn=a\\\\,cn=b', 'cn=a\\,cn=b', false],
  ])('%s and %s are one name: %j', (one, other, same) => {
    expect(foldDn(one) === foldDn(other)).toBe(same);
  });
});
