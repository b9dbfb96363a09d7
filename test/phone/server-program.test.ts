/** `server.mjs` as somebody starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderMemory } from '../../examples/phone/desk/folder.mjs';
import { encodePacket, packetReader } from '../../src/adapters/bridge-packets.js';
import { Lindenhof, POLICY } from './lindenhof.js';
import { NodePhone } from './node-phone.js';
import { ask } from './raw-request.js';
import { servedFolder } from './served-folder.js';

const ROOT = new URL('../../', import.meta.url);
const served = servedFolder();
const { ends } = served;

describe('the program', () => {
  /** Starts the server; answers its output by line. */
  function start(...options: string[]) {
    const hook = new URL('test/frameworks/by-name.mjs', ROOT).href;
    const file = new URL('examples/phone/server.mjs', ROOT).pathname;
    const common = [
      '--folder',
      join(served.path, 'state'),
      '--page',
      join(served.path, 'page'),
      '--port',
      '0',
    ];
    const child = spawn(process.execPath, ['--import', hook, file, ...common, ...options], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    ends.push(() => stop(child));
    let told = '';
    const seen: (() => void)[] = [];
    const hear = (piece: Buffer) => {
      told += piece;
      for (const look of seen) look();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    return {
      child,
      /** The first match in all that it ever says. */
      saying: (pattern: RegExp) =>
        new Promise<string>((resolve, reject) => {
          const look = () => {
            const found = pattern.exec(told);
            if (found !== null) resolve(found[1] ?? found[0]);
          };
          seen.push(look);
          child.once('exit', () => reject(new Error(told)));
          look();
        }),
    };
  }

  async function stop(child: ChildProcess): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    return child.exitCode;
  }

  test('enrols who was asked for, stops at a signal, and goes on where it was', async () => {
    const site = new Lindenhof();
    const first = start('--enrol', 'johanna');
    const address = await first.saying(/page: (\S+)/u);
    const code = await first.saying(/Code for johanna: (\S+)/u);
    const ground = {
      ...{
        crypto: site.crypto,
        random: site.random,
        fetch,
        now: () => Math.floor(Date.now() / 1000),
      },
      transport: { listen: () => () => {}, connect: () => ({ send() {}, disconnect() {} }) },
    };
    const phone = new NodePhone({ ...ground, address: `${address}api/` });
    await phone.enrol(code);
    await phone.meet();
    expect((await ask(address, '/api/demo')).status).toBe(404);
    expect(await stop(first.child)).toBe(0);

    for (const name of readdirSync(join(served.path, 'state'))) {
      expect(statSync(join(served.path, 'state', name)).mode & 0o077).toBe(0);
    }
    const second = start();
    const again = phone.movedTo({
      ...ground,
      address: `${await second.saying(/page: (\S+)/u)}api/`,
    });
    await again.meet();
    expect(again.keys).toEqual(phone.keys.map((key) => ({ ...key, carriedUntil: null })));
  });

  test('lets nobody else use its folder, and says what is wrong with an option', async () => {
    const state = join(served.path, 'state');
    mkdirSync(state);
    const memory = folderMemory(state);
    ends.push(() => memory.close());
    const broken = join(served.path, 'policy.json');
    writeFileSync(broken, '{');
    const own = (name: string) => ['--folder', join(served.path, name)];
    const refused = (why: RegExp, ...options: string[]) =>
      expect(start(...options).saying(/never/u)).rejects.toThrow(why);
    await Promise.all([
      refused(/already uses/u),
      refused(/nobody in the policy is `nobody`/u, ...own('a'), '--enrol', 'nobody'),
      refused(/no port `x`/u, ...own('b'), '--port', 'x'),
      refused(/is no JSON/u, ...own('c'), '--policy', broken),
      refused(/no page was built/u, ...own('d'), '--page', served.path),
    ]);
  });

  test('with locks: each offline door has one that is commissioned, and adverts at the socket when touched', async () => {
    const doors = ['l4-f07', 'l4-cellar'];
    const policy = JSON.parse(JSON.stringify(POLICY)) as { doors: { id: string; lock?: string }[] };
    for (const door of policy.doors) if (!doors.includes(door.id)) delete door.lock;
    const file = join(served.path, 'policy.json');
    writeFileSync(file, JSON.stringify(policy));
    const server = start('--policy', file, '--locks', '--demo');
    const socket = await server.saying(/locks at (\S+)/u);
    const address = await server.saying(/page: (\S+)/u);
    const { rows } = JSON.parse((await ask(address, '/api/demo/sync')).text);
    expect(new Set(rows.map((row: { door: string }) => row.door))).toEqual(new Set(doors));
    const radio = connect(socket);
    ends.push(() => radio.destroy());
    const locks = readdirSync(join(served.path, 'state/locks')).filter((name) =>
      /^[0-9a-f]{16}$/u.test(name),
    );
    expect(locks).toHaveLength(2);
    radio.write(encodePacket({ kind: 'signal', lockId: locks[0] ?? '', signal: 'touched' }));
    const read = packetReader();
    const [piece] = (await once(radio, 'data')) as [Buffer];
    const [advert] = read(new Uint8Array(piece)) ?? [];
    expect(advert).toMatchObject({ kind: 'advert' });
  });
});
