/** Home Assistant's side of a gateway, on a real Mosquitto with the rights of the example. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DoorReport } from '../../src/adapters/for-locks.js';
import { lockGateway } from '../../src/adapters/for-locks.js';
import { homeAssistant, mqttHub, mqttLocks } from '../../src/adapters/for-mqtt.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { type Mosquitto, startMosquitto } from './mosquitto.js';
import {
  clientAt,
  EXAMPLE_ACL,
  EXAMPLE_CONF,
  eventually,
  hubAt,
  lockAt,
  passwordOf,
  pause,
  usersOf,
} from './mqtt-ends.js';

const PANEL = { type: 'user', id: 'panel' };
const POLICY = {
  version: 1,
  organization: { id: 'home', timeZone: 'UTC', roles: 'kisi' },
  places: [{ id: 'house' }],
  doors: [
    { id: 'front', place: 'house' },
    { id: 'safe', place: 'house' },
  ],
  users: [{ id: 'panel' }, { id: 'owner' }],
  groups: [{ id: 'doors', doors: ['front'] }],
  assignments: [
    { id: 'p', subject: PANEL, role: 'door_access', scope: { type: 'group', id: 'doors' } },
  ],
};
let broker: Mosquitto;

beforeAll(async () => {
  broker = await startMosquitto({
    conf: EXAMPLE_CONF,
    acl: EXAMPLE_ACL,
    users: usersOf('gateway', 'home-assistant', 'lock-1', 'lock-2'),
  });
});
afterAll(() => broker.remove());

async function home() {
  const parsed = parsePolicy(POLICY);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  const { hub, lines } = await hubAt(broker);
  const provider = mqttLocks({ hub, devices: ['lock-1', 'lock-2'] });
  const gateway = lockGateway({
    pdp: enginePdp({ engine: compilePolicy(parsed.value) }),
    providers: { mqtt: provider },
    doors: {
      front: { provider: 'mqtt', device: 'lock-1', unlockSeconds: 1 },
      safe: { provider: 'mqtt', device: 'lock-2' },
    },
    waitMs: 2000,
  });
  const front = await lockAt(broker, 'lock-1');
  const safe = await lockAt(broker, 'lock-2');
  await eventually(
    () => gateway.state('front')?.available === true && gateway.state('safe')?.available === true,
  );
  const reports: [string, DoorReport][] = [];
  const joined = homeAssistant({
    hub,
    gateway,
    doors: [
      { door: 'front', device: 'lock-1', name: 'Front door' },
      { door: 'safe', device: 'lock-2' },
    ],
    subject: PANEL,
    onReport: (door, report) => {
      reports.push([door, report]);
      throw new Error('whoever is told fails');
    },
  });
  const ha = await clientAt(broker, 'home-assistant');
  const say = (door: string, payload: string, more: object = {}) =>
    ha.client.publishAsync(`doorwright/${door}/request`, payload, { qos: 1, ...more });
  const stop = async () => {
    await joined.stop({ forget: true });
    await gateway.close();
    for (const one of [front, safe, hub]) await one.close();
    await ha.client.endAsync(true);
  };
  return { hub, lines, gateway, front, safe, reports, joined, ha, say, stop };
}

describe('Home Assistant', () => {
  let at: Awaited<ReturnType<typeof home>>;
  beforeEach(async () => {
    at = await home();
  });
  afterEach(() => at.stop());

  test('finds the doors, retained, and loses them when they are taken away', async () => {
    const { heard, client } = at.ha;
    // As published: whoever comes just before the documents sees, too, that they stay.
    await client.subscribeAsync('homeassistant/lock/#', { qos: 1, rap: true });
    await eventually(() => heard.length === 2);
    const documents = heard.map(({ text }) => JSON.parse(text));
    expect(documents.map(({ device }) => device.name).sort()).toEqual(['Front door', 'safe']);
    expect(heard.every(({ retain }) => retain)).toBe(true);
    await at.joined.stop({ forget: true });
    await eventually(() => heard.filter(({ text }) => text === '').length === 2);
  });

  test('sees states in its own words, by the template of the document', async () => {
    const { heard, client } = at.ha;
    await client.subscribeAsync('doorwright/lock-1/state', { qos: 1 });
    const words = () => heard.map(({ text }) => JSON.parse(text).lock);
    await eventually(() => heard.length === 1);
    await at.say('front', 'UNLOCK');
    await eventually(() => words().length === 3);
    expect(words()).toEqual(['LOCKED', 'UNLOCKED', 'LOCKED']);
    at.front.behave({ jam: true });
    await at.say('front', 'OPEN');
    await eventually(() => words().at(-1) === 'JAMMED');
  });

  test('asks like anybody else: as its subject, by the decision', async () => {
    await at.say('front', 'UNLOCK');
    await at.say('safe', 'UNLOCK');
    await eventually(() => at.reports.length === 2);
    // What is done with a report is no fault of the request.
    expect(at.lines.filter((line) => line.includes('failed'))).toEqual([]);
    const of = (door: string) => at.reports.find(([id]) => id === door)?.[1];
    expect(of('front')).toMatchObject({
      decision: { decision: true, context: { grants: ['p'] } },
      command: { outcome: 'confirmed' },
    });
    expect(of('safe')).toMatchObject({ decision: { decision: false }, command: null });
    await pause(100);
    expect(at.safe.moves).toEqual([]);
  });

  test('locks', async () => {
    await at.say('front', 'LOCK');
    await eventually(() => at.reports.length === 1);
    expect(at.front.moves.map(({ command }) => command.operation)).toEqual(['lock']);
    await at.say('safe', 'LOCK');
    await eventually(() => at.reports.length === 2);
    expect(at.safe.moves).toEqual([]);
  });

  test('is one wish when it says a thing twice at once', async () => {
    at.front.behave({ delayMs: 300 });
    await Promise.all([
      at.say('front', 'UNLOCK'),
      at.say('front', 'UNLOCK'),
      at.say('front', 'OPEN'),
    ]);
    await eventually(() => at.reports.length === 1);
    await pause(500);
    expect(at.reports).toHaveLength(1);
    expect(at.front.moves).toHaveLength(1);
  });

  test('is not heard where its command is retained', async () => {
    await at.say('front', 'UNLOCK', { retain: true });
    await eventually(() => at.lines.some((line) => line.includes('retained')));
    // A gateway that starts with it lying there does not obey it either.
    const second = await hubAt(broker);
    await pause(200);
    expect(at.reports).toEqual([]);
    expect(at.front.moves).toEqual([]);
    await second.hub.close();
    await at.say('front', '', { retain: true });
  });

  test.each([
    ['another word', 'unlock'],
    ['more than the word', 'UNLOCK '],
    ['JSON', '{"do":"UNLOCK"}'],
    ['nothing', ''],
    ['what every object has', 'constructor'],
    ['far too much', 'X'.repeat(3000)],
  ])('is not understood when it says %s', async (_, payload) => {
    await at.say('front', payload);
    await eventually(() => at.lines.some((line) => line.includes('cannot be read')));
    expect(at.reports).toEqual([]);
    expect(at.front.moves).toEqual([]);
  });

  test('is not heard about doors that are not its own', async () => {
    await at.say('_63ellar', 'UNLOCK');
    await at.say('lock-1', 'UNLOCK');
    await at.say('front', 'UNLOCK');
    await eventually(() => at.reports.length === 1);
    await pause(100);
    expect(at.reports.map(([door]) => door)).toEqual(['front']);
    expect(() =>
      homeAssistant({
        hub: at.hub,
        gateway: at.gateway,
        doors: [{ door: 'cellar', device: 'x' }],
        subject: PANEL,
      }),
    ).toThrow(RangeError);
  });
});

describe('requests made while the hub was away', () => {
  const clientId = 'gateway-of-the-house';
  const askAndConnect = async () => {
    const { client } = await clientAt(broker, 'home-assistant');
    await client.publishAsync('doorwright/front/request', 'UNLOCK', { qos: 1 });
    const words: string[] = [];
    // Hears from the first moment, as what a broker kept comes at once.
    const hub = mqttHub({
      ...{ url: broker.url, username: 'gateway', password: passwordOf('gateway'), clientId },
      ...{ sessionSeconds: 60 },
    });
    hub.listen('request', (door, { payload }) => words.push(`${door} ${payload}`));
    await eventually(hub.isUp);
    await client.publishAsync('doorwright/safe/request', 'LOCK', { qos: 1 });
    await eventually(() => words.includes('safe LOCK'));
    await client.endAsync(true);
    return { hub, words };
  };

  test('are missed, also where somebody gives it the options of a session', async () => {
    const first = await askAndConnect();
    await first.hub.close();
    const second = await askAndConnect();
    expect(second.words).toEqual(['safe LOCK']);
    await second.hub.close();
  });

  test('are missed where an older session of the same name kept them', async () => {
    const properties = { sessionExpiryInterval: 60 };
    const older = await clientAt(broker, 'gateway', { clientId, clean: false, properties });
    await older.client.subscribeAsync('doorwright/+/request', { qos: 1 });
    await older.client.endAsync();
    const { hub, words } = await askAndConnect();
    expect(words).toEqual(['safe LOCK']);
    await hub.close();
  });
});

describe('by the rights of the example', () => {
  const heardBy = async (name: string, filter: string) => {
    const { client, heard } = await clientAt(broker, name);
    // A broker may refuse the subscription, or take it and deliver nothing.
    await client.subscribeAsync(filter, { qos: 1 }).catch(() => undefined);
    return { client, heard };
  };

  test('nobody comes in without a name, or with a wrong password', async () => {
    await expect(clientAt(broker, 'nobody')).rejects.toThrow();
    await expect(clientAt(broker, 'gateway', { password: 'x' })).rejects.toThrow();
    await expect(
      clientAt(broker, '', { username: undefined as never, password: undefined as never }),
    ).rejects.toThrow();
  });

  test('a lock hears its own commands and no other lock’s', async () => {
    const own = await heardBy('lock-1', 'doorwright/lock-1/set');
    const other = await heardBy('lock-1', 'doorwright/lock-2/set');
    const all = await heardBy('lock-1', 'doorwright/#');
    const { client } = await clientAt(broker, 'gateway');
    await client.publishAsync('doorwright/lock-1/set', 'one', { qos: 1 });
    await client.publishAsync('doorwright/lock-2/set', 'two', { qos: 1 });
    await eventually(() => own.heard.length === 1);
    await pause(200);
    expect(own.heard.map(({ text }) => text)).toEqual(['one']);
    expect(other.heard).toEqual([]);
    expect(all.heard.filter(({ topic }) => !topic.startsWith('doorwright/lock-1/'))).toEqual([]);
    for (const one of [own, other, all]) await one.client.endAsync(true);
    await client.endAsync(true);
  });

  test.each([
    ['lock-1', 'doorwright/lock-2/result'],
    ['lock-1', 'doorwright/lock-2/state'],
    ['lock-1', 'doorwright/lock-2/set'],
    ['lock-1', 'doorwright/lock-1/set'],
    ['lock-1', 'doorwright/front/request'],
    ['lock-1', 'doorwright/~gateway/availability'],
    ['lock-1', 'homeassistant/lock/x/config'],
    ['home-assistant', 'doorwright/lock-1/set'],
    ['home-assistant', 'doorwright/lock-1/state'],
    ['home-assistant', 'doorwright/lock-1/result'],
  ])('%s may not write to %s', async (name, topic) => {
    // Mosquitto refuses the publication by its reason code (MQTT 5 §3.4.2.1, 0x87).
    const { client } = await clientAt(broker, name);
    await expect(client.publishAsync(topic, 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    await client.endAsync(true);
  });

  test('a gateway whose command the broker refuses says that nothing was done', async () => {
    // A hub that may not command: it comes in as Home Assistant would.
    const acl = EXAMPLE_ACL.replace('topic write doorwright/+/set\n', '');
    const strict = await startMosquitto({
      conf: EXAMPLE_CONF,
      acl,
      users: usersOf('gateway', 'lock-1'),
    });
    const { hub } = await hubAt(strict);
    const provider = mqttLocks({ hub, devices: ['lock-1'] });
    const lock = await lockAt(strict, 'lock-1');
    await eventually(() => provider.state('lock-1')?.available === true);
    const order = { commandId: 'c', expiresAt: Date.now() + 5000, seconds: 1 };
    expect(await provider.unlock('lock-1', order)).toMatchObject({
      outcome: 'refused',
      mayHaveActed: false,
    });
    expect(lock.moves).toEqual([]);
    await lock.close();
    await hub.close();
    await strict.remove();
  });
});
