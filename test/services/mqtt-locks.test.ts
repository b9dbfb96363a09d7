/** Locks on a real Mosquitto. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mqttLocks } from '../../src/adapters/for-mqtt.js';
import { encodeCommand } from '../../src/adapters/mqtt/command-message.js';
import { describeLockProvider } from '../contract/lock-provider.js';
import { type Mosquitto, startMosquitto } from './mosquitto.js';
import { clientAt, EXAMPLE_CONF, eventually, hubAt, lockAt, pause, usersOf } from './mqtt-ends.js';

let broker: Mosquitto;
let count = 0;
let ids = 0;
/** Everybody may everything: what may not is in mqtt-rights.test.ts. */
const ACL = ['gateway', 'a', 'b', 'x+y', 'tester'].map(
  (user) => `user ${user}\ntopic readwrite #\n`,
);
const freshPrefix = () => `t${++count}`;
const order = (more: object = {}) => ({
  commandId: `m-${++ids}`,
  expiresAt: Date.now() + 1500,
  seconds: 2,
  ...more,
});
const command = (more: object = {}) =>
  encodeCommand({ operation: 'unlock', ...order(), ...more } as never);

beforeAll(async () => {
  broker = await startMosquitto({
    conf: EXAMPLE_CONF,
    acl: ACL.join('\n'),
    users: usersOf('gateway', 'a', 'b', 'x+y', 'tester'),
  });
});
afterAll(() => broker.remove());

/** A provider with two locks. */
async function twoLocks(prefix = freshPrefix(), more: object = {}) {
  const { hub, lines } = await hubAt(broker, { prefix });
  const provider = mqttLocks({ hub, devices: ['a', 'b'] });
  const a = await lockAt(broker, 'a', { prefix, ...more });
  const b = await lockAt(broker, 'b', { prefix });
  await eventually(() => ['a', 'b'].every((id) => provider.state(id)?.available === true));
  const stop = async () => {
    await provider.close();
    for (const one of [a, b, hub]) await one.close();
  };
  return { prefix, hub, lines, provider, a, b, stop };
}

describeLockProvider('MQTT on Mosquitto', async () => {
  const { provider, a, b, stop } = await twoLocks();
  const lockOf = (device: string) => (device === 'a' ? a : b);
  return {
    provider,
    devices: ['a', 'b'],
    waitMs: 500,
    holds: true,
    now: Date.now,
    pass: pause,
    behave: (device, behaviour) => lockOf(device).behave(behaviour),
    moves: (device) => lockOf(device).moves.map((move) => move.command),
    moveDoor: (device, door) => lockOf(device).moveDoor(door),
    leave: (device) => lockOf(device).close(),
    stop,
  };
});

describe('a command', () => {
  test('is delivered twice and moves the lock once; two answers are one result', async () => {
    const { prefix, provider, a, stop } = await twoLocks();
    const { client, heard } = await clientAt(broker, 'tester');
    await client.subscribeAsync(`${prefix}/a/result`, { qos: 1 });
    const one = command();
    await client.publishAsync(`${prefix}/a/set`, one, { qos: 1 });
    await client.publishAsync(`${prefix}/a/set`, one, { qos: 1 });
    await eventually(() => heard.length === 2);
    expect(heard[1]?.text).toBe(heard[0]?.text);
    expect(a.moves).toHaveLength(1);
    a.behave({ twice: true });
    expect((await provider.unlock('a', order())).outcome).toBe('confirmed');
    expect(a.moves).toHaveLength(2);
    await client.endAsync();
    await stop();
  });

  test('that is retained is not obeyed: neither live nor found at the broker', async () => {
    const { prefix, a, stop } = await twoLocks();
    const { client } = await clientAt(broker, 'tester');
    const expiresAt = Date.now() + 60_000;
    const set = `${prefix}/a/set`;
    await client.publishAsync(set, command({ expiresAt }), { qos: 1, retain: true });
    await a.close();
    const again = await lockAt(broker, 'a', { prefix });
    // The lock hears this one after whatever was stored.
    await client.publishAsync(set, command({ expiresAt, operation: 'lock', seconds: 0 }), {
      qos: 1,
    });
    await eventually(() => again.moves.length > 0);
    const moved = [...a.moves, ...again.moves].map((move) => move.command.operation);
    expect(moved).toEqual(['lock']);
    await client.publishAsync(set, '', { retain: true, qos: 1 });
    await client.endAsync();
    await again.close();
    await stop();
  });

  test('is never retained', async () => {
    const { prefix, provider, stop } = await twoLocks();
    const { client, heard } = await clientAt(broker, 'tester');
    await client.subscribeAsync(`${prefix}/+/set`, { qos: 1, rap: true });
    await provider.unlock('a', order());
    await eventually(() => heard.length === 1);
    expect(heard[0]?.retain).toBe(false);
    const late = await clientAt(broker, 'tester');
    await late.client.subscribeAsync(`${prefix}/+/set`, { qos: 1 });
    await late.client.subscribeAsync(`${prefix}/+/state`, { qos: 1 });
    await eventually(() => late.heard.length === 2);
    expect(late.heard.map(({ topic }) => topic).sort()).toEqual([
      `${prefix}/a/state`,
      `${prefix}/b/state`,
    ]);
    await client.endAsync();
    await late.client.endAsync();
    await stop();
  });

  test('that waited at the broker for a lock that was away is not obeyed when its time is over', async () => {
    const session = { sessionSeconds: 60, clientId: `lock-${freshPrefix()}` };
    const { prefix, provider, a, stop } = await twoLocks(undefined, session);
    const { client } = await clientAt(broker, 'tester');
    await a.close();
    const set = `${prefix}/a/set`;
    // Without an expiry for the broker, so that it is the lock that looks at the clock.
    await client.publishAsync(set, command({ expiresAt: Date.now() + 200 }), { qos: 1 });
    await client.publishAsync(set, command({ expiresAt: Date.now() + 60_000, seconds: 7 }), {
      qos: 1,
    });
    await pause(300);
    const again = await lockAt(broker, 'a', { prefix, ...session });
    await eventually(() => again.moves.length > 0);
    await pause(100);
    expect(again.moves.map((move) => move.command.seconds)).toEqual([7]);
    await again.close();

    // The gateway's own commands the broker drops, too: this lock is gone and does not say so.
    await client.publishAsync(`${prefix}/a/availability`, 'online', { qos: 1, retain: true });
    await eventually(() => provider.state('a')?.available === true);
    const lost = await provider.unlock('a', order({ expiresAt: Date.now() + 1000 }));
    expect(lost).toMatchObject({ outcome: 'timed_out', mayHaveActed: true });
    // Mosquitto counts in whole seconds.
    await pause(2500);
    const third = await lockAt(broker, 'a', { prefix, ...session, timers: slowClock() });
    await pause(300);
    expect(third.moves).toEqual([]);
    await client.endAsync();
    await third.close();
    await stop();
  });

  test('whose broker is killed may have acted, is said at once, and is not sent again', async () => {
    const { provider, a, b, hub, stop } = await twoLocks();
    a.behave({ delayMs: 400 });
    const began = Date.now();
    const waiting = provider.unlock('a', order({ expiresAt: Date.now() + 20_000 }));
    await pause(150);
    await broker.crash();
    expect(await waiting).toMatchObject({ outcome: 'unavailable', mayHaveActed: true });
    expect(Date.now() - began).toBeLessThan(5000);
    expect(hub.isUp()).toBe(false);
    expect(provider.state('a')?.available).toBe(false);
    const meanwhile = await provider.unlock('b', order());
    expect(meanwhile).toMatchObject({ outcome: 'unavailable', mayHaveActed: false });
    await broker.start();
    await eventually(() => ['a', 'b'].every((id) => provider.state(id)?.available === true));
    await pause(500);
    expect(a.moves).toHaveLength(1);
    expect(b.moves).toEqual([]);
    a.behave({});
    expect((await provider.unlock('a', order())).outcome).toBe('confirmed');
    await stop();
  });

  test('whose answers overtake each other gets its own', async () => {
    const { provider, a, stop } = await twoLocks();
    a.behave({ delayMs: 300, refuse: 'busy' });
    const slow = provider.unlock('a', order());
    await pause(100);
    a.behave({});
    const fast = provider.unlock('a', order());
    expect((await fast).outcome).toBe('confirmed');
    expect(await slow).toMatchObject({ outcome: 'refused', mayHaveActed: false, retryable: true });
    await stop();
  });

  test('of one lock is not answered by another', async () => {
    const { prefix, provider, a, stop } = await twoLocks();
    const { client } = await clientAt(broker, 'tester');
    a.behave({ mute: true });
    const one = order({ expiresAt: Date.now() + 500 });
    const waiting = provider.unlock('a', one);
    const answer = JSON.stringify({ id: one.commandId, result: 'done' });
    await client.publishAsync(`${prefix}/b/result`, answer, { qos: 1 });
    await client.publishAsync(`${prefix}/a/result`, answer, { qos: 1, retain: true });
    expect((await waiting).outcome).toBe('timed_out');
    await client.publishAsync(`${prefix}/a/result`, '', { qos: 1, retain: true });
    await client.endAsync();
    await stop();
  });
});

describe('what comes in', () => {
  test.each([
    ['not JSON', 'OPEN'],
    ['a list', '[]'],
    ['another word', '{"id":"x","result":"yes"}'],
    ['too long', JSON.stringify({ id: 'x', result: 'done', more: 'x'.repeat(2000) })],
    ['not UTF-8', Buffer.from([0xff, 0xfe])],
    ['nothing', ''],
  ])('is ignored with a line in the log where it is %s', async (_, payload) => {
    const { prefix, provider, lines, stop } = await twoLocks();
    const { client } = await clientAt(broker, 'tester');
    const before = provider.state('a');
    for (const leaf of ['state', 'event', 'result'])
      await client.publishAsync(`${prefix}/a/${leaf}`, payload as never, { qos: 1 });
    await eventually(() => lines.filter((line) => line.includes('cannot be read')).length === 3);
    expect(provider.state('a')).toEqual(before);
    expect((await provider.unlock('a', order())).outcome).toBe('confirmed');
    await client.endAsync();
    await stop();
  });

  test('is heard by a provider that was made after the connection', async () => {
    const prefix = freshPrefix();
    const a = await lockAt(broker, 'a', { prefix });
    a.setBattery(37);
    const { hub } = await hubAt(broker, { prefix });
    await pause(200);
    const provider = mqttLocks({ hub, devices: ['a'] });
    expect(provider.state('a')).toEqual({
      bolt: 'locked',
      door: 'closed',
      battery: 37,
      available: true,
    });
    await a.close();
    await eventually(() => provider.state('a')?.available === false);
    await hub.close();
  });

  test('from a lock whose id looks like a wildcard is its own', async () => {
    const prefix = freshPrefix();
    const { hub } = await hubAt(broker, { prefix });
    const provider = mqttLocks({ hub, devices: ['x+y', 'a'] });
    const wild = await lockAt(broker, 'x+y', { prefix });
    const a = await lockAt(broker, 'a', { prefix });
    await eventually(() => ['x+y', 'a'].every((id) => provider.state(id)?.available === true));
    expect((await provider.unlock('x+y', order())).outcome).toBe('confirmed');
    expect((await provider.unlock('a', order())).outcome).toBe('confirmed');
    expect([wild.moves.length, a.moves.length]).toEqual([1, 1]);
    for (const one of [wild, a, hub]) await one.close();
  });
});

test('a hub that may not connect says why in a code, and goes on trying', async () => {
  const { hub } = await hubAt(broker, { prefix: freshPrefix() });
  await hub.close();
  const lines: object[] = [];
  const line = (fields: object) => void lines.push(fields);
  const { mqttHub } = await import('../../src/adapters/for-mqtt.js');
  const refused = mqttHub({
    url: broker.url,
    username: 'gateway',
    password: 'wrong',
    random: () => 0,
    logger: { debug: line, info: line, warn: line, error: line },
  });
  await eventually(() => lines.length >= 2);
  expect(refused.isUp()).toBe(false);
  expect(JSON.stringify(lines)).not.toContain('wrong');
  await refused.close();
  expect(() => mqttHub({ url: 'mqtt://broker.example' })).toThrow(TypeError);
  expect(() => mqttHub({ url: 'http://127.0.0.1' })).toThrow(TypeError);
  expect(() => mqttHub({ url: broker.url, prefix: 'a/#' })).toThrow(TypeError);
});

/** A clock a minute behind: whatever reaches this lock has not expired for it. */
function slowClock() {
  return {
    now: () => Date.now() - 60_000,
    after(milliseconds: number, callback: () => void) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
