import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Grant } from '../../protocol/objects/grant.js';
import type { CommissionedLock } from '../../protocol/phone/commissioning.js';
import { stepPhone } from '../../protocol/phone/machine.js';
import { startPhone } from '../../protocol/phone/memory.js';
import type { PhoneState } from '../../protocol/phone/state.js';
import { fromHex } from '../../protocol/wire/hex.js';
import type { LockLabel } from '../../src/adapters/lock-label.js';
import { buildProgram, PROGRAM, run } from '../cli/program.js';
import { crypto, filled, NOW, SITE_ID } from '../helpers/issuing.js';
import {
  bundleBytes,
  doorOf,
  grantBytes,
  policyBytes,
  setup,
  timeBytes,
  trust,
} from '../protocol/phone/bundles.js';
import { Radio } from './radio.js';
import { commission, visit } from './visitor.js';

let removeProgram: () => void;
beforeAll(async () => {
  removeProgram = await buildProgram();
});
afterAll(() => removeProgram());

let base: string;
let folder: string;
const running: ChildProcess[] = [];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'doorwright-bridge-'));
  folder = join(base, 'locks');
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(base, { recursive: true });
});

const ADVERT_KEY = filled(0x21);
const MESSAGE = {
  trust,
  siteId: SITE_ID,
  readerId: Uint8Array.of(7),
  logKey: crypto.x25519Public(filled(0x22)),
  advertKey: ADVERT_KEY,
  time: NOW - 10,
};

describe('a bridge on a socket', () => {
  test('is commissioned by its label, opens for a phone with a grant, and for nobody else', async () => {
    const label = await newLock();
    const bridge = await start('--no-bolt');
    const radio = await Radio.to({ path: bridge.socket });
    const lock = (await commission(radio, label, MESSAGE)) as CommissionedLock;
    const opened = await visit(radio, phoneFor(label, lock), label.lockId);
    expect(opened.result).toMatchObject({ code: 'permitted', receipt: 'kept' });
    expect(await bridge.next('bolt')).toMatchObject({
      lock: label.lockId,
      operation: 'unlock',
      seconds: 5,
      moved: true,
    });
    const late = await visit(
      radio,
      phoneFor(label, lock, { nbf: NOW - 900, exp: NOW - 600 }),
      label.lockId,
    );
    expect(late.result).toMatchObject({ code: 'refused', status: 'expired' });
    const again = await commission(radio, label, MESSAGE);
    expect(again).toBeUndefined();
    radio.end();
  });

  test('a killed bridge goes on where it was: no use is given twice, and none is lost unasked', async () => {
    const label = await newLock();
    const first = await start('--no-bolt');
    let radio = await Radio.to({ path: first.socket });
    const lock = (await commission(radio, label, MESSAGE)) as CommissionedLock;
    const uses = { useId: filled(3, 8), count: 2 };
    let phone = phoneFor(label, lock, { uses });
    const codes: string[] = [];
    let bridge = first;
    for (let round = 0; round < 3; round++) {
      const seen = await visit(radio, phone, label.lockId);
      phone = seen.phone;
      codes.push(seen.result.status ?? seen.result.code);
      bridge.child.kill('SIGKILL');
      await once(bridge.child, 'exit');
      bridge = await start('--no-bolt');
      radio = await Radio.to({ path: bridge.socket });
    }
    expect(codes).toEqual(['permitted', 'permitted', 'uses_spent']);
  });

  test('a bolt that does not move is said so, and the motor’s program gets plain words', async () => {
    const label = await newLock();
    const motor = join(base, 'motor.sh');
    writeFileSync(motor, `#!/bin/sh\necho "$@" >> ${join(base, 'moves')}\nexit 3\n`, {
      mode: 0o755,
    });
    const bridge = await start('--exec', motor);
    const radio = await Radio.to({ path: bridge.socket });
    const lock = (await commission(radio, label, MESSAGE)) as CommissionedLock;
    const { result } = await visit(radio, phoneFor(label, lock), label.lockId);
    expect(result).toMatchObject({ code: 'refused', status: 'bolt_failed', mayHaveActed: true });
    expect(readFileSync(join(base, 'moves'), 'utf8')).toBe(`${label.lockId} unlock 5\n`);
    radio.end();
  });

  test('only one process may use the folder, and only this user the socket', async () => {
    await newLock();
    const bridge = await start('--no-bolt');
    const socket = join(base, 'other.sock');
    const second = await run(['bridge', '--folder', folder, '--socket', socket, '--no-bolt']);
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toContain(`process ${bridge.child.pid} already uses`);
    expect(statSync(bridge.socket).mode & 0o777).toBe(0o600);
    bridge.child.kill('SIGTERM');
    expect((await once(bridge.child, 'exit'))[0]).toBe(0);
    expect(existsSync(bridge.socket)).toBe(false);
  });

  test('rubbish ends the radio’s connection and nobody else’s', async () => {
    const label = await newLock();
    const bridge = await start('--no-bolt');
    const honest = await Radio.to({ path: bridge.socket });
    const lock = (await commission(honest, label, MESSAGE)) as CommissionedLock;
    for (const bytes of [
      [0, 0],
      [255, 255],
      [0, 1, 9],
      [0, 3, 1, 2, 3],
      [0, 9, 5, 0, 0, 0, 0, 0, 0, 0, 0],
    ]) {
      const rude = await Radio.to({ path: bridge.socket });
      rude.sayBytes(Uint8Array.from(bytes));
      let packet = await rude.hear();
      while (packet !== null) packet = await rude.hear();
    }
    const { result } = await visit(honest, phoneFor(label, lock), label.lockId);
    expect(result.code).toBe('permitted');
  });

  test('listens on a port of the loopback too', async () => {
    const label = await newLock();
    const bridge = await start('--no-bolt', '--port', '0');
    const radio = await Radio.to({ port: bridge.port });
    expect(await commission(radio, label, MESSAGE)).toBeDefined();
    radio.say({ kind: 'connect', connection: 3, lockId: '0011223344556677', mtu: 23 });
    expect(await radio.hear()).toEqual({ kind: 'disconnect', connection: 3 });
    radio.end();
  });
});

describe('bad usage ends with 2 and says what to type:', () => {
  test.each([
    [[], '`--folder` is missing'],
    [['--folder', 'F'], 'either `--socket` or `--port`'],
    [['--folder', 'F', '--port', '1', '--socket', 's'], 'either `--socket` or `--port`'],
    [['--folder', 'F', '--port', '1'], 'either `--exec`'],
    [['--folder', 'F', '--port', '70000', '--no-bolt'], 'a number from 0 to 65535'],
    [['--folder', 'F', '--new-lock', '--port', '1'], '`--new-lock` goes without `--port`'],
  ])('%j', async (words, message) => {
    const answer = await run(['bridge', ...words.map((word) => (word === 'F' ? folder : word))]);
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toContain(message);
  });

  test('what is left of a lock whose making was cut keeps no other lock from starting', async () => {
    const label = await newLock();
    mkdirSync(join(folder, '0011223344556677.new-abcdef'));
    const bridge = await start('--no-bolt');
    const radio = await Radio.to({ path: bridge.socket });
    expect(await commission(radio, label, MESSAGE)).toBeDefined();
    radio.end();
  });

  test('a folder whose lock is none starts nothing and tells no secret', async () => {
    const label = await newLock();
    const file = join(folder, label.lockId, 'setup.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version":1', '"version":2'));
    const answer = await run(['bridge', '--folder', folder, '--port', '0', '--no-bolt']);
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toContain('setup.json` is no setup of a lock');
    expect(answer.stderr).not.toContain(label.secret);
  });
});

async function newLock(): Promise<LockLabel> {
  const { code, stdout } = await run(['bridge', '--folder', folder, '--new-lock', '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout) as LockLabel;
}

/** A bridge as a process of its own; a socket unless told a port. */
async function start(...words: readonly string[]) {
  const socket = join(base, 'bridge.sock');
  const where = words.includes('--port') ? [] : ['--socket', socket];
  const args = [PROGRAM, 'bridge', '--folder', folder, '--json', ...where, ...words];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  const events = lines[Symbol.asyncIterator]();
  const next = async (name: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error(`the bridge ended before \`${name}\``);
      const event = JSON.parse(value as string) as Record<string, unknown>;
      if (event['event'] === name) return event;
    }
  };
  const listening = await next('listening');
  return { child, socket, port: listening['port'] as number, next };
}

/** A phone with one grant for the lock, and everything the lock needs to believe it. */
function phoneFor(
  label: LockLabel,
  lock: CommissionedLock,
  edits: Partial<Grant> = {},
): PhoneState {
  const lockId = fromHex(label.lockId) as Uint8Array;
  const { staticKey, identityKey } = lock.claims;
  const door = doorOf({
    lockId,
    staticKeys: [staticKey],
    identityKey,
    advertKey: ADVERT_KEY,
    grants: [grantBytes({ lockId, ...edits })],
    snapshot: policyBytes({ lockId }),
  });
  const started = startPhone(setup, new Map(), crypto);
  if (!started.ok) throw new Error(started.code);
  const bytes = bundleBytes({ doors: [door], time: timeBytes() });
  const moment = { elapsedMs: 0, now: NOW, random: filled(9) };
  const taken = stepPhone(started.value, { kind: 'bundle', bytes }, moment, crypto);
  expect(taken.effects).toContainEqual({ kind: 'bundle', refused: null });
  return taken.state;
}
