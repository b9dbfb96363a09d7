import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { writeToken } from '../../src/adapters/pdp/token.js';
import {
  type PolicyFileOptions,
  type PolicyFilePdp,
  policyFilePdp,
  type ReloadTold,
} from '../../src/adapters/server/policy-file.js';

/** Below what the kernel's clock of files ticks by, twice: short, but what a torn write needs. */
const SETTLE_MS = 12;
const opened: PolicyFilePdp[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const pdp of opened.splice(0)) pdp.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'doorwright-serve-'));
  folders.push(made);
  return made;
}

async function follow(path: string, options: PolicyFileOptions = {}): Promise<PolicyFilePdp> {
  const pdp = await policyFilePdp(path, { settleMs: SETTLE_MS, ...options });
  opened.push(pdp);
  return pdp;
}

/**
 * A policy in which either Ann or Bob may pass, by the parity of its revision. All versions have one length, and what
 * says the one stands at the beginning, what says the other at the end: a file of two halves lets in both, or nobody.
 */
function policy(revision: number, more: object = {}): string {
  const at = { type: 'group', id: 'staff' };
  const right = (id: string, user: string) => ({
    id,
    subject: { type: 'user', id: user },
    role: 'door_access',
    scope: at,
  });
  const [ann, bob] = revision % 2 === 0 ? ['ann', 'zed'] : ['zed', 'bob'];
  const text = JSON.stringify({
    version: 1,
    assignments: [right('a', ann)],
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: ['hq', ...'abcdefghijklmno'].map((id) => ({ id, name: 'x'.repeat(200) })),
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'back', place: 'hq' },
    ],
    groups: [{ id: 'staff', doors: ['front', 'back'] }],
    users: [{ id: 'ann' }, { id: 'bob' }, { id: 'zed' }],
    teams: [{ id: 'staff', users: [bob] }],
    ...more,
    revision: 0,
  });
  return text
    .replace(
      '"assignments":[',
      `"assignments":[${JSON.stringify({ ...right('t', ''), subject: { type: 'team', id: 'staff' } })},`,
    )
    .replace('"revision":0', `"revision":${revision}`);
}

const may = (pdp: PolicyFilePdp, user: string): boolean => {
  const view = pdp.local();
  if (!view.ok) throw new Error(view.code);
  return view.value.check({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time: '2026-11-22T09:00:00Z' },
  });
};
const revisionOf = (pdp: PolicyFilePdp) => pdp.status().revision ?? -1;

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(1);
}

/** Ways of writing a file, each as people and programs do. */
const WRITERS: Readonly<Record<string, (path: string, text: string) => Promise<void>>> = {
  'truncates and writes in pieces': async (path, text) => {
    const file = openSync(path, 'w');
    for (let at = 0; at < text.length; at += 1000) {
      writeSync(file, text.slice(at, at + 1000), at);
      await pause(1);
    }
    closeSync(file);
  },
  'renames another file into place': async (path, text) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  },
  'overwrites it in place, piece by piece': async (path, text) => {
    const file = openSync(path, 'r+');
    const third = Math.floor(text.length / 3);
    for (const from of [0, third, 2 * third]) {
      writeSync(file, text.slice(from, from === 2 * third ? undefined : from + third), from);
      // Longer in all than the file has to lie still, each pause shorter.
      await pause(SETTLE_MS - 3);
    }
    closeSync(file);
  },
  'removes it and makes it anew': async (path, text) => {
    unlinkSync(path);
    await pause(3);
    writeFileSync(path, text);
  },
};

describe('a policy that is replaced while it decides', () => {
  test('whoever is told of versions and throws keeps none from taking over', async () => {
    const path = join(folder(), 'policy.json');
    writeFileSync(path, policy(1000));
    const onReload = () => {
      throw new Error('a log that is full');
    };
    const pdp = await follow(path, { onReload, everyMs: 20 });
    writeFileSync(path, policy(1001));
    await until(() => revisionOf(pdp) === 1001);
    expect(await pdp.refresh()).toBe(true);
    expect(pdp.status().faults).toEqual([]);
  });

  test('the two halves of two versions would contradict', async () => {
    const path = join(folder(), 'policy.json');
    const [old, fresh] = [policy(1002), policy(1003)];
    const half = Math.floor(old.length / 2);
    expect(fresh.length).toBe(old.length);
    writeFileSync(path, fresh.slice(0, half) + old.slice(half));
    const torn = await follow(path);
    expect([may(torn, 'ann'), may(torn, 'bob')]).not.toEqual([true, false]);
    expect([may(torn, 'ann'), may(torn, 'bob')]).not.toEqual([false, true]);
  });

  test.each(Object.entries(WRITERS))(
    'whoever %s: each of all answers comes from a whole version',
    async (_way, write) => {
      const path = join(folder(), 'policy.json');
      const first = 1000;
      const reloads = 50;
      writeFileSync(path, policy(first));
      const told: ReloadTold[] = [];
      const pdp = await follow(path, { onReload: (one) => told.push(one), everyMs: 20 });
      let isOver = false;
      let asked = 0;
      const seen: number[] = [];
      const asking = (async () => {
        while (!isOver) {
          const before = revisionOf(pdp);
          const [ann, bob] = [may(pdp, 'ann'), may(pdp, 'bob')];
          expect([before, ann, bob]).toEqual([before, before % 2 === 0, before % 2 === 1]);
          if (seen.at(-1) !== before) seen.push(before);
          asked += 1;
          await pause(0);
        }
      })();
      for (let version = first + 1; version <= first + reloads; version++) {
        await write(path, policy(version));
        // Somebody who writes on without waiting for anybody, now and then.
        if (version % 5 !== 0) await until(() => revisionOf(pdp) === version);
      }
      await until(() => revisionOf(pdp) === first + reloads);
      isOver = true;
      await asking;
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(asked).toBeGreaterThan(reloads * 5);
      const faults = told.flatMap((one) => (one.ok ? [] : [one.code]));
      expect(faults.filter((code) => code !== 'unreadable')).toEqual([]);
      expect(told.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(reloads * 0.8);
      expect(pdp.status().faults).toEqual([]);
    },
  );

  test('a link of a ConfigMap that is turned, twenty times', async () => {
    const mount = folder();
    const version = (number: number, revision: number) => {
      mkdirSync(join(mount, `..v${number}`));
      writeFileSync(join(mount, `..v${number}`, 'policy.json'), policy(revision));
      symlinkSync(`..v${number}`, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
      rmSync(join(mount, `..v${number - 1}`), { recursive: true, force: true });
    };
    version(0, 1000);
    symlinkSync('..data/policy.json', join(mount, 'policy.json'));
    // No look by time: the system tells of the link.
    const pdp = await follow(join(mount, 'policy.json'), { everyMs: 600_000 });
    for (let number = 1; number <= 20; number++) {
      version(number, 1000 + number);
      await until(() => revisionOf(pdp) === 1000 + number);
      expect([may(pdp, 'ann'), may(pdp, 'bob')]).toEqual([number % 2 === 0, number % 2 === 1]);
    }
  });

  test('where the system tells of nothing, the look by time finds it', async () => {
    const [shown, real] = [folder(), folder()];
    writeFileSync(join(real, 'target.json'), policy(1000));
    symlinkSync(join(real, 'target.json'), join(shown, 'policy.json'));
    const pdp = await follow(join(shown, 'policy.json'), { everyMs: 30 });
    writeFileSync(join(real, 'target.json'), policy(1001));
    await until(() => revisionOf(pdp) === 1001);
  });
});

describe('what does not take over', () => {
  const cases: [string, string, PolicyFilePdpFault][] = [
    ['half a file', policy(1001).slice(0, 2000), 'invalid'],
    ['nothing', '', 'invalid'],
    ['no UTF-8', '\ud800', 'invalid'],
    ['a policy with a fault', policy(1001, { doors: [{ id: 'front', place: 'none' }] }), 'invalid'],
    ['an older policy', policy(998), 'older'],
    ['another policy of the same revision', policy(1000, { calendars: [] }), 'same_revision'],
    [
      'a policy of another organisation',
      policy(1001, { organization: { id: 'other', timeZone: 'UTC', roles: 'kisi' } }),
      'other_organization',
    ],
    ['a file that is too large', policy(1001) + ' '.repeat(20_000), 'unreadable'],
  ];
  type PolicyFilePdpFault = Extract<ReloadTold, { ok: false }>['code'];

  test.each(cases)('%s leaves the policy that decides, and is told', async (what, text, code) => {
    const path = join(folder(), 'policy.json');
    writeFileSync(path, policy(1000));
    const told: ReloadTold[] = [];
    const pdp = await follow(path, { onReload: (one) => told.push(one), bytesMax: 20_000 });
    writeFileSync(path, what === 'no UTF-8' ? new Uint8Array([123, 255, 125]) : text);
    expect(await pdp.refresh()).toBe(false);
    expect(pdp.status()).toEqual({
      ready: true,
      revision: 1000,
      behindSeconds: null,
      faults: [`policy_${code}`],
    });
    expect([may(pdp, 'ann'), may(pdp, 'bob')]).toEqual([true, false]);
    expect(told.at(-1)).toMatchObject({ ok: false, code, revision: 1000 });
    expect(await pdp.at({ kind: 'latest' })).toMatchObject({ ok: false, code: 'stale' });
    writeFileSync(path, policy(1003));
    expect(await pdp.refresh()).toBe(true);
    expect(pdp.status()).toMatchObject({ revision: 1003, faults: [] });
    expect(told.at(-1)).toMatchObject({ ok: true, revision: 1003 });
  });

  test('the version that decides, put back, ends the fault and is no reload', async () => {
    const path = join(folder(), 'policy.json');
    writeFileSync(path, policy(1000));
    const told: ReloadTold[] = [];
    const pdp = await follow(path, { onReload: (one) => told.push(one) });
    writeFileSync(path, '{');
    await pdp.refresh();
    writeFileSync(path, policy(1000));
    expect(await pdp.refresh()).toBe(true);
    expect(pdp.status().faults).toEqual([]);
    expect(told.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('a file that is gone, a folder or a pipe in its place', async () => {
    const path = join(folder(), 'policy.json');
    writeFileSync(path, policy(1000));
    const pdp = await follow(path);
    unlinkSync(path);
    expect(await pdp.refresh()).toBe(false);
    expect(pdp.status().faults).toEqual(['policy_unreadable']);
    mkdirSync(path);
    expect(await pdp.refresh()).toBe(false);
    rmSync(path, { recursive: true });
    execFileSync('mkfifo', [path]);
    expect(await pdp.refresh()).toBe(false);
    expect([may(pdp, 'ann'), revisionOf(pdp)]).toEqual([true, 1000]);
  });

  test('names of people are in no message', async () => {
    const path = join(folder(), 'policy.json');
    writeFileSync(path, policy(1000));
    const told: ReloadTold[] = [];
    const pdp = await follow(path, { onReload: (one) => told.push(one) });
    const users = [{ id: 'ann', name: 'Ann Secret '.repeat(50) }, { id: 'bob' }, { id: 'zed' }];
    writeFileSync(path, policy(1001, { users }));
    await pdp.refresh();
    expect(told.at(-1)).toMatchObject({ ok: false, detail: '/users/0/name: too_large' });
  });
});

test('older policies take over where that is allowed, of another organisation never', async () => {
  const path = join(folder(), 'policy.json');
  writeFileSync(path, policy(1000));
  const pdp = await follow(path, { allowOlder: true });
  writeFileSync(path, policy(999));
  expect(await pdp.refresh()).toBe(true);
  expect([may(pdp, 'ann'), may(pdp, 'bob')]).toEqual([false, true]);
  writeFileSync(path, policy(999, { calendars: [] }));
  expect(await pdp.refresh()).toBe(true);
  writeFileSync(path, policy(999, { organization: { id: 'x', timeZone: 'UTC', roles: 'kisi' } }));
  expect(await pdp.refresh()).toBe(false);
});

describe('to begin with', () => {
  test.each([
    ['no file', undefined, 'unreadable'],
    ['no policy', '{"version":1}', 'invalid'],
  ])('%s is an error', async (_what, text, code) => {
    const path = join(folder(), 'policy.json');
    if (text !== undefined) writeFileSync(path, text);
    await expect(policyFilePdp(path, { settleMs: 1 })).rejects.toMatchObject({
      name: 'PolicyFileError',
      code,
    });
  });

  test('a file that is written at that moment is waited for', async () => {
    const path = join(folder(), 'policy.json');
    writeFileSync(path, policy(1000).slice(0, 500));
    const opening = follow(path, { settleMs: 40 });
    await pause(10);
    writeFileSync(path, policy(1000));
    expect(revisionOf(await opening)).toBe(1000);
  });
});

test('`atLeast` waits for the file to come, and gives up; other tokens are unknown', async () => {
  const path = join(folder(), 'policy.json');
  writeFileSync(path, policy(1000));
  const pdp = await follow(path, { waitSeconds: 0.3 });
  const token = (revision: number, organization = 'acme') =>
    writeToken({ organization, epoch: 0, revision });
  const waiting = pdp.at({ kind: 'atLeast', token: token(1001) });
  await pause(20);
  writeFileSync(path, policy(1001));
  expect(await waiting).toMatchObject({ ok: true, value: { engine: { revision: 1001 } } });
  expect(await pdp.at({ kind: 'atLeast', token: token(1002) })).toMatchObject({ code: 'stale' });
  expect(await pdp.at({ kind: 'exact', token: token(1000) })).toMatchObject({
    code: 'not_retained',
  });
  expect(await pdp.at({ kind: 'atLeast', token: token(1, 'x') })).toMatchObject({
    code: 'token_unknown',
  });
  expect(await pdp.at({ kind: 'latest' })).toMatchObject({ ok: true });
});
