/** Home Assistant at a gateway: it finds the doors, shows their state, and asks for them like anybody else. */

import type { Entity } from '../../engine/request.js';
import type { DoorReport, LockGateway } from '../locks/gateway.js';
import { quietly } from '../quietly.js';
import { type DiscoveredDoor, discoveryDocument, discoveryTopic } from './discovery.js';
import type { MqttHub } from './mqtt-hub.js';
import type { MqttMessage } from './mqtt-session.js';
import { parseText } from './payload.js';

/** A door that Home Assistant may ask for. */
export interface HomeAssistantDoor extends DiscoveredDoor {
  /** As whom. Default: the one for all. */
  readonly subject?: Entity;
}

/** How Home Assistant is joined to a gateway. */
export interface HomeAssistantOptions {
  readonly hub: MqttHub;
  readonly gateway: LockGateway;
  readonly doors: readonly HomeAssistantDoor[];
  /**
   * As whom it asks: a user that the policy knows, with no more rights than whoever may touch its screens should have. Its
   * requests are `remote`, without location and without second factor.
   */
  readonly subject: Entity;
  /** Its discovery prefix. Default `homeassistant`. */
  readonly discoveryPrefix?: string;
  /** What became of each request. What it throws is dropped. */
  readonly onReport?: (door: string, report: DoorReport) => void;
}

/** Home Assistant, joined. */
export interface HomeAssistant {
  /** Stops asking for it. With `forget` the doors vanish from Home Assistant. */
  stop(options?: { readonly forget?: boolean }): Promise<void>;
}

/** Home Assistant's words. `OPEN` pulls the latch where there is one: to a door it is the same. */
const WORDS: Readonly<Record<string, 'unlock' | 'lock'>> = {
  UNLOCK: 'unlock',
  OPEN: 'unlock',
  LOCK: 'lock',
};

/** Joins. @throws RangeError for a door that is not the gateway's. */
export function homeAssistant(options: HomeAssistantOptions): HomeAssistant {
  const { hub, gateway, doors } = options;
  const known = new Map(doors.map((door) => [door.door, door]));
  for (const door of known.keys())
    if (!gateway.doors.includes(door)) throw new RangeError(`no door \`${door}\` of this gateway`);
  const topics = {
    prefix: hub.prefix,
    ...(options.discoveryPrefix === undefined ? {} : { discoveryPrefix: options.discoveryPrefix }),
  };
  const announce = () => {
    for (const door of known.values()) {
      const document = JSON.stringify(discoveryDocument(topics, door));
      void hub.publish(discoveryTopic(topics, door.door), document, { retain: true });
    }
  };
  const ask = asking(options, known);
  const stops = [hub.onUp(announce), hub.listen('request', ask)];
  return {
    async stop({ forget = false } = {}) {
      for (const stop of stops) stop();
      if (!forget) return;
      // An empty retained message takes the stored one away (MQTT 5 §3.3.1.3), and with it the lock.
      for (const door of known.keys())
        await hub.publish(discoveryTopic(topics, door), '', { retain: true });
    },
  };
}

/**
 * Answers messages with requests. While one is under way at a door, another of its kind is the same wish: brokers and
 * clients may say a thing twice.
 */
function asking(
  { hub, gateway, subject, onReport }: HomeAssistantOptions,
  known: ReadonlyMap<string, HomeAssistantDoor>,
) {
  const underWay = new Set<string>();
  const request = async (door: string, operation: 'unlock' | 'lock') => {
    const wish = `${operation} ${door}`;
    if (underWay.has(wish)) return;
    underWay.add(wish);
    try {
      const asked = {
        subject: known.get(door)?.subject ?? subject,
        resource: { type: 'door', id: door },
        context: { method: 'remote' },
      };
      quietly(onReport)(door, await gateway[operation](asked, { via: 'mqtt' }));
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      hub.logger?.error({ door, error: name }, 'a request of Home Assistant failed');
    } finally {
      underWay.delete(wish);
    }
  };
  return (door: string, { payload }: MqttMessage) => {
    if (!known.has(door)) return;
    const text = parseText(payload);
    const word = text.ok ? text.value : '';
    const operation = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    if (operation === undefined)
      hub.logger?.warn({ door }, 'a request that cannot be read, ignored');
    else void request(door, operation);
  };
}
