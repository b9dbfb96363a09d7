/** examples/feed: what its README tells, with its own processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'doorwright-example-feed-'));
const children = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of children) await kill(child);
  rmSync(folder, { recursive: true, force: true });
});

test('a right that is ended is refused by both bridges, also by one that starts without the source', async () => {
  const source = await start('source.mjs', [], { SITE: join(folder, 'site') });
  const bridges = await Promise.all(
    ['lobby-bridge', 'cellar-bridge'].map((name) =>
      start('bridge.mjs', [name], {
        FEED: `${source.origin}/feed/v1`,
        DISK: join(folder, name),
      }),
    ),
  );
  const [lobby, cellar] = bridges as [Started, Started];
  const permits = async ({ origin }: Started, user: string, door: string) =>
    (await get(`${origin}/?user=${user}&door=${door}`))['decision'];
  expect(await permits(lobby, 'bob', 'front')).toBe(true);
  const told = await fetch(`${source.origin}/end?right=bob-staff`, { method: 'POST' });
  expect(await told.json()).toEqual({ enforced: 2, of: 2, missing: [] });
  expect(await permits(lobby, 'bob', 'front')).toBe(false);
  expect(await permits(lobby, 'ada', 'front')).toBe(true);
  expect(await permits(cellar, 'bob', 'vault')).toBe(true);
  // A bridge knows nothing of doors it does not serve.
  expect(await permits(lobby, 'bob', 'vault')).toBe(false);

  await kill(lobby.child);
  const missing = await fetch(`${source.origin}/end?right=ada-staff`, { method: 'POST' });
  expect(await missing.json()).toEqual({ enforced: 1, of: 2, missing: ['lobby-bridge'] });
  await kill(source.child);
  const again = await start('bridge.mjs', ['lobby-bridge'], {
    FEED: `${source.origin}/feed/v1`,
    DISK: join(folder, 'lobby-bridge'),
  });
  expect(await permits(again, 'bob', 'front')).toBe(false);
  expect(await permits(again, 'ada', 'front')).toBe(true);
}, 60_000);

interface Started {
  readonly child: ChildProcess;
  readonly origin: string;
}

async function start(file: string, words: string[], env: Record<string, string>): Promise<Started> {
  const hook = new URL('test/frameworks/by-name.mjs', ROOT).href;
  const program = ['--import', hook, `examples/feed/${file}`, ...words];
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += String(text);
  });
  for await (const line of createInterface(child.stdout)) {
    const origin = /^listening on (http:\S+)$/u.exec(line)?.[1];
    if (origin !== undefined) return { child, origin };
  }
  throw new Error(`it ended: ${complaint}`);
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function get(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(url)).json()) as Record<string, unknown>;
}
