/** `site init`, `grant`, `revoke`, `link`, `lockdown`, `open` and `doors`. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StoredEvent } from '../../src/adapters/for-site.js';
import { folder } from './program.js';
import { json, OFFICE, program } from './site-program.js';
import { heldFolders, storeIn } from './site-stores.js';

vi.mock('../../src/adapters/store/open-pglite.js', () => import('./site-stores.js'));

const like = (pattern: RegExp) => expect.stringMatching(pattern);
const files = folder();
const policy = files.file('policy.json', JSON.stringify(OFFICE));
let count = 0;
let at = '';
const site = (name: string, ...words: readonly string[]) =>
  program('site', name, '--site', at, ...words);
const data = <T>(name: string, ...words: readonly string[]) =>
  json<T>('site', name, '--site', at, ...words);
const revision = async () => (await storeIn(at).open('acme')).revision();
const events = async (log: 'audit' | 'access') => (await storeIn(at).open('acme')).events(log);
const types = (found: readonly StoredEvent[]) =>
  found.map(({ type, outcome }) => `${type} ${outcome}`);

beforeEach(async () => {
  vi.stubEnv('DATABASE_URL', '');
  at = join(files.path, `site-${count++}`);
  expect(await site('init', policy)).toEqual({
    code: 0,
    stdout: `\`acme\` is at revision 0; its store is \`${at}\`\n`,
    stderr: '',
  });
});
afterAll(() => {
  expect(heldFolders()).toEqual([]);
  vi.unstubAllEnvs();
  files.remove();
});

describe('init', () => {
  test('answers in JSON, and never writes over a site', async () => {
    const other = join(files.path, 'other');
    const made = await json('site', 'init', policy, '--site', other);
    expect(made).toEqual({ organization: 'acme', revision: 0 });
    expect(await site('init', policy)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'nothing was made: there is already `acme`',
    });
  });
  test('says what is wrong with a policy, and makes no store of it', async () => {
    const broken = files.file('broken.json', '{"version":1,"organization":{"id":"a"},"dors":[]}');
    const where = join(files.path, 'never');
    const { code, stderr } = await program('site', 'init', broken, '--site', where);
    expect(code).toBe(2);
    expect(stderr).toContain('/dors: ');
    expect(readdirSync(files.path)).not.toContain('never');
  });
  test('takes roles that are deprecated only where it is told so, and so do all others', async () => {
    const old = files.file('old.json', JSON.stringify(deprecated()));
    const where = join(files.path, 'old');
    expect(await program('site', 'init', old, '--site', where)).toMatchObject({ code: 2 });
    const allow = ['--site', where, '--allow-deprecated-roles'];
    expect(await program('site', 'init', old, ...allow)).toMatchObject({ code: 0, stderr: '' });
    expect(await program('site', 'link', 'list', ...allow)).toMatchObject({ code: 0 });
    const without = await program('site', 'link', 'list', '--site', where);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('the policy in the store is not valid here\n/assignments/');
  });
});

describe('where there is no site', () => {
  test('every other subcommand says so and leaves the folder as it is', async () => {
    const empty = join(files.path, 'empty');
    mkdirSync(empty, { recursive: true });
    for (const words of [['doors'], ['events'], ['inventory'], ['link', 'list']]) {
      const { code, stderr } = await program('site', ...words, '--site', empty);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `no site in \`${empty}\`; \`doorwright site init policy.json\` makes one`,
      });
    }
    expect(readdirSync(empty)).toEqual([]);
  });
  test('a folder in use is told with its reason', async () => {
    const { pgliteStore } = await import('./site-stores.js');
    const store = await pgliteStore(at);
    expect(await site('doors')).toMatchObject({ code: 2, stderr: like(/in use: process 1/u) });
    await store.close();
    expect(await site('doors')).toMatchObject({ code: 0 });
  });
});

describe('grant', () => {
  test('gives a role to everybody everywhere, once', async () => {
    const words = [
      '--user',
      'ben',
      '--team',
      'crew',
      '--role',
      'door_access',
      '--at',
      'group:staff',
    ];
    const text = await site('grant', ...words);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout.split('\n')).toEqual([
      '  user ben   group staff  is granted',
      '  team crew  group staff  is granted',
      'written at revision 1',
      '',
    ]);
    const again = await data<{ counts: object; revision: unknown }>('grant', ...words);
    expect(again).toMatchObject({ counts: { grant: 0, keep: 2, refuse: 0 }, revision: null });
    expect(await revision()).toBe(1);
    const [, first] = await events('audit');
    expect(first).toMatchObject({ type: 'doorwright.assignment.bulk_grant', outcome: 'done' });
    expect(first?.personal).toContain('olga');
  });
  test('names what may not be given, and then writes nothing', async () => {
    const words = ['--user', 'cora', '--role', 'door_access', '--as', 'max'];
    const both = [...words, '--at', 'group:staff', '--at', 'group:cold-room'];
    const text = await site('grant', ...both);
    expect(text).toMatchObject({
      code: 1,
      stdout: like(/cold-room {2}may not be granted: .+\nnothing was written\n$/u),
    });
    expect(await revision()).toBe(0);
    const some = await data<{ counts: object }>('grant', ...both, '--skip-refused');
    expect(some).toMatchObject({ counts: { grant: 1, refuse: 1 }, revision: 1, done: 2 });
  });
  test('keeps another right that is held there and says which, or replaces it', async () => {
    const later = ['--user', 'ada', '--role', 'door_access', '--at', 'group:staff'];
    const until = [...later, '--until', '2099-01-01T00:00Z'];
    expect(await site('grant', ...until)).toMatchObject({
      code: 1,
      stdout: like(
        /keeps what is held, `door_access`; `--replace` changes it\nnothing was written\n$/u,
      ),
    });
    expect(await data('grant', ...until)).toMatchObject({
      cells: [{ verdict: 'keep', held: { role: 'door_access', differs: true } }],
      revision: null,
    });
    expect(await site('grant', ...until, '--replace')).toMatchObject({
      code: 0,
      stdout: like(/replaces what is held\nwritten at revision 1\n$/u),
    });
    expect(await site('grant', ...until)).toMatchObject({
      code: 0,
      stdout: like(/is held already/u),
    });
    expect(await site('grant', ...later)).toMatchObject({
      code: 1,
      stdout: like(/`door_access` until 2099-01-01T00:00:00Z;/u),
    });
  });
  test('knows the roles of the model', async () => {
    const words = ['--user', 'ada', '--role', 'door_acess', '--at', 'group:staff'];
    expect(await site('grant', ...words)).toMatchObject({
      code: 2,
      stderr: 'unknown role `door_acess`; did you mean `door_access`?',
    });
  });
  test('with --dry-run writes nothing', async () => {
    const words = ['--user', 'ben', '--role', 'door_access', '--at', 'door:back', '--dry-run'];
    expect(await site('grant', ...words)).toMatchObject({
      stdout: like(/nothing was written\n$/u),
    });
    expect([await revision(), await events('audit')]).toEqual([0, []]);
  });
  test('keeps the period, in UTC', async () => {
    const period = ['--from', '2027-01-01T00:00+01:00', '--until', '2027-07-01T00:00+02:00'];
    const words = ['--user', 'ben', '--role', 'door_access', '--at', 'group:staff', ...period];
    expect(await site('grant', ...words)).toMatchObject({ code: 0 });
    const { assignments = [] } = await (await storeIn(at).open('acme')).policy();
    expect(assignments.find(({ subject }) => subject.id === 'ben')).toMatchObject({
      validity: { from: '2026-12-31T23:00:00Z', until: '2027-06-30T22:00:00Z' },
      grantedBy: 'olga',
    });
  });
});

describe('revoke', () => {
  test('ends a right by its id, with its reason in the audit log', async () => {
    expect(await site('revoke', 'ada-staff', '--dry-run')).toMatchObject({
      stdout: 'would end `ada-staff`; nothing was written\n',
    });
    expect(await data('revoke', 'ada-staff', '--why', 'left us')).toEqual({
      ended: ['ada-staff'],
      revision: 1,
    });
    expect((await events('audit'))[0]?.personal).toContain('left us');
    expect(await site('revoke', 'ada-staff')).toMatchObject({
      code: 2,
      stderr: like(/ada-staff/u),
    });
  });
  test('ends what somebody holds somewhere, and nothing else of his', async () => {
    await site('grant', '--user', 'ada', '--role', 'door_access', '--at', 'group:cold-room');
    expect(await data('revoke', '--user', 'ada', '--at', 'group:staff')).toMatchObject({
      ended: ['ada-staff'],
    });
    expect(await site('revoke', '--user', 'ada', '--at', 'group:staff')).toMatchObject({
      code: 2,
      stderr: like(/nothing is held exactly there/u),
    });
    expect(await data('revoke', '--user', 'ada', '--at', 'group:cold-room')).toMatchObject({
      revision: 3,
    });
  });
  test('is refused to whoever may not, and the refusal is recorded', async () => {
    expect(await site('revoke', 'ada-staff', '--as', 'cora')).toMatchObject({
      code: 1,
      stdout: '',
    });
    expect(types(await events('audit'))).toEqual(['doorwright.assignment.end refused']);
    expect(await revision()).toBe(0);
  });
});

describe('link', () => {
  const create = [
    'create',
    '--at',
    'group:staff',
    '--for',
    'day',
    '--uses',
    '1',
    '--name',
    'Guest',
  ];
  interface Made {
    readonly link: string;
    readonly secret: string;
    readonly until: string | null;
  }
  test('shows its secret once, and keeps it nowhere', async () => {
    const made = await data<Made>('link', ...create);
    expect(made).toMatchObject({ secret: like(/^[\w-]{43}$/u), revision: 1 });
    const kept = JSON.stringify([
      await events('audit'),
      await (await storeIn(at).open('acme')).policy(),
    ]);
    expect(kept).not.toContain(made.secret);
    const list = await site('link', 'list');
    expect(list.stdout).toContain(
      `${made.link}  on  group:staff  until ${made.until}, 0 of 1 uses, Guest`,
    );
    expect(list.stdout).not.toContain(made.secret);
    expect(JSON.stringify(await data('link', 'list'))).not.toMatch(/secret/iu);
    const text = await site('link', ...create);
    expect(text.stdout).toMatch(
      /^link `.+`, until .+\nits secret, shown now and never again: [\w-]{43}\n$/u,
    );
  });
  test('opens as often as it may, and tells of it', async () => {
    const { link } = await data<Made>('link', ...create);
    const open = () => site('open', '--link', link, '--door', 'front');
    expect(await open()).toMatchObject({ code: 0, stdout: like(/^permit: /u) });
    expect(await open()).toMatchObject({ code: 1, stdout: like(/^deny: /u) });
    expect(await data('link', 'uses', link)).toMatchObject([
      { outcome: 'refused', object: { type: 'door', id: 'front' } },
      { outcome: 'permitted', object: { type: 'door', id: 'front' } },
    ]);
  });
  test('ends at once, and can be taken away', async () => {
    const { link } = await data<Made>(
      'link',
      'create',
      '--at',
      'group:staff',
      '--for',
      'until_revoked',
    );
    expect(await site('link', 'revoke', link)).toMatchObject({
      stdout: `\`${link}\` opens nothing any more\n`,
    });
    expect(await site('open', '--link', link, '--door', 'front')).toMatchObject({ code: 1 });
    expect(await data('link', 'list')).toMatchObject([{ id: link, active: false, until: null }]);
    expect(await site('link', 'uses', link, '--as', 'ada')).toMatchObject({ code: 1, stdout: '' });
    expect(await data('link', 'delete', link)).toEqual({ link, revision: 3 });
    expect(await site('link', 'list')).toMatchObject({ stdout: 'no links\n' });
    expect(await site('link', 'delete', link)).toMatchObject({
      code: 2,
      stderr: like(/unknown link/u),
    });
  });
  test('may not be made where its maker may give nothing', async () => {
    const refused = await site('link', 'create', '--at', 'group:cold-room', '--as', 'max');
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: like(/^doorwright: refused: /u) });
    expect(await revision()).toBe(0);
  });
  test('at a door says which role is wanted', async () => {
    expect(await site('link', 'create', '--at', 'door:front')).toMatchObject({
      code: 2,
      stderr: like(/say a group by `--at`, or the role by `--role`/u),
    });
  });
});

describe('open', () => {
  test('decides, says why and leaves an event', async () => {
    expect(await site('open', '--user', 'ada', '--door', 'front')).toMatchObject({ code: 0 });
    expect(await site('open', '--user', 'cora', '--door', 'front')).toMatchObject({ code: 1 });
    expect(await site('open', '--user', 'ada', '--stop', 'lift-1')).toMatchObject({ code: 0 });
    const answer = await data<{ decision: boolean; event: string }>(
      ...(['open', '--user', 'ada', '--door', 'cold'] as const),
    );
    expect(answer.decision).toBe(false);
    const kept = await events('access');
    expect(kept.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'permitted',
      'refused',
      'permitted',
    ]);
    expect(kept[0]?.id).toBe(answer.event);
  });
});

describe('lockdown', () => {
  test('locks everybody out, with a reason, until it is ended', async () => {
    const { lockdown } = await data<{ lockdown: string }>(
      ...(['lockdown', 'begin', '--at', 'place:hq', '--why', 'gas', '--drill'] as const),
    );
    expect((await events('audit'))[0]?.personal).toContain('gas');
    expect(await site('open', '--user', 'ada', '--door', 'front')).toMatchObject({ code: 1 });
    expect(await site('doors', '--place', 'hq')).toMatchObject({
      stdout: `  back   lockdown  lockdown \`${lockdown}\`\n  front  lockdown  lockdown \`${lockdown}\`\n`,
    });
    expect(await site('lockdown')).toMatchObject({ stdout: like(/in force {2}place hq/u) });
    expect(await data('lockdown', 'list')).toMatchObject([{ id: lockdown, now: 'in force' }]);
    expect(await site('lockdown', 'end', lockdown, '--why', 'over')).toMatchObject({
      stdout: `lockdown \`${lockdown}\` has ended\n`,
    });
    expect(await site('open', '--user', 'ada', '--door', 'front')).toMatchObject({ code: 0 });
    expect(await site('lockdown', 'end', lockdown, '--why', 'x')).toMatchObject({ code: 2 });
  });
  test('ends by itself, and spares who is exempt', async () => {
    const begun = ['begin', '--at', 'organization', '--why', 'x', '--until', '2099-01-01T00:00Z'];
    const made = await site('lockdown', ...begun, '--exempt', 'organization_owner');
    expect(made).toMatchObject({
      code: 0,
      stdout: like(/organization acme, until 2099-01-01T00:00:00Z/u),
    });
    expect(await site('open', '--user', 'olga', '--door', 'front')).toMatchObject({ code: 0 });
    const past = await site(
      'lockdown',
      'begin',
      '--at',
      'place:hq',
      '--why',
      'x',
      '--until',
      '2020-01-01T00:00Z',
    );
    expect(past).toMatchObject({ code: 2, stderr: like(/2020/u) });
  });
  test('is not for everybody to begin', async () => {
    const words = ['begin', '--at', 'place:hq', '--why', 'fun', '--as', 'ada'];
    expect(await site('lockdown', ...words)).toMatchObject({ code: 1, stdout: '' });
    expect(await revision()).toBe(0);
  });
});

test('doors say how they stand', async () => {
  expect(await data('doors', '--door', 'cold')).toEqual([
    { door: 'cold', state: 'locked', because: [], until: null },
  ]);
  expect(await data<unknown[]>('doors')).toHaveLength(3);
});

/** A site under a model with a deprecated role, and its owner. */
function deprecated(): object {
  const right = (id: string, user: string, role: string, scope: object) => ({
    ...{ id, role, scope },
    subject: { type: 'user', id: user },
  });
  return {
    version: 1,
    organization: { id: 'old', timeZone: 'UTC', roles: 'kisi_standard' },
    places: [{ id: 'hq' }],
    groups: [{ id: 'staff', place: 'hq' }],
    users: [{ id: 'olga' }, { id: 'ada' }],
    assignments: [
      right('a', 'olga', 'place_owner', { type: 'place', id: 'hq' }),
      right('b', 'ada', 'group_observer', { type: 'group', id: 'staff' }),
    ],
  };
}
