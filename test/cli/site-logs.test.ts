/** `site events`, `verify`, `presence` and `inventory`, `doorwright events`, and command lines that are wrong. */
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openSite, setCapacity } from '../../src/adapters/for-site.js';
import { readArguments } from '../../src/cli/arguments.js';
import { placeOf } from '../../src/cli/site-commands/opened.js';
import { ALL_OPTIONS } from '../../src/cli/site-commands/options.js';
import { importBar } from '../../src/cli/site-commands/progress.js';
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

describe('events', () => {
  beforeEach(async () => {
    await site('open', '--user', 'ada', '--door', 'front');
    await site('open', '--user', 'cora', '--door', 'back');
    await site('revoke', 'ada-staff');
  });
  const seqs = async (...words: readonly string[]) =>
    (await data<readonly { seq: number }[]>('events', ...words)).map(({ seq }) => seq);

  test('are listed newest first, and found by each filter', async () => {
    expect(await seqs()).toEqual([2, 1]);
    expect(await seqs('--user', 'ada')).toEqual([1]);
    expect(await seqs('--door', 'back')).toEqual([2]);
    expect(await seqs('--outcome', 'permitted')).toEqual([1]);
    expect(await seqs('--place', 'lab')).toEqual([]);
    expect(await seqs('--until', '2020-01-01T00:00Z')).toEqual([]);
    expect(await seqs('--from', '2020-01-01T00:00Z', '--limit', '1')).toEqual([2]);
    expect(await seqs('--log', 'audit', '--by', 'olga')).toEqual([1]);
    expect(await seqs('--log', 'audit', '--type', 'doorwright.assignment.end')).toEqual([1]);
    const text = await site('events');
    expect(text.stdout).toMatch(/^ {2}2 .+refused {4}door back {3}user cora, \w+\n {2}1 .+\n$/u);
    expect(await site('events', '--reason', 'nonsense')).toMatchObject({ stdout: 'nothing\n' });
  });
  test('are written as lines, all of them', async () => {
    const lines = (await site('events', '--format', 'cloudevents')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { specversion: '1.0' },
      { specversion: '1.0' },
    ]);
    const csv = (await site('events', '--format', 'csv', '--user', 'ada')).stdout.split('\n');
    expect(csv).toHaveLength(3);
  });
  test('are shown only to whoever may see them', async () => {
    for (const more of [[], ['--format', 'stored'], ['--json']]) {
      const refused = await site('events', '--as', 'cora', ...more);
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: like(/may not read the log/u) });
    }
  });
});

describe('verify', () => {
  test('finds logs whole, and passes through a head that was kept', async () => {
    await site('open', '--user', 'ada', '--door', 'front');
    const first = await site('verify');
    expect(first.stdout).toMatch(
      /^access: whole, 1 event; head access:1:[0-9a-f]{64}\naudit: whole, 0 events; head audit:0:.+\nnotice: /u,
    );
    const head = /head (access:\S+)/u.exec(first.stdout)?.[1] ?? '';
    await site('open', '--user', 'ada', '--door', 'front');
    const words = ['verify', '--site', at, '--log', 'access', '--head'];
    expect(await program('events', ...words, head)).toMatchObject({ code: 0, stderr: '' });
    const other = head.replace(/[0-9a-f]{4}$/u, 'ffff').replace(':1:', ':2:');
    expect(await program('events', ...words, other)).toMatchObject({
      code: 1,
      stdout: like(/^access: BROKEN at event 2: /u),
    });
    const cut = head.replace(':1:', ':9:');
    expect(await program('events', ...words, cut)).toMatchObject({ code: 1 });
  });
  test('answers in JSON for every log', async () => {
    const checks = await json<readonly { head: { log: string } }[]>(
      'events',
      'verify',
      '--site',
      at,
    );
    expect(checks.map(({ head }) => head.log)).toEqual(['access', 'audit', 'notice']);
  });
});

describe('presence', () => {
  test('says where nobody is counted', async () => {
    expect(await site('presence')).toMatchObject({
      code: 0,
      stdout: 'no place counts who is inside\n',
    });
    expect(await site('presence', '--place', 'hq')).toMatchObject({
      code: 1,
      stderr: like(/nothing is kept of `hq` \(nobody is counted there/u),
    });
    expect(await site('presence', '--place', 'hk')).toMatchObject({
      code: 2,
      stderr: 'unknown place `hk`; did you mean `hq`?',
    });
  });
  test('says how full places are and who is inside, to whoever may know', async () => {
    const opened = await openSite({ store: storeIn(at), organization: 'acme' });
    const olga = { type: 'user', id: 'olga' } as const;
    await setCapacity(opened, olga, { place: 'hq', mode: 'readers' });
    const reader = ['--facts', '{"method":"tap","reader":"in"}'];
    expect(await site('open', '--user', 'ada', '--door', 'front', ...reader)).toMatchObject({
      code: 0,
    });
    expect(await site('presence')).toMatchObject({ stdout: '  hq  1 of 2\n' });
    expect(await data('presence')).toMatchObject([{ place: 'hq', count: 1, capacity: 2 }]);
    expect(await site('presence', '--place', 'hq')).toMatchObject({
      stdout: like(/^1 of 2 inside\n {2}Ada Lovelace {2}user ada {2}since .+ by front\n$/u),
    });
    expect(await data('presence', '--place', 'hq')).toMatchObject({
      count: 1,
      inside: [{ subject: { id: 'ada' } }],
      unknown: [],
    });
    const csv = await site('presence', '--place', 'hq', '--format', 'csv');
    expect(csv.stdout.split('\n')[1]).toMatch(/^Ada Lovelace,user,ada,inside,/u);
    expect(await site('presence', '--as', 'cora')).toMatchObject({
      code: 1,
      stdout: 'no place counts who is inside\n',
      stderr: like(/some places may not be looked at/u),
    });
    expect(await site('presence', '--place', 'hq', '--as', 'cora')).toMatchObject({
      code: 1,
      stdout: '',
    });
  });
});

describe('trim', () => {
  test('drops old changes but for the newest, says how many, and leaves a trace', async () => {
    const store = await storeIn(at);
    const made = await store.open('acme');
    for (let revision = 1; revision <= 1_003; revision++) {
      const put = { users: [{ id: 'ada', name: `Ada ${revision}` }] };
      await made.write((writer) =>
        writer.putChanges({ revision, put }, '2020-01-01T00:00:00.000Z'),
      );
    }
    expect(await site('trim')).toMatchObject({ code: 0, stdout: 'nothing was old enough\n' });
    expect((await site('trim', '--keep', '1000')).stdout).toBe('3 changes dropped\n');
    expect(await data('trim', '--keep', '1000')).toEqual({ dropped: 0 });
    const audit = await site('events', '--log', 'audit');
    expect(audit.stdout).toContain('doorwright.outbox.trim');
    expect((await site('open', '--user', 'ada', '--door', 'front')).code).toBe(0);
  });
  test.each([
    ['--keep', '999'],
    ['--keep', '1000001'],
    ['--days', '0'],
    ['--days', 'x'],
  ])('refuses %s %s', async (...words) => {
    const refused = await site('trim', ...words);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`\`${words[0]}\``);
  });
});

describe('inventory', () => {
  const put = ['put', 'r1', '--kind', 'reader', '--place', 'hq', '--door', 'front'];
  test('takes a device in, hears of it, and takes it out', async () => {
    expect(await site('inventory')).toMatchObject({ code: 0, stdout: 'no devices\n' });
    expect(
      await site('inventory', ...put, '--firmware', '2.0', '--name', 'By the door'),
    ).toMatchObject({
      code: 0,
      stdout: '`r1` is in the inventory\n',
    });
    expect(await site('inventory')).toMatchObject({
      code: 1,
      stdout: '  r1  reader  front  unheard\n',
    });
    expect(await site('inventory', 'tasks')).toMatchObject({
      code: 1,
      stdout: like(/front {2}install/u),
    });
    const said = ['report', 'r1', '--battery', '80', '--firmware', '2.0'];
    expect(await data('inventory', ...said)).toMatchObject({ id: 'r1', report: { battery: 80 } });
    expect(await site('inventory')).toMatchObject({
      code: 0,
      stdout: '  r1  reader  front  ok, 80 %, 2.0\n',
    });
    expect(await site('inventory', 'tasks')).toMatchObject({
      code: 0,
      stdout: 'nothing to do on site\n',
    });
    await site('inventory', 'report', 'r1', '--fault', 'jammed');
    expect(await data('inventory', 'list')).toMatchObject([{ id: 'r1', status: 'fault' }]);
    expect(await data<unknown[]>('inventory', 'tasks')).toHaveLength(1);
    expect(await data('inventory', 'remove', 'r1')).toEqual({ removed: 'r1' });
    expect(await site('inventory', 'remove', 'r1')).toMatchObject({
      code: 2,
      stderr: like(/unknown_device/u),
    });
    expect(await site('inventory', 'report', 'r1')).toMatchObject({ code: 2 });
  });
  test('is not for everybody to change', async () => {
    expect(await site('inventory', ...put, '--as', 'cora')).toMatchObject({ code: 1, stdout: '' });
    expect(await data('inventory')).toEqual([]);
    const lab = await site(
      'inventory',
      'put',
      'r1',
      '--kind',
      'lock',
      '--place',
      'lab',
      '--door',
      'front',
    );
    expect(lab).toMatchObject({ code: 2, stderr: like(/no door of `lab`: `front`/u) });
  });
});

describe('a wrong command line ends with 2 before any store is opened:', () => {
  const nowhere = ['--site', join(files.path, 'nowhere')];
  test.each([
    [['site'], 'say init, grant, '],
    [['site', 'grnat'], 'unknown subcommand `grnat`; did you mean `grant`?'],
    [['site', '__proto__'], 'unknown subcommand `__proto__`'],
    [['site', 'init'], 'a policy is missing'],
    [['site', 'init', policy, 'more'], 'one argument too many: `more`'],
    [['site', 'init', policy, '--as', 'olga'], '`site init` takes no `--as`'],
    [['site', 'grant', 'ada'], 'one argument too many: `ada`'],
    [['site', 'grant', '--role', 'x', '--at', 'door:front'], 'say by `--user` or `--team`'],
    [['site', 'grant', '--user', 'ada', '--at', 'door:front'], '`--role` is missing'],
    [['site', 'grant', '--user', 'ada', '--role', 'x'], 'say by `--at` where'],
    [
      ['site', 'grant', '--user', 'ada', '--role', 'x', '--at', 'dor:front'],
      'did you mean `door`?',
    ],
    [['site', 'grant', '--user', 'ada', '--role', 'x', '--at', 'door:'], 'door:ID, group:ID'],
    [
      [
        'site',
        'grant',
        '--user',
        'ada',
        '--role',
        'x',
        '--at',
        'door:front',
        '--until',
        '2027-01-01',
      ],
      'offset from UTC',
    ],
    [['site', 'revoke'], 'say which right'],
    [['site', 'revoke', '--user', 'ada'], 'both are needed'],
    [['site', 'revoke', 'x', '--at', 'door:front'], 'both are needed'],
    [['site', 'link'], '`site link` is followed by create, list, revoke, delete, uses'],
    [['site', 'link', 'lst'], 'did you mean `list`?'],
    [['site', 'link', 'revoke'], '`site link revoke` needs the id of the link'],
    [['site', 'link', 'revoke', 'x', '--for', 'day'], '`site link revoke` takes no `--for`'],
    [['site', 'link', 'list', 'x'], 'one argument too many: `x`'],
    [['site', 'link', 'create'], 'say by `--at` what the link opens'],
    [['site', 'link', 'create', '--at', 'group:g', '--for', 'dya'], 'did you mean `day`?'],
    [['site', 'link', 'create', '--at', 'group:g', '--uses', '0'], 'whole number from 1'],
    [
      ['site', 'link', 'create', '--at', 'group:g', '--for', 'day', '--until', '2027-01-01T00:00Z'],
      'say one',
    ],
    [['site', 'lockdown', 'begin', '--at', 'place:hq'], '`--why` is missing'],
    [['site', 'lockdown', 'begin', '--why', 'x'], 'say by one `--at`'],
    [['site', 'lockdown', 'end', '--why', 'x'], 'needs the id of the lockdown'],
    [['site', 'import', 'user', policy], 'say users or cards: `user`; did you mean `users`?'],
    [['site', 'import', 'users'], 'the file is missing'],
    [['site', 'import', 'cards', policy, '--role', 'x'], 'cards have no `--role`'],
    [['site', 'export'], 'say users or cards'],
    [['site', 'sync-directory'], 'say which directory'],
    [['site', 'sync-directory', 'crm'], '`--source` is missing'],
    [['site', 'sync-directory', 'crm', '--source', 'none'], 'cannot read `none`'],
    [['site', 'sync-directory', 'crm', '--source', '.', '--confirm', 'all'], 'how many rights'],
    [['site', 'open', '--door', 'front'], 'say who opens'],
    [['site', 'open', '--door', 'front', '--user', 'a', '--user', 'b'], '`--user` is given twice'],
    [['site', 'open', '--door', 'front', '--user', 'a', '--link', 'b'], 'by one of'],
    [['site', 'open', '--user', 'ada'], 'say what'],
    [['site', 'open', '--user', 'ada', '--door', 'front', '--at', 'noon'], 'no RFC 3339 time'],
    [['site', 'open', '--user', 'ada', '--door', 'front', '--facts', '{x}'], 'facts: not JSON'],
    [['site', 'events', '--log', 'acces'], 'did you mean `access`?'],
    [['site', 'events', '--outcome', 'maybe'], '`--outcome` is one of'],
    [['site', 'events', '--format', 'xml'], '`--format` is one of cloudevents, stored, csv'],
    [['site', 'events', '--format', 'csv', '--limit', '3'], 'not with `--limit`'],
    [['site', 'events', '--format', 'csv', '--json'], 'not with `--json`'],
    [['site', 'events', '--limit', '10001'], 'whole number from 1 to 10000'],
    [
      ['site', 'events', '--from', '2027-01-02T00:00Z', '--until', '2027-01-01T00:00Z'],
      'not after',
    ],
    [['site', 'verify', '--head', 'access:1'], 'a head as printed'],
    [['site', 'verify', '--log', 'audit', '--head', `access:1:${'0'.repeat(64)}`], 'leaves out'],
    [['site', 'presence', '--format', 'csv'], 'of one `--place`'],
    [['site', 'inventory', 'lst'], 'did you mean `list`?'],
    [['site', 'inventory', 'put'], 'needs the id of the device'],
    [['site', 'inventory', 'put', 'r', '--place', 'hq'], '`--kind` is missing'],
    [['site', 'inventory', 'put', 'r', '--kind', 'raeder', '--place', 'hq'], 'mean `reader`?'],
    [['site', 'inventory', 'put', 'r', '--kind', 'lock'], '`--place` is missing'],
    [['site', 'inventory', 'put', 'r', '--battery', '1'], 'takes no `--battery`'],
    [['site', 'inventory', 'report', 'r', '--battery', '101'], 'from 0 to 100'],
    [['events'], 'say list or verify'],
    [['events', 'verfy'], 'did you mean `verify`?'],
    [['events', 'verify', '--user', 'ada'], '`events verify` takes no `--user`'],
    [['events', 'list', '--head', 'x'], '`events list` takes no `--head`'],
    [['site', 'doors', '--database', 'postgres://x'], 'two places; say one'],
  ])('%j', async (words, message) => {
    const { code, stdout, stderr } = await program(...words, ...nowhere);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('where the store is', () => {
  const place = (words: readonly string[], env: Record<string, string> = {}) =>
    placeOf(readArguments(words, ALL_OPTIONS, 1), env);
  const DATABASE_URL = 'postgres://env/x';
  test('is said by an option, else by DATABASE_URL, else by a default', () => {
    expect(place([])).toEqual({ kind: 'folder', folder: '.doorwright' });
    expect(place([], { DATABASE_URL: '' })).toEqual({ kind: 'folder', folder: '.doorwright' });
    expect(place([], { DATABASE_URL })).toEqual({ kind: 'server', url: DATABASE_URL });
    expect(place(['--site', 'x'], { DATABASE_URL })).toEqual({ kind: 'folder', folder: 'x' });
    expect(place(['--database', 'postgres://arg/x'], { DATABASE_URL })).toEqual({
      kind: 'server',
      url: 'postgres://arg/x',
    });
  });
  test.each(['mysql://u:geheim@h/x', 'geheim', 'postgres://u:geheim@[/x', '%%%geheim'])(
    'no message repeats an address that is none: %s',
    async (url) => {
      vi.stubEnv('DATABASE_URL', url);
      const { code, stderr } = await program('site', 'doors');
      expect(code).toBe(2);
      expect(stderr).toContain('not the address of a PostgreSQL server');
      expect(stderr).not.toContain('geheim');
    },
  );
  test('a server that does not answer is told without the password', async () => {
    const url = 'postgres://u:geheim@127.0.0.1:1/x';
    const { code, stderr } = await program('site', 'doors', '--database', url);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^the store cannot be reached: .*ECONNREFUSED/u);
    expect(stderr).not.toContain('geheim');
  });
});

describe('what is in the store and cannot be read', () => {
  test('is told as damage, not as a fault of the program', async () => {
    const store = await storeIn(at).open('acme');
    await store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'device', id: 'r1', body: { kind: 'toaster' } }] }),
    );
    expect(await site('inventory')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: like(/^the store is damaged: record device `r1` is damaged: /u),
    });
  });
  test.each([
    ['user', 'a b'],
    ['user', 'x'.repeat(10_000)],
    ['user', '__proto__'],
    ['link', 'é'],
  ])('and an id that nobody can have is refused: %s %s', async (type, id) => {
    const denied = await site('open', `--${type}`, id, '--door', 'constructor');
    expect(denied).toMatchObject({ code: 1, stdout: like(/^deny: /u) });
  });
});

test('of several organisations one has to be said', async () => {
  const other = { ...OFFICE, organization: { ...OFFICE.organization, id: 'beta' } };
  const assignments = OFFICE.assignments.filter(({ id }) => id !== 'owner');
  const second = files.file('beta.json', JSON.stringify({ ...other, assignments }));
  expect(await site('init', second)).toMatchObject({ code: 0 });
  expect(await site('doors')).toMatchObject({ code: 2, stderr: like(/say one .+: acme, beta/u) });
  expect(await site('doors', '--organization', 'bta')).toMatchObject({
    code: 2,
    stderr: 'unknown organisation `bta`; did you mean `beta`?',
  });
  expect(await site('doors', '--organization', 'beta')).toMatchObject({
    code: 2,
    stderr: like(/say by `--as` who does it/u),
  });
  const as = ['--organization', 'beta', '--as'];
  expect(await site('doors', ...as, 'mx')).toMatchObject({ stderr: like(/did you mean `max`/u) });
  expect(await site('doors', ...as, 'max')).toMatchObject({ code: 0 });
});

describe('the bar of an import', () => {
  const progress = { phase: 'writing', bytes: 50, bytesTotal: 100, line: 7 } as const;
  const drawn = (isTTY: boolean, times: readonly number[]) => {
    const written: string[] = [];
    const clock = [...times];
    const bar = importBar({ isTTY, write: (text) => written.push(text) }, () => clock.shift() ?? 0);
    for (const _ of times) bar(progress);
    bar();
    return written;
  };
  test('is drawn on a terminal at most five times a second, and cleared', () => {
    const line = '\r\u001b[Kwriting  [############............]  50 %, line 7';
    expect(drawn(true, [0, 100, 199, 200])).toEqual([line, line, '\r\u001b[K']);
  });
  test('is nowhere else', () => {
    expect(drawn(false, [0, 1000])).toEqual([]);
  });
});
