/** `doorwright feed` and `doorwright serve --feed`: a site here, its decisions there, and the wire between them cut. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildProgram, ended, folder, run, start } from './program.js';
import { evaluate, serve } from './serve-program.js';

const POLICY = {
  version: 1,
  organization: { id: 'acme', timeZone: 'UTC' },
  places: [{ id: 'hq' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'vault', place: 'hq' },
  ],
  groups: [{ id: 'staff', doors: ['front', 'vault'] }],
  users: [{ id: 'boss' }, { id: 'ada' }],
  assignments: [
    right('owner', 'boss', 'organization_owner', { type: 'organization', id: 'acme' }),
    right('ada-staff', 'ada', 'door_access', { type: 'group', id: 'staff' }),
  ],
};

function right(id: string, user: string, role: string, scope: object) {
  return { id, subject: { type: 'user', id: user }, role, scope };
}

let unbuild: () => void;
const files = folder();
const inFolder = (name: string) => join(files.path, name);

beforeAll(async () => {
  unbuild = await buildProgram();
});

afterAll(() => {
  unbuild?.();
  files.remove();
});

const publish = async (words: readonly string[]) => {
  const child = start(['feed', 'publish', '--json', ...words]);
  const end = ended(child);
  if (child.stdout === null) throw new Error('no streams');
  const lines = createInterface({ input: child.stdout });
  const said = await Promise.race([once(lines, 'line'), end]);
  if (!Array.isArray(said)) throw new Error(said.stderr);
  const { listening, epoch, revision } = JSON.parse(said[0]);
  return { child, end, url: listening as string, epoch, revision };
};

test('a door far away decides by the feed, goes on without it, and hears of what was taken away', async () => {
  const site = inFolder('site');
  const secret = inFolder('feed.key');
  const disk = inFolder('disk');
  const policy = files.file('policy.json', JSON.stringify(POLICY));
  const token = files.file('token', 'token-of-lobby\n');
  const sha256 = createHash('sha256').update('token-of-lobby').digest('hex');
  const consumers = files.file(
    'consumers.json',
    JSON.stringify({
      slices: { lobby: ['front'] },
      consumers: [{ id: 'lobby', sha256, slice: 'lobby' }],
    }),
  );
  expect((await run(['site', 'init', policy, '--site', site])).code).toBe(0);
  const made = await run(['feed', 'key', '--key', secret]);
  expect(made.stdout).toMatch(/^ed25519:[0-9a-f]{64}\n$/u);
  expect(statSync(secret).mode & 0o077).toBe(0);
  const again = await run(['feed', 'key', '--key', secret]);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('not written over')]);

  const from = ['--site', site, '--key', secret, '--consumers', consumers];
  const first = await publish([...from, '--port', '0']);
  const follow = [
    ['--feed', first.url, '--feed-key', made.stdout.trim(), '--feed-token', token],
    ['--feed-folder', disk, '--organization', 'acme', '--name', 'lobby', '--slice', 'lobby'],
  ].flat();
  const door = await serve(follow);
  const permits = async (url: string, user = 'ada', id = 'front') =>
    (await evaluate(url, user, { door: id })).body.decision;
  await vi.waitFor(async () => expect(await permits(door.url)).toBe(true), { timeout: 10_000 });
  // Of what it does not serve it knows nothing.
  expect(await permits(door.url, 'ada', 'vault')).toBe(false);

  first.child.kill('SIGKILL');
  await first.end;
  expect(await permits(door.url)).toBe(true);
  door.child.kill('SIGKILL');
  await door.end;
  const alone = await serve(follow);
  expect(await permits(alone.url)).toBe(true);

  const revoked = await run(['site', 'revoke', 'ada-staff', '--site', site]);
  expect(revoked.stderr).toBe('');
  const port = new URL(first.url).port;
  const second = await publish([...from, '--port', port]);
  expect(second.epoch).toBe(first.epoch);
  await vi.waitFor(async () => expect(await permits(alone.url)).toBe(false), { timeout: 20_000 });
  second.child.kill('SIGTERM');
  alone.child.kill('SIGTERM');
  expect((await second.end).code).toBe(0);
  expect((await alone.end).code).toBe(0);
}, 90_000);

describe('what cannot be meant', () => {
  test.each([
    [['feed'], 'say key, publish or epoch'],
    [['feed', 'kye'], 'unknown subcommand `kye`'],
    [['feed', 'key'], '`--key` is missing'],
    [['feed', 'key', '--port', '1'], '`feed key` takes no `--port`'],
    [['feed', 'publish', '--host', '0.0.0.0'], 'let a proxy with TLS stand before this machine'],
    [['feed', 'publish', '--key', 'package.json', '--consumers', 'x'], 'no key of a feed'],
    [['serve', '--feed', 'http://127.0.0.1:1', '--name', 'a'], '`--feed` needs `--feed-key`'],
    [['serve', '--slice', 'east', 'policy.json'], '`--slice` goes with `--feed`'],
  ])('%j', async (words, message) => {
    const { code, stderr } = await run(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test.each([
    ['ed25519:00', 'not a key of a feed'],
    [`ed25519:${'0'.repeat(64)}`, 'not a key of a feed'],
  ])('a key `%s`', async (key, message) => {
    const words = ['serve', '--feed', 'http://127.0.0.1:1', '--feed-key', key];
    const { code, stderr } = await run([...words, '--organization', 'acme', '--name', 'lobby']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test.each([
    ['{}', '/: must be a list of classes'],
    ['[{"maxStalenessSeconds":1,"whenStale":"open"}]', '/0/whenStale'],
    ['[{"maxStaleness":1,"whenStale":"degrade"}]', '/0: may have'],
    ['[{"maxStalenessSeconds":-1,"whenStale":"degrade"}]', '/0/maxStalenessSeconds'],
    [
      '[{"maxStalenessSeconds":1,"whenStale":"degrade"},{"maxStalenessSeconds":1,"whenStale":"degrade"}]',
      '/0/doors',
    ],
  ])('door classes %s', async (text, message) => {
    const classes = files.file('classes.json', text);
    const made = await run([
      'feed',
      'key',
      '--key',
      inFolder(`${message.replaceAll(/\W/gu, '')}.key`),
    ]);
    const words = ['serve', '--feed', 'http://127.0.0.1:1', '--feed-key', made.stdout.trim()];
    const more = ['--organization', 'acme', '--name', 'lobby', '--door-classes', classes];
    const { code, stderr } = await run([...words, ...more]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test.each([
    ['{}', '/consumers: must be a list'],
    ['{"consumers":[{"id":"a","sha256":"token"}]}', '/consumers/0/sha256'],
    [
      `{"consumers":[{"id":"a","sha256":"${'0'.repeat(64)}","slice":"east"}]}`,
      '/consumers/0/slice',
    ],
    [`{"consumers":[],"slices":{"__proto__":[]}}`, '/slices'],
  ])('consumers %s', async (text, message) => {
    const consumers = files.file('wrong.json', text);
    const key = inFolder('other.key');
    await run(['feed', 'key', '--key', key]);
    const words = ['feed', 'publish', '--key', key, '--consumers', consumers];
    const { code, stderr } = await run(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
