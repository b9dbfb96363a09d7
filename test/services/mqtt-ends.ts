/** Locks, gateways and strangers at a Mosquitto, for tests. */
import { readFileSync } from 'node:fs';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { mqttHub, mqttLock } from '../../src/adapters/for-mqtt.js';
import type { Mosquitto } from './mosquitto.js';

const EXAMPLE = new URL('../../examples/home-assistant/', import.meta.url);
/** The broker of the example, as documented. */
export const EXAMPLE_CONF: string = readFileSync(new URL('mosquitto.conf', EXAMPLE), 'utf8');
export const EXAMPLE_ACL: string = readFileSync(new URL('acl', EXAMPLE), 'utf8');

/** Who is known to the broker of the example: every name's password is itself, reversed. */
export function usersOf(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, passwordOf(name)]));
}

/** A user's password. */
export function passwordOf(name: string): string {
  return [...name].reverse().join('');
}

/** Waits until something is so. @throws Error when it is not, ten seconds later. */
export async function eventually(
  condition: () => boolean,
  what: string | (() => string) = 'it',
): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end)
      throw new Error(`${typeof what === 'string' ? what : what()} did not come about`);
    await pause(5);
  }
}

/** Lets time pass, where what is tested is that nothing happens. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A connected hub of a gateway. */
export async function hubAt(broker: Mosquitto, more: object = {}) {
  const lines: string[] = [];
  const line = (_: object, message: string) => void lines.push(message);
  const logger = { debug: line, info: line, warn: line, error: line };
  const credentials = { username: 'gateway', password: passwordOf('gateway') };
  // No pause between attempts but the shortest.
  const hub = mqttHub({ url: broker.url, ...credentials, logger, random: () => 0, ...more });
  await eventually(hub.isUp, 'a hub');
  return { hub, lines };
}

/** A connected lock. */
export async function lockAt(broker: Mosquitto, device: string, more: object = {}) {
  let ups = 0;
  const onUp = () => {
    ups++;
  };
  const credentials = { username: device, password: passwordOf(device) };
  const lock = mqttLock({
    url: broker.url,
    device,
    ...credentials,
    onUp,
    random: () => 0,
    ...more,
  });
  await eventually(() => ups > 0, `the lock ${device}`);
  return Object.assign(lock, { ups: () => ups });
}

/** What a client heard. */
export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** Somebody else at the broker. */
export async function clientAt(broker: Mosquitto, name: string, more: IClientOptions = {}) {
  const client: MqttClient = await connectAsync(broker.url, {
    protocolVersion: 5,
    username: name,
    password: passwordOf(name),
    reconnectPeriod: 0,
    ...more,
  });
  const heard: Heard[] = [];
  client.on('message', (topic, payload, { retain }) =>
    heard.push({ topic, text: payload.toString(), retain }),
  );
  client.on('error', () => undefined);
  return { client, heard };
}
