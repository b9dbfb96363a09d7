import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryStore, openSite } from '../../src/adapters/for-site.js';
import { exportFile } from '../../src/adapters/import/export-file.js';
import { importFile } from '../../src/adapters/import/import-file.js';
import type { ImportOptions, ImportRun } from '../../src/adapters/import/import-run.js';
import type { ImportKind } from '../../src/admin/import/import-job.js';
import type { Policy } from '../../src/policy/document.js';
import { runs } from '../helpers/runs.js';

const OWNER = { type: 'user', id: 'owner' } as const;

function policyOf(parts: {
  users?: readonly object[];
  rights?: readonly object[];
  cards?: readonly object[];
}) {
  return {
    version: 1,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [
      { id: 'staff', name: 'All staff', doors: ['front'] },
      { id: 'twin-a', name: 'Twin' },
      { id: 'twin-b', name: 'Twin' },
    ],
    users: [{ id: 'owner' }, ...(parts.users ?? [])],
    credentials: parts.cards ?? [],
    assignments: [
      {
        id: 'o',
        subject: { type: 'user', id: 'owner' },
        role: 'organization_owner',
        scope: { type: 'organization', id: 'acme' },
      },
      ...(parts.rights ?? []),
    ],
  };
}

async function siteOf(parts: Parameters<typeof policyOf>[0] = {}) {
  const store = memoryStore();
  await store.create(policyOf(parts) as unknown as Policy);
  return await openSite({ store, organization: 'acme' });
}
type AnySite = Awaited<ReturnType<typeof siteOf>>;

/** Bytes in pieces that cut characters, quotes and line ends in two. */
function fileOf(bytes: Uint8Array, pieceLength = 7): ImportOptions['file'] {
  return async function* () {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      yield bytes.subarray(at, at + pieceLength);
    }
  };
}
const utf8 = (text: string) => new TextEncoder().encode(text);

function run(
  site: AnySite,
  kind: ImportKind,
  text: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<ImportRun> {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  return importFile(site, OWNER, kind, { file: fileOf(bytes), ...options });
}

async function exported(site: AnySite, kind: ImportKind): Promise<string> {
  let text = '';
  for await (const piece of exportFile(site, OWNER, kind, Date.now())) text += piece;
  return text;
}

const issuesOf = ({ report }: ImportRun) =>
  report.issues.map(({ line, column, code }) => [line, column, code]);
const userOf = (site: AnySite, id: string) =>
  site.engine.policy.users?.find((user) => user.id === id);

describe('people', () => {
  const FILE = [
    'id,email,name,segment,active,groups',
    'ada,ada@example.org,Ada Lovelace,staff,yes,staff',
    'bob,bob@example.org,"Bob ""the"" Builder",,no,',
  ].join('\r\n');

  test('who own the organisation are not switched off by a file, by their own neither', async () => {
    const site = await siteOf();
    const wrong = await run(site, 'users', 'id,name,active\nowner,Olga,no\nada,Ada,no');
    expect(wrong).toMatchObject({ ok: false, code: 'wrong_rows' });
    expect(issuesOf(wrong)).toEqual([[2, 3, 'not_permitted']]);
    expect(userOf(site, 'owner')).toEqual({ id: 'owner' });
    expect(await run(site, 'users', 'id,name\nowner,Olga')).toMatchObject({ ok: true });
    expect(userOf(site, 'owner')?.name).toBe('Olga');
  });

  test('are made with what their row says, and the same file again changes nothing', async () => {
    const site = await siteOf();
    expect(await run(site, 'users', FILE)).toMatchObject({
      ok: true,
      report: { created: 2, updated: 0, unchanged: 0, wrong: 0, rows: 2, encoding: 'utf-8' },
    });
    expect(userOf(site, 'ada')).toEqual({
      ...{ id: 'ada', email: 'ada@example.org', name: 'Ada Lovelace', segment: 'staff' },
    });
    expect(userOf(site, 'bob')).toEqual({
      ...{ id: 'bob', email: 'bob@example.org', name: 'Bob "the" Builder', active: false },
    });
    expect(site.engine.can('ada', 'unlock', 'front', { time: Date.now() })).toBe(true);
    const { revision } = site.engine;
    const audit = (await site.store.events('audit')).length;
    expect(await run(site, 'users', FILE)).toMatchObject({
      ok: true,
      report: { created: 0, updated: 0, unchanged: 2 },
    });
    expect(site.engine.revision).toBe(revision);
    expect((await site.store.events('audit')).length).toBe(audit);
  });

  test('are found by e-mail without regard to case, and an empty cell leaves what is there', async () => {
    const site = await siteOf({ users: [{ id: 'u1', email: 'ada@example.org', name: 'Ada' }] });
    const file = 'E-Mail;Vorname;Nachname;Aktiv\nADA@example.org;;;nein\nnew@example.org;Neu;Mann;';
    expect(await run(site, 'users', file)).toMatchObject({
      ok: true,
      report: { created: 1, updated: 1 },
    });
    expect(userOf(site, 'u1')).toEqual({
      ...{ id: 'u1', email: 'ada@example.org', name: 'Ada', active: false },
    });
    const made = site.engine.policy.users?.at(-1);
    expect(made).toEqual({ id: made?.id, email: 'new@example.org', name: 'Neu Mann' });
  });

  test('every wrong cell is told by line and column, and then nothing is written', async () => {
    const users = [
      { id: 'u1', email: 'twin@example.org' },
      { id: 'u2', email: 'TWIN@example.org' },
      { id: 'u3', email: 'taken@example.org' },
      { id: 'boss' },
    ];
    const rights = [
      {
        ...{ id: 'm', subject: { type: 'user', id: 'boss' }, role: 'group_manager' },
        scope: { type: 'group', id: 'staff' },
      },
    ];
    const site = await siteOf({ users, rights });
    const file = [
      'id,email,name,active,groups',
      'ok,ok@example.org,Okay,1,staff|All staff',
      'bad id,not-an-address,x,maybe,',
      '"a\nb",,,,',
      ',,"over two',
      'lines",,',
      ',twin@example.org,,,',
      'x1,taken@example.org,,,',
      'x2,,,,nowhere;Twin',
      'ok,again@example.org,,,',
      'x3,OK@example.org,,,',
      'boss,,,,staff',
      'short,row',
      'spare,,,,,,,',
      `x4,,${'n'.repeat(257)},,`,
    ].join('\n');
    const failed = await run(site, 'users', file);
    expect(failed).toMatchObject({
      ok: false,
      code: 'wrong_rows',
      report: { rows: 13, wrong: 11 },
    });
    expect(issuesOf(failed)).toEqual([
      [3, 1, 'format'],
      [3, 2, 'format'],
      [3, 4, 'value'],
      [4, 1, 'format'],
      [6, 1, 'missing'],
      [8, 2, 'ambiguous'],
      [9, 2, 'email_taken'],
      [10, 5, 'unknown_group'],
      [10, 5, 'ambiguous'],
      [11, 1, 'duplicate'],
      [12, 2, 'duplicate'],
      [13, 5, 'other_role'],
      [14, undefined, 'columns'],
      [16, 3, 'too_long'],
    ]);
    expect(site.engine.revision).toBe(0);
    const skipped = await run(site, 'users', file, { skipWrong: true });
    expect(skipped).toMatchObject({ ok: true, report: { created: 2, wrong: 11 } });
    expect(userOf(site, 'spare')).toEqual({ id: 'spare' });
  });

  test('a dry run tells the same and writes nothing', async () => {
    const site = await siteOf();
    const dry = await run(site, 'users', `${FILE}\nx y,,,,,`, { dryRun: true });
    expect(dry).toMatchObject({ ok: true, report: { created: 2, wrong: 1, issueCount: 1 } });
    expect([site.engine.revision, (await site.store.events('audit')).length]).toEqual([0, 0]);
  });

  test('whoever may not import, or may not touch somebody, is refused', async () => {
    const keeper = {
      ...{ id: 'k', subject: { type: 'user', id: 'keeper' }, role: 'user_manager' },
      scope: { type: 'organization', id: 'acme' },
    };
    const site = await siteOf({ users: [{ id: 'keeper' }, { id: 'eve' }], rights: [keeper] });
    const asUser = (id: string, text: string) =>
      importFile(site, { type: 'user', id }, 'users', { file: fileOf(utf8(text)) });
    expect(await asUser('eve', FILE)).toMatchObject({ ok: false, code: 'refused' });
    const refused = await asUser('keeper', 'id,name,groups\nowner,Mine,\nnew,New,\nnew2,New,staff');
    expect(issuesOf(refused)).toEqual([
      [2, undefined, 'not_permitted'],
      [4, undefined, 'not_permitted'],
    ]);
    expect(await asUser('keeper', 'id,name\nnew,New')).toMatchObject({ ok: true });
    const system = { type: 'system', id: 'x' } as const;
    await expect(importFile(site, system, 'users', { file: fileOf(utf8(FILE)) })).rejects.toThrow();
  });

  test('a role that nobody can hold there makes the policy invalid, and nothing is written', async () => {
    for (const role of ['porter', 'observer']) {
      const site = await siteOf();
      expect(await run(site, 'users', FILE, { role })).toMatchObject({
        ok: false,
        code: 'invalid',
      });
      expect(site.engine.revision).toBe(0);
    }
  });

  test('headings may be explained, and those that mean nothing are named', async () => {
    const site = await siteOf();
    const columns = { Kürzel: 'id', Name: null } as const;
    const done = await run(site, 'users', 'Kürzel;Name;Lieblingsfarbe\nada;Ada;blau', { columns });
    expect(done).toMatchObject({ ok: true, report: { ignored: ['Name', 'Lieblingsfarbe'] } });
    expect(userOf(site, 'ada')).toEqual({ id: 'ada' });
  });

  test.each([
    ['', 'column_missing'],
    ['name,active\nAda,yes', 'column_missing'],
    ['id,id\na,b', 'column_twice'],
    ['id,name\na,"open\nb,c', 'syntax'],
    ['id,name\na,"x"y\nb,c', 'syntax'],
  ])('%j is no file of people: %s', async (text, code) => {
    const site = await siteOf();
    const failed = await run(site, 'users', text);
    expect(failed).toMatchObject({ ok: false, code: 'malformed' });
    expect(failed.report.issues.map((issue) => issue.code)).toContain(code);
    expect(site.engine.revision).toBe(0);
  });
});

describe('files come in many dresses:', () => {
  const text = 'id;name;segment\r\nj1;Jürgen Müßig;Größe\r\n';
  const utf16 = (value: string, big: boolean) => {
    const bytes = new Uint8Array(value.length * 2);
    for (let at = 0; at < value.length; at++) {
      new DataView(bytes.buffer).setUint16(at * 2, value.charCodeAt(at), !big);
    }
    return bytes;
  };

  test.each([
    ['utf-8', utf8(text)],
    ['utf-8', utf8(`\uFEFF${text}`)],
    ['utf-16le', utf16(`\uFEFF${text}`, false)],
    ['utf-16be', utf16(`\uFEFF${text}`, true)],
    ['utf-16le', utf16(text, false)],
    ['utf-16be', utf16(text, true)],
    ['windows-1252', Uint8Array.from(Buffer.from(text, 'latin1'))],
    ['utf-8', utf8(`sep=;\r\n${text}`)],
    ['utf-8', utf8(text.replaceAll(';', '\t'))],
    ['utf-8', utf8(text.replaceAll(';', '|').replaceAll('\r\n', '\n'))],
    ['utf-8', utf8(text.replaceAll(';', ',').replaceAll('\r\n', '\r'))],
  ] as const)('%s, file %#', async (encoding, bytes) => {
    const site = await siteOf();
    expect(await run(site, 'users', bytes)).toMatchObject({ ok: true, report: { encoding } });
    expect(userOf(site, 'j1')).toEqual({ id: 'j1', name: 'Jürgen Müßig', segment: 'Größe' });
  });

  test('bytes that are not what somebody says they are stop the import', async () => {
    const site = await siteOf();
    const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
    const failed = await run(site, 'users', bytes, { encoding: 'utf-8' });
    expect(failed).toMatchObject({ ok: false, code: 'malformed' });
    expect(issuesOf(failed)).toEqual([[0, undefined, 'encoding']]);
  });
});

describe('a file', () => {
  test('that changes while it is read is not trusted', async () => {
    const site = await siteOf();
    let reads = 0;
    const failed = await importFile(site, OWNER, 'users', {
      async *file() {
        yield utf8(reads++ === 0 ? 'id\nada' : 'id\neve');
      },
    });
    expect(failed).toMatchObject({ ok: false, code: 'malformed' });
    expect(issuesOf(failed)).toEqual([[0, undefined, 'changed']]);
    expect(site.engine.revision).toBe(0);
  });
});

describe('cards', () => {
  const users = [{ id: 'ada', email: 'ada@example.org' }, { id: 'bob' }];
  const card = (id: string, user: string, state = 'active') => ({ id, kind: 'card', user, state });

  test('are enrolled for whoever the row names, and the same file again changes nothing', async () => {
    const site = await siteOf({ users });
    const file = 'Kartennummer;Benutzer;E-Mail;Status\n00 47 11;;Ada@Example.org;\nC2;bob;;inaktiv';
    expect(await run(site, 'cards', file)).toMatchObject({ ok: true, report: { created: 2 } });
    expect(site.engine.policy.credentials).toEqual([
      card('004711', 'ada'),
      card('C2', 'bob', 'inactive'),
    ]);
    expect(await run(site, 'cards', file)).toMatchObject({ ok: true, report: { unchanged: 2 } });
    expect(await run(site, 'cards', 'number,user,state\nC2,bob,lost')).toMatchObject({
      report: { updated: 1 },
    });
    expect(site.engine.policy.credentials?.[1]?.state).toBe('lost');
  });

  test('never change hands, never come back from loss, and name somebody who is there', async () => {
    const site = await siteOf({
      users,
      cards: [
        card('c1', 'ada'),
        card('c2', 'bob', 'stolen'),
        { ...card('c3', 'bob'), kind: 'pass' },
      ],
    });
    const file = [
      'number,user,email,state,kind',
      'c1,bob,,,',
      'c2,bob,,active,',
      'c3,bob,,,card',
      'n1,nobody,,,',
      'n2,,nobody@example.org,,',
      'n3,bob,ada@example.org,,',
      'n4,,,,',
      '1.23E+15,ada,,,',
      'n5,ada,,broken,',
      'n6,ada,,,pin',
      'n7,ada,,,',
      'n7,ada,,,',
      ',ada,,,',
    ].join('\n');
    const failed = await run(site, 'cards', file);
    expect(failed).toMatchObject({ ok: false, code: 'wrong_rows' });
    expect(issuesOf(failed)).toEqual([
      [2, 1, 'other_user'],
      [3, 4, 'card_lost'],
      [4, 5, 'other_kind'],
      [5, 2, 'unknown_user'],
      [6, 3, 'unknown_user'],
      [7, 3, 'unknown_user'],
      [8, 2, 'missing'],
      [9, 1, 'format'],
      [10, 4, 'value'],
      [11, 5, 'value'],
      [13, 1, 'duplicate'],
      [14, 1, 'missing'],
    ]);
    expect(site.engine.revision).toBe(0);
  });
});

describe('an import that stops', () => {
  const rows = Array.from({ length: 3500 }, (_, index) => `u${index},User ${index}`);
  const file = ['id,name', ...rows].join('\n');

  test('goes on after its last transaction and ends as if it had not', async () => {
    const site = await siteOf();
    const stop = new AbortController();
    const stopped = await run(site, 'users', file, {
      ...{ file: fileOf(utf8(file), 1000), signal: stop.signal },
      onProgress: ({ phase, line }) => {
        if (phase === 'writing' && line > 2000) stop.abort();
        throw new Error('whoever is told fails');
      },
    });
    expect(stopped).toMatchObject({ ok: false, code: 'aborted', report: { created: 2999 } });
    expect(site.engine.policy.users).toHaveLength(3000);
    const [record] = await site.store.records('import_job');
    expect(record?.body).toMatchObject({ kind: 'users', line: 3000, done: false, created: 2999 });
    const done = await run(site, 'users', file, { file: fileOf(utf8(file), 1000) });
    expect(done).toMatchObject({ ok: true, report: { created: 3500, resumedAfter: 3000 } });
    expect(site.engine.policy.users).toHaveLength(3501);
    expect((await site.store.records('import_job'))[0]?.body).toMatchObject({ done: true });
    // A finished import of the same file begins anew.
    const again = await run(site, 'users', file, { file: fileOf(utf8(file), 1000) });
    expect(again.report).toMatchObject({ unchanged: 3500, rows: 3500 });
    expect(again.report).not.toHaveProperty('resumedAfter');
  });

  test('sees what others write between its transactions', async () => {
    const site = await siteOf();
    const mails = Array.from({ length: 2500 }, (_, index) => `u${index},u${index}@example.org`);
    let taken: Promise<unknown> | undefined;
    const done = await run(site, 'users', ['id,email', ...mails].join('\n'), {
      file: fileOf(utf8(['id,email', ...mails].join('\n')), 1000),
      onProgress: ({ phase }) => {
        if (phase !== 'writing') return;
        taken ??= site.write({
          actor: OWNER,
          operation: 'user.create',
          plan: () => {
            const thief = { id: 'thief', email: 'U2400@example.org' };
            return { ok: true, value: { value: 0, changes: { put: { users: [thief] } } } };
          },
        });
      },
    });
    expect(await taken).toMatchObject({ ok: true });
    expect(done).toMatchObject({ ok: true, report: { created: 2499, wrong: 1 } });
    expect(issuesOf(done)).toEqual([[2402, 2, 'email_taken']]);
    expect(userOf(site, 'u2400')).toBeUndefined();
  });

  test('is another import with another mapping', async () => {
    const site = await siteOf();
    const stop = new AbortController();
    await run(site, 'users', file, {
      ...{ file: fileOf(utf8(file), 1000), signal: stop.signal },
      onProgress: ({ phase }) => phase === 'writing' && stop.abort(),
    });
    const columns = { name: null };
    const done = await run(site, 'users', file, { file: fileOf(utf8(file), 1000), columns });
    expect(done.report).not.toHaveProperty('resumedAfter');
  });
});

describe('an export', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9._~:@+-]{1,8}$/u);
  const text = fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        '=1+1',
        "'=1",
        '+49 30',
        '-x',
        '@x',
        '＝1',
        'a,b',
        'a;b',
        '"q"',
        "'a",
        'a\nb',
      ),
    )
    .map((each) => each.replaceAll('\0', '').trim())
    .filter((each) => each !== '');
  const people = fc.uniqueArray(
    fc.record(
      {
        id,
        name: text,
        segment: text,
        email: fc.constant(true),
        active: fc.boolean(),
        group: fc.boolean(),
      },
      { requiredKeys: ['id'] },
    ),
    { maxLength: 6, selector: (person) => person.id },
  );

  test('comes back as it went out, and into the same site changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(people, async (drawn) => {
        const users = drawn
          .filter((person) => person.id !== 'owner')
          .map(({ group: _, email, ...person }, index) => ({
            ...person,
            ...(email ? { email: `p${index}@example.org` } : {}),
          }));
        const rights = drawn
          .filter((person) => person.group && person.id !== 'owner')
          .map((person, index) => ({
            ...{ id: `r${index}`, subject: { type: 'user', id: person.id }, role: 'door_access' },
            scope: { type: 'group', id: 'staff' },
          }));
        const cards = users.map((user) => ({
          ...{ id: `c-${user.id}`, kind: 'card', user: user.id, state: 'active' },
        }));
        const site = await siteOf({ users, rights, cards });
        const file = await exported(site, 'users');
        const cardFile = await exported(site, 'cards');
        for (const [kind, whole] of [['users', file] as const, ['cards', cardFile] as const]) {
          const same = await run(site, kind, whole);
          expect(same.report.issues).toEqual([]);
          expect(same).toMatchObject({ ok: true, report: { created: 0, updated: 0 } });
        }
        expect(site.engine.revision).toBe(0);
        const other = await siteOf();
        expect((await run(other, 'users', file)).report.issues).toEqual([]);
        await run(other, 'cards', cardFile);
        expect(await exported(other, 'users')).toBe(file);
        expect(await exported(other, 'cards')).toBe(cardFile);
      }),
      { seed: 7, numRuns: runs(25) },
    );
  });

  test('has nothing that a spreadsheet runs', async () => {
    const bad = ['=cmd()', '+1', '-1', '@x', '\t=1', "'=1", '＝1', ' =1'];
    const users = bad.map((name, index) => ({ id: `u${index}`, name }));
    const file = await exported(await siteOf({ users }), 'users');
    for (const line of file.split('\r\n').slice(2, -1)) {
      const name = line.split(',')[2]?.replaceAll('"', '') ?? '';
      expect(name[0]).toBe("'");
    }
  });

  test('has only whom the actor may see, and no phones or PINs', async () => {
    const users = [{ id: 'eve' }];
    const cards = [
      { id: 'p1', kind: 'phone', user: 'eve', state: 'active' },
      { id: 'pin1', kind: 'pin', user: 'eve', state: 'active' },
    ];
    const site = await siteOf({ users, cards });
    let text = '';
    for await (const piece of exportFile(site, { type: 'user', id: 'eve' }, 'users', 0))
      text += piece;
    expect(text).toBe('id,email,name,segment,active,groups\r\n');
    expect(await exported(site, 'cards')).toBe('number,kind,state,user\r\n');
  });
});
