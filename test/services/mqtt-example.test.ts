/** The example with Home Assistant: its broker, its gateway and its locks as processes, asked as its README says. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from './mosquitto.js';
import {
  clientAt,
  EXAMPLE_ACL,
  EXAMPLE_CONF,
  eventually,
  passwordOf,
  usersOf,
} from './mqtt-ends.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/home-assistant');

interface Program {
  readonly child: ChildProcess;
  said(): string;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

let broker: Mosquitto;
let folder: string;
const running: Program[] = [];

beforeAll(async () => {
  broker = await startMosquitto({
    conf: EXAMPLE_CONF,
    acl: EXAMPLE_ACL,
    users: usersOf('gateway', 'home-assistant', 'front-lock', 'garage-lock'),
  });
  // Inside node_modules, so that the programs find the packages they leave outside.
  const cache = join(ROOT, 'node_modules/.cache');
  execFileSync('mkdir', ['-p', cache]);
  folder = mkdtempSync(join(cache, 'doorwright-example-'));
  for (const name of ['gateway', 'lock']) await bundle(name);
});
afterAll(async () => {
  for (const program of running) await program.end('SIGKILL');
  await broker.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A program of the example with this checkout's sources under the names it imports. */
async function bundle(name: string): Promise<void> {
  await build({
    entryPoints: [join(EXAMPLE, `${name}.mjs`)],
    outfile: join(folder, `${name}.mjs`),
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['mqtt', 'pg', '@electric-sql/pglite', 'sodium-native'],
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(EXAMPLE, `${name}.mjs`)).href) },
    alias: {
      'doorwright/locks': join(ROOT, 'src/adapters/for-locks.ts'),
      'doorwright/mqtt': join(ROOT, 'src/adapters/for-mqtt.ts'),
      doorwright: join(ROOT, 'src/index.ts'),
    },
    logLevel: 'error',
  });
}

function run(name: string, args: readonly string[], password: string): Program {
  const child = spawn(process.execPath, [join(folder, `${name}.mjs`), ...args], {
    env: {
      ...process.env,
      BROKER: broker.url,
      GATEWAY_PASSWORD: password,
      LOCK_PASSWORD: password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const program: Program = {
    child,
    said: () => text,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = await once(child, 'exit');
      return code;
    },
  };
  running.push(program);
  return program;
}

describe('the example with Home Assistant', () => {
  test('does what its README says, survives its broker, and ends in order', async () => {
    const front = run('lock', ['front-lock'], passwordOf('front-lock'));
    const garage = run('lock', ['garage-lock'], passwordOf('garage-lock'));
    const gateway = run('gateway', [], passwordOf('gateway'));
    const home = await clientAt(broker, 'home-assistant');
    const { client, heard } = home;
    await client.subscribeAsync(
      ['homeassistant/lock/#', 'doorwright/+/availability', 'doorwright/front-lock/state'],
      { qos: 1 },
    );
    const last = (topic: string) => heard.filter((one) => one.topic === topic).at(-1)?.text;
    const online = (topic: string) => last(`doorwright/${topic}/availability`) === 'online';
    const said = () => [front, garage, gateway].map((program) => program.said()).join('\n');
    const come = (condition: () => boolean) => eventually(condition, said);
    await come(() => online('front-lock') && online('garage-lock'));
    await come(() => heard.filter(({ topic }) => topic.endsWith('/config')).length === 2);
    const say = (door: string, word: string) =>
      client.publishAsync(`doorwright/${door}/request`, word, { qos: 1 });
    const bolt = () => JSON.parse(last('doorwright/front-lock/state') ?? '{}').lock;

    // It begins by locking what nobody knows the state of; after that the doors are free.
    await come(() => bolt() === 'LOCKED');
    await say('front', 'UNLOCK');
    await come(() => gateway.said().includes('front: granted, confirmed'));
    await come(() => bolt() === 'UNLOCKED' || bolt() === 'LOCKED');
    await say('garage', 'UNLOCK');
    await come(() => /garage: (?:no_access_right, no command|door_unlocked)/u.test(gateway.said()));

    // A lock that loses its power says so by its will.
    await front.end('SIGKILL');
    await come(() => last('doorwright/front-lock/availability') === 'offline');
    await say('front', 'UNLOCK');
    await come(() => gateway.said().includes('front: granted, unavailable'));

    await broker.crash();
    await come(() => gateway.said().includes('the connection to the broker ended'));
    expect(gateway.child.exitCode).toBeNull();
    expect(garage.child.exitCode).toBeNull();
    await broker.start();
    const after = await clientAt(broker, 'home-assistant');
    await after.client.subscribeAsync('doorwright/garage-lock/availability', { qos: 1 });
    await come(() => after.heard.some(({ text }) => text === 'online'));

    expect(await gateway.end('SIGTERM')).toBe(0);
    expect(await garage.end('SIGTERM')).toBe(0);
    await after.client.endAsync(true);
  });
});
