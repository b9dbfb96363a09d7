/**
 * Staying connected to a broker. Every connection is a client of its own with nothing from the one before: mqtt.js would send
 * again what was not acknowledged, and a command to a lock must never be sent twice.
 */

import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { type LockTimers, processLockHost, untilThen } from '../locks/lock-host.js';
import { isLoopbackName } from '../loopback.js';

/** How the broker is reached. */
export interface MqttSessionOptions {
  /** `mqtts://host`; `mqtt://` on the loopback interface, elsewhere only with `allowPlain`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Unencrypted beyond this machine: whoever is in that network can open doors. Default false. */
  readonly allowPlain?: boolean;
  /** Certificates of the broker's authority, if the system does not know it; own certificate and key. PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Default: a random one. With `sessionSeconds` it must stay the same. */
  readonly clientId?: string;
  /**
   * How long the broker keeps what could not be delivered: only for those who can tell late words from fresh ones, as a lock
   * can by a command's expiry. Default 0: what is missed is missed, as commands should be.
   */
  readonly sessionSeconds?: number;
  readonly timers?: LockTimers;
  /** From 0 up to 1, for pauses between attempts. Default: Math.random. */
  readonly random?: () => number;
}

/** One message. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Stored by the broker, or to be stored: such a message says how something is, never what to do. */
  readonly retain: boolean;
}

/** What is subscribed, published and said with every connection. */
export interface MqttSessionParts {
  /** Topic filters. `stored`: also what the broker has stored. */
  readonly filters: readonly { readonly filter: string; readonly stored: boolean }[];
  /** Said when connected and, as the broker's last will, `offline` when not. */
  readonly availability: string;
  readonly onMessage: (message: MqttMessage) => void;
  /** Subscriptions stand. */
  readonly onUp: () => void;
  /** A connection that was up, or over which something was heard, has ended. */
  readonly onDown: () => void;
  /** Why a connection failed or ended; never with an address or a password. */
  readonly onTrouble: (reason: string) => void;
}

/** The end of a publication. `refused`: the broker did not take it. `lost`: nobody knows. */
export type PublishEnd = 'acknowledged' | 'refused' | 'lost';

/** A session. */
export interface MqttSession {
  isUp(): boolean;
  /** Publishes with QoS 1. Undefined, and nothing sent, without a connection. Never rejects. */
  publish(
    topic: string,
    payload: string,
    options?: { readonly retain?: boolean; readonly expirySeconds?: number },
  ): Promise<PublishEnd> | undefined;
  /** Says `offline` and goes. */
  close(): Promise<void>;
}

const CONNECT_MS_MAX = 10_000;
const LEAVE_MS_MAX = 1000;
const KEEP_ALIVE_SECONDS = 15;
const BACK_OFF_MS = 500;
const BACK_OFF_MS_MAX = 30_000;
/** Longest packet the broker may send: every message here is far shorter. */
const PACKET_BYTES_MAX = 16_384;
/** Reason codes from here on say that a message was not accepted (MQTT 5 §2.4). */
const REFUSED_FROM = 0x80;

/** Connects, and connects again whenever that ends. @throws TypeError for a URL that is not `mqtts`, or `mqtt` where allowed. */
export function mqttSession(options: MqttSessionOptions, parts: MqttSessionParts): MqttSession {
  requireBroker(options);
  const { timers = processLockHost, random = Math.random } = options;
  let current: Connection | undefined;
  let closed = false;
  let failures = 0;
  let forget: () => void = () => undefined;

  const down = (gone: Connection) => {
    if (current !== gone) return;
    current = undefined;
    gone.client.end(true);
    for (const lose of [...gone.losing]) lose();
    if (gone.isUp || gone.hasHeard) parts.onDown();
    if (closed) return;
    forget = timers.after(pauseAfter(failures++, random()), open);
  };
  const up = async (own: Connection) => {
    try {
      await begin(own.client, parts);
    } catch {
      parts.onTrouble('the broker does not allow what is needed here');
      down(own);
      return;
    }
    if (current !== own) return;
    own.isUp = true;
    failures = 0;
    parts.onUp();
  };
  const open = () => {
    const client = connect(options.url, clientOptions(options, parts.availability));
    const own: Connection = { client, isUp: false, hasHeard: false, losing: new Set() };
    current = own;
    client.on('connect', () => void up(own));
    client.on('message', (topic, payload, { retain }: IPublishPacket) => {
      if (current !== own) return;
      own.hasHeard = true;
      parts.onMessage({ topic, payload, retain });
    });
    client.on('error', (error) => {
      if (current === own) parts.onTrouble(codeOf(error));
      down(own);
    });
    client.on('close', () => down(own));
  };
  open();
  return {
    isUp: () => current?.isUp ?? false,
    publish: (topic, payload, more) => current && publishOn(current, topic, payload, more),
    async close() {
      closed = true;
      forget();
      const own = current;
      if (own === undefined) return;
      await takeLeave(own, parts.availability, timers);
      down(own);
    },
  };
}

/** One connection, from its first attempt to its end. */
interface Connection {
  readonly client: MqttClient;
  /** Subscriptions stand. */
  isUp: boolean;
  /** Messages came, perhaps before the last subscription stood: what they said holds no longer than the connection. */
  hasHeard: boolean;
  /** What ends publications under way when it breaks. */
  readonly losing: Set<() => void>;
}

const RETAINED = { qos: 1, retain: true } as const;

async function begin(client: MqttClient, { filters, availability }: MqttSessionParts) {
  for (const { filter, stored } of filters)
    await client.subscribeAsync(filter, { qos: 1, rap: true, rh: stored ? 0 : 2 });
  await client.publishAsync(availability, 'online', RETAINED);
}

/** Longer after each failure in a row, and irregular, so that many do not come back at once. */
function pauseAfter(failures: number, random: number): number {
  const pause = Math.min(BACK_OFF_MS * 2 ** Math.min(failures, 16), BACK_OFF_MS_MAX);
  return pause * (0.5 + random / 2);
}

/** A will is said only for those who do not take their leave. */
async function takeLeave({ client, isUp }: Connection, availability: string, timers: LockTimers) {
  if (!isUp) return;
  const leaving = client.publishAsync(availability, 'offline', RETAINED);
  await untilThen(timers, leaving, timers.now() + LEAVE_MS_MAX).catch(() => undefined);
}

function publishOn(
  { client, isUp, losing }: Connection,
  topic: string,
  payload: string,
  { retain = false, expirySeconds }: { retain?: boolean; expirySeconds?: number } = {},
): Promise<PublishEnd> | undefined {
  if (!isUp || !client.connected) return undefined;
  return new Promise((resolve) => {
    const lose = () => resolve('lost');
    losing.add(lose);
    const properties = expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds };
    client.publish(topic, payload, { qos: 1, retain, properties }, (error) => {
      losing.delete(lose);
      resolve(endOf(error));
    });
  });
}

function clientOptions(
  { username, password, tls, clientId, sessionSeconds = 0 }: MqttSessionOptions,
  availability: string,
): IClientOptions {
  return {
    protocolVersion: 5,
    clean: sessionSeconds === 0,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS_MAX,
    keepalive: KEEP_ALIVE_SECONDS,
    queueQoSZero: false,
    clientId: clientId ?? `doorwright-${globalThis.crypto.randomUUID()}`,
    properties: { sessionExpiryInterval: sessionSeconds, maximumPacketSize: PACKET_BYTES_MAX },
    will: { topic: availability, payload: Buffer.from('offline'), qos: 1, retain: true },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...tls,
  };
}

function requireBroker({ url, allowPlain = false }: MqttSessionOptions): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'mqtts:') return;
  if (protocol === 'mqtt:' && (isLoopbackName(hostname) || allowPlain)) return;
  throw new TypeError('locks are reached over mqtts');
}

/** Not accepted, or nobody knows. That nobody listens (0x10) proves nothing: Mosquitto 2.0.19 says so of messages it delivers. */
function endOf(error: unknown): PublishEnd {
  if (error === undefined || error === null) return 'acknowledged';
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'number' && code >= REFUSED_FROM ? 'refused' : 'lost';
}

/** `ECONNREFUSED`, or an MQTT reason code; texts may quote addresses. */
function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? String(code) : 'no connection';
}
