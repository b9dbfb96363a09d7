/** One connection to a broker for all locks below a prefix, and whoever else listens there. */

import type { Logger } from '../pdp/telling.js';
import { quietLogger, quietly } from '../quietly.js';
import {
  type MqttMessage,
  type MqttSessionOptions,
  mqttSession,
  type PublishEnd,
} from './mqtt-session.js';
import { gatewayTopic, readTopic, requirePrefix, type TopicLeaf } from './topics.js';

/**
 * How a hub is made. It has no session that outlives a connection: a request that the broker kept would open a door for
 * somebody who has long gone.
 */
export interface MqttHubOptions extends Omit<MqttSessionOptions, 'sessionSeconds'> {
  /** Under which the locks' topics lie. Default `doorwright`. */
  readonly prefix?: string;
  readonly logger?: Logger;
}

/** What comes in at one leaf, of any lock or door. What it throws is dropped, with a line in the log. */
export type LeafListener = (id: string, message: MqttMessage) => void;

/** The hub. */
export interface MqttHub {
  readonly prefix: string;
  readonly logger: Logger | undefined;
  /** Whether a connection stands, and its subscriptions. */
  isUp(): boolean;
  /** Publishes with QoS 1; undefined, and nothing sent, without a connection. */
  publish(
    topic: string,
    payload: string,
    options?: { readonly retain?: boolean; readonly expirySeconds?: number },
  ): Promise<PublishEnd> | undefined;
  /** Hears what is published at a leaf, until stopped; first of all how things are, as far as that was heard already. */
  listen(leaf: Exclude<TopicLeaf, 'set'>, listener: LeafListener): () => void;
  /** Hears of connections, until stopped; at once if one stands. */
  onUp(listener: () => void): () => void;
  /** Hears of their ends. */
  onDown(listener: () => void): () => void;
  /** Says `offline` and goes, for good. */
  close(): Promise<void>;
}

/** How something is, is stored; what happened or is wanted is not, and is never taken from a store. */
const LEAVES = [
  { leaf: 'state', stored: true },
  { leaf: 'availability', stored: true },
  { leaf: 'event', stored: false },
  { leaf: 'result', stored: false },
  { leaf: 'request', stored: false },
] as const;

/** Stored messages that are known at once: two of ten thousand locks. */
const KNOWN_MAX = 20_000;

/** Connects, and stays connected. @throws TypeError for a prefix or URL that is none. */
export function mqttHub(options: MqttHubOptions): MqttHub {
  const logger = quietLogger(options.logger);
  const prefix = requirePrefix(options.prefix ?? 'doorwright');
  const listeners = new Map<string, Set<LeafListener>>();
  const known = new Map<string, { readonly id: string; readonly message: MqttMessage }>();
  const ups = new Set<() => void>();
  const downs = new Set<() => void>();
  const session = mqttSession(
    { ...options, sessionSeconds: 0 },
    {
      filters: LEAVES.map(({ leaf, stored }) => ({ filter: `${prefix}/+/${leaf}`, stored })),
      availability: gatewayTopic(prefix),
      onMessage(message) {
        const address = readTopic(prefix, message.topic);
        const leaf = LEAVES.find((other) => other.leaf === address?.leaf);
        if (address === undefined || leaf === undefined) return;
        if (message.retain && !leaf.stored) {
          const topic = message.topic.slice(0, 200);
          logger?.warn({ topic }, 'a retained message that must not be one, ignored');
          return;
        }
        if (leaf.stored && (known.has(message.topic) || known.size < KNOWN_MAX))
          known.set(message.topic, { id: address.id, message });
        for (const listener of [...(listeners.get(leaf.leaf) ?? [])]) listener(address.id, message);
      },
      onUp() {
        logger?.info({}, 'connected to the broker');
        for (const listener of [...ups]) listener();
      },
      onDown() {
        logger?.warn({}, 'the connection to the broker ended');
        known.clear();
        for (const listener of [...downs]) listener();
      },
      onTrouble: (reason) => logger?.warn({ reason }, 'no connection to the broker'),
    },
  );
  return {
    prefix,
    logger,
    isUp: session.isUp,
    publish: session.publish,
    listen(leaf, given) {
      const listener = safe(logger, given);
      const own = listeners.get(leaf) ?? new Set();
      listeners.set(leaf, own);
      for (const { id, message } of known.values())
        if (message.topic.endsWith(`/${leaf}`)) listener(id, message);
      return adding(own, listener);
    },
    onUp(given) {
      const listener = safe(logger, given);
      if (session.isUp()) listener();
      return adding(ups, listener);
    },
    onDown: (listener) => adding(downs, safe(logger, listener)),
    close: session.close,
  };
}

/** A listener that keeps no other from hearing. */
function safe<Told extends readonly unknown[]>(
  logger: Logger | undefined,
  listener: (...told: Told) => void,
): (...told: Told) => void {
  return quietly(listener, () => logger?.error({}, 'a listener failed'));
}

function adding<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => set.delete(item);
}
