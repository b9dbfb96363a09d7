/** `site import`, `export` and `sync-directory`: people, cards and rights from files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { folder } from './program.js';
import { json, OFFICE, program } from './site-program.js';
import { heldFolders, storeIn } from './site-stores.js';

vi.mock('../../src/adapters/store/open-pglite.js', () => import('./site-stores.js'));

const files = folder();
const policy = files.file('policy.json', JSON.stringify(OFFICE));
const like = (pattern: RegExp) => expect.stringMatching(pattern);
let count = 0;
let at = '';
const site = (name: string, ...words: readonly string[]) =>
  program('site', name, '--site', at, ...words);
const data = <T>(name: string, ...words: readonly string[]) =>
  json<T>('site', name, '--site', at, ...words);
const store = () => storeIn(at).open('acme');
const revision = async () => (await store()).revision();
const rights = async () =>
  ((await (await store()).policy()).assignments ?? []).map(
    ({ subject, scope }) => `${subject.id} ${scope.id}`,
  );

beforeEach(async () => {
  vi.stubEnv('DATABASE_URL', '');
  at = join(files.path, `site-${count++}`);
  await site('init', policy);
});
afterAll(() => {
  expect(heldFolders()).toEqual([]);
  vi.unstubAllEnvs();
  files.remove();
});

describe('import users', () => {
  const people = files.file(
    'people.csv',
    'E-Mail;Vorname;Nachname;Gruppe;Lieblingsfarbe\ndora@acme.example;Dora;Müller;All staff;rot\nada@acme.example;Ada;Lovelace;All staff;blau\n',
  );
  test('writes what is new, tells which columns mean nothing, and a second time changes nothing', async () => {
    const first = await site('import', 'users', people);
    expect(first).toEqual({
      code: 0,
      stdout:
        'columns that mean nothing here: `Lieblingsfarbe`\n2 rows: 1 created, 0 updated, 1 unchanged, 0 wrong\n',
      stderr: '',
    });
    const at = await revision();
    const again = await site('import', 'users', people);
    expect(again).toMatchObject({ code: 0, stdout: like(/0 created, 0 updated, 2 unchanged/u) });
    expect(await revision()).toBe(at);
  });
  test('with --dry-run says what would be written', async () => {
    expect(await site('import', 'users', people, '--dry-run')).toMatchObject({
      stdout: like(/1 to be created, 0 to be updated, 1 unchanged/u),
    });
    expect(await revision()).toBe(0);
  });
  test('tells every wrong row by its line, and then writes nothing, or only the others', async () => {
    const wrong = files.file(
      'wrong.csv',
      'email,group\nfay@acme.example,All staff\n@@,All staff\n',
    );
    const all = await site('import', 'users', wrong);
    expect(all).toMatchObject({
      code: 1,
      stdout: like(/^ {2}line 3, column 1 .+`@@` \(format\)\n2 rows: 1 to be created/u),
      stderr: 'doorwright: nothing more was written: 1 rows are wrong (wrong_rows)\n',
    });
    expect(await revision()).toBe(0);
    const some = await data<{ ok: boolean; report: object }>(
      ...(['import', 'users', wrong, '--skip-refused'] as const),
    );
    expect(some).toMatchObject({
      ok: true,
      written: true,
      report: { created: 1, wrong: 1, issueCount: 1 },
    });
    expect(await revision()).toBe(1);
  });
  test('is refused to whoever may not', async () => {
    expect(await site('import', 'users', people, '--as', 'cora')).toMatchObject({
      code: 1,
      stderr: like(/\(refused\)\n$/u),
    });
    expect(await revision()).toBe(0);
  });
  test('ends with 2 for what is no file of people', async () => {
    const binary = files.file('binary.csv', 'a\u0000b\n"');
    const strange = files.file('strange.csv', 'colour\nred\n');
    for (const [file, message] of [
      [join(files.path, 'none.csv'), /there is no such file/u],
      ['-', /standard input: it is read three times/u],
      [files.path, /must be a file of its own/u],
      [binary, /\(malformed\)/u],
      [strange, /\(malformed\)/u],
      [files.file('empty.csv', ''), /\(malformed\)/u],
    ] as const) {
      expect(await site('import', 'users', file), file).toMatchObject({
        code: 2,
        stderr: like(message),
      });
    }
    expect(await revision()).toBe(0);
  });
  test('is stopped by Ctrl-C between two transactions, and goes on where it was', async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => `p${index}@acme.example`);
    const many = files.file('many.csv', ['email', ...lines, ''].join('\n'));
    const others = process.listeners('SIGINT');
    const bystander = vi.fn();
    process.on('SIGINT', bystander);
    const running = site('import', 'users', many);
    await until(async () => (await revision()) > 0);
    process.emit('SIGINT');
    const stopped = await running;
    process.off('SIGINT', bystander);
    expect(stopped).toMatchObject({
      code: 130,
      stdout: like(/ \d+ created, 0 updated/u),
      stderr: like(/the same import again goes on/u),
    });
    expect(bystander).not.toHaveBeenCalled();
    expect(process.listeners('SIGINT')).toEqual(others);
    const half = (await (await store()).policy()).users?.length ?? 0;
    expect(half).toBeGreaterThan(5);
    expect(half).toBeLessThan(3005);
    const rest = await data<{ report: { resumedAfter: number } }>('import', 'users', many);
    expect(rest).toMatchObject({ ok: true, report: { created: 3000 } });
    expect(rest.report.resumedAfter).toBe(half - 5 + 1);
    expect((await (await store()).policy()).users).toHaveLength(3005);
  });
});

describe('import cards and export', () => {
  test('a card is written for its holder, and the export imports without a change', async () => {
    const cards = files.file('cards.csv', 'card number,email\n04:AB:CD,ada@acme.example\n');
    expect(await site('import', 'cards', cards)).toMatchObject({
      code: 0,
      stdout: like(/1 created/u),
    });
    for (const kind of ['users', 'cards']) {
      const { code, stdout } = await site('export', kind);
      expect(code).toBe(0);
      expect(stdout).toContain('ada');
      const file = files.file(`${kind}-again.csv`, stdout);
      expect(await site('import', kind, file)).toMatchObject({
        code: 0,
        stdout: like(/: 0 created, 0 updated, \d+ unchanged, 0 wrong/u),
      });
    }
  });
});

describe('sync-directory', () => {
  const rules = files.file(
    'rules.json',
    JSON.stringify({ id: 'crm', rows: [{ kind: 'plan', id: 'desk', groups: ['staff'] }] }),
  );
  const crm = (name: string, members: number) => {
    const path = join(files.path, name);
    mkdirSync(path, { recursive: true });
    const ids = Array.from({ length: members }, (_, index) => `m${index}`);
    const table = (heading: string, rows: readonly string[]) => [heading, ...rows, ''].join('\n');
    const emails = ids.map((id) => `${id},${id}@acme.example`);
    writeFileSync(join(path, 'members.csv'), table('id,email', emails));
    writeFileSync(join(path, 'plans.csv'), 'id\ndesk\n');
    const held = ids.map((id) => `s-${id},desk,${id}`);
    writeFileSync(join(path, 'memberships.csv'), table('id,plan,member', held));
    return path;
  };
  test('keeps rules without running them, and refuses to keep any in a dry run', async () => {
    expect(
      await site('sync-directory', '--rules', rules, '--dry-run', '--source', files.path),
    ).toMatchObject({
      code: 2,
      stderr: like(/`--rules` keeps rules/u),
    });
    expect(await site('sync-directory', 'crm', '--source', crm('two', 2))).toMatchObject({
      code: 2,
      stderr: like(/unknown_directory.+`--rules` keeps some/u),
    });
    expect(await site('sync-directory', '--rules', rules)).toEqual({
      code: 0,
      stdout: 'the rules of `crm` are kept\n',
      stderr: '',
    });
    expect(await rights()).toContain('ada staff');
  });
  test('says in a dry run what a run then does, and a second one does nothing', async () => {
    const source = crm('two', 2);
    await site('sync-directory', '--rules', rules);
    const dry = await site('sync-directory', 'crm', '--source', source, '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(
      /^add \(2\)\n.+staff.+\n.+\nremove \(1\)\n {2}ada .+not_in_directory\nkept as they are: 0\nnothing was written\n$/u,
    );
    expect(await revision()).toBe(0);
    const run = await site('sync-directory', 'crm', '--source', source);
    expect(run).toMatchObject({
      code: 0,
      stdout: like(/2 given, 0 changed, 1 ended, 2 accounts made, 0 left out; revision \d+\n$/u),
    });
    const again = await data<object>('sync-directory', 'crm', '--source', source);
    expect(again).toMatchObject({ ok: true, result: { added: 0, removed: 0, created: 0 } });
  });
  test('is held by the brake until somebody says exactly how many rights may go', async () => {
    expect(
      await site('sync-directory', '--rules', rules, '--source', crm('many', 20)),
    ).toMatchObject({ code: 0 });
    const few = ['sync-directory', 'crm', '--source', crm('few', 2)] as const;
    const before = await rights();
    const held = await site(...few);
    expect(held).toMatchObject({
      code: 1,
      stdout: like(/^remove \(18\)/u),
      stderr: like(/would take away 18 of 20 rights \(brake\); if that is right, `--confirm`/u),
    });
    expect(await site(...few, '--confirm', '17')).toMatchObject({ code: 1 });
    expect(await rights()).toEqual(before);
    expect(await site(...few, '--confirm', '18')).toMatchObject({ code: 0 });
    const none = crm('none', 0);
    expect(await site('sync-directory', 'crm', '--source', none, '--confirm', '2')).toMatchObject({
      code: 1,
      stderr: like(/suspicious\); if that is right, `--accept-empty`/u),
    });
    const gone = await site(
      ...(['sync-directory', 'crm', '--source', none] as const),
      '--accept-empty',
    );
    expect(gone).toMatchObject({ code: 0, stdout: like(/2 ended/u) });
  });
  test('takes nothing away for what cannot be read', async () => {
    await site('sync-directory', '--rules', rules, '--source', crm('two', 2));
    const before = await rights();
    const empty = join(files.path, 'nothing');
    mkdirSync(empty, { recursive: true });
    expect(await site('sync-directory', 'crm', '--source', empty)).toMatchObject({
      code: 1,
      stderr: like(/no members\.csv \(source\)/u),
    });
    const lost = crm('lost', 2);
    writeFileSync(join(lost, 'memberships.csv'), 'id,plan,member\ns,desk,nobody\n');
    expect(await site('sync-directory', 'crm', '--source', lost)).toMatchObject({
      code: 2,
      stderr: like(/\(snapshot\)\n\/memberships\/0/u),
    });
    expect(await rights()).toEqual(before);
  });
  test('reads an LDIF file', async () => {
    const byGroup = files.file(
      'groups.json',
      JSON.stringify({
        id: 'ldap',
        rows: [{ kind: 'group', id: 'cn=desk,dc=acme', groups: ['staff'] }],
      }),
    );
    const ldif = files.file(
      'people.ldif',
      [
        'version: 1',
        '',
        ...['dn: uid=ben,dc=acme', 'objectClass: person', 'uid: ben', 'cn: Ben'],
        ...['mail: ben@acme.example', ''],
        ...['dn: cn=desk,dc=acme', 'objectClass: groupOfNames', 'cn: desk'],
        ...['member: uid=ben,dc=acme', ''],
      ].join('\n'),
    );
    const words = ['--rules', byGroup, '--source', ldif];
    const run = await data<{ plan: { add: readonly object[] } }>('sync-directory', ...words);
    expect(run).toMatchObject({ ok: true, result: { added: 1, created: 0 } });
    expect(await rights()).toContain('ben staff');
  });
  test('asks an address only with a token from the environment, and never in the clear', async () => {
    await site('sync-directory', '--rules', rules);
    const ask = (url: string) => site('sync-directory', 'crm', '--source', url);
    vi.stubEnv('DOORWRIGHT_DIRECTORY_TOKEN', '');
    expect(await ask('https://127.0.0.1:1')).toMatchObject({
      code: 2,
      stderr: 'the token of the directory is missing: DOORWRIGHT_DIRECTORY_TOKEN',
    });
    vi.stubEnv('DOORWRIGHT_DIRECTORY_TOKEN', 'geheim');
    const clear = await ask('http://crm.acme.example');
    expect(clear.code).toBe(2);
    const gone = await ask('http://127.0.0.1:1');
    expect(gone).toMatchObject({ code: 1, stderr: like(/\(source\)/u) });
    expect(clear.stderr + gone.stderr).not.toContain('geheim');
  });
  test('keeps no rules that are none, or of another directory', async () => {
    const strange = files.file('strange.json', '{"id":"crm","rows":[{"kind":"plan"}]}');
    expect(await site('sync-directory', '--rules', strange)).toMatchObject({
      code: 2,
      stderr: like(/^nothing was written \(malformed\)\n\/rows\/0/u),
    });
    expect(await site('sync-directory', 'erp', '--rules', rules)).toMatchObject({
      code: 2,
      stderr: 'the rules are of `crm`, not of `erp`',
    });
    expect(await site('sync-directory', '--rules', rules, '--as', 'cora')).toMatchObject({
      code: 1,
      stdout: '',
    });
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}
