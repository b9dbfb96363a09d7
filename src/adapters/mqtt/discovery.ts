/** The document by which Home Assistant finds a lock. @see https://www.home-assistant.io/integrations/lock.mqtt/ */
import { gatewayTopic, topicLevel, topicOf } from './topics.js';

/** A door as Home Assistant is to show it. */
export interface DiscoveredDoor {
  /** The door's id, by which it is asked for. */
  readonly door: string;
  /** The lock's id, whose state and availability it shows. */
  readonly device: string;
  /** Default: the door's id. */
  readonly name?: string;
}

/** Where a document is published. */
export interface DiscoveryTopics {
  /** The locks' prefix. */
  readonly prefix: string;
  /** Home Assistant's. Default `homeassistant`. */
  readonly discoveryPrefix?: string;
}

/** The topic of a door's document, which is retained there. Doors of two prefixes are two locks. */
export function discoveryTopic(
  { prefix, discoveryPrefix = 'homeassistant' }: DiscoveryTopics,
  door: string,
): string {
  return `${discoveryPrefix}/lock/${uniqueId(prefix, door)}/config`;
}

/**
 * The document of a door. Commands are never to be retained; the state comes from the lock itself, and the door is shown as
 * available while both the lock and the gateway are.
 */
export function discoveryDocument(
  { prefix }: DiscoveryTopics,
  { door, device, name = door }: DiscoveredDoor,
) {
  const state = topicOf(prefix, device, 'state');
  const id = uniqueId(prefix, door);
  return {
    name: null,
    unique_id: id,
    command_topic: topicOf(prefix, door, 'request'),
    payload_lock: 'LOCK',
    payload_unlock: 'UNLOCK',
    payload_open: 'OPEN',
    state_topic: state,
    value_template: '{{ value_json.lock }}',
    state_locked: 'LOCKED',
    state_unlocked: 'UNLOCKED',
    state_locking: 'LOCKING',
    state_unlocking: 'UNLOCKING',
    state_jammed: 'JAMMED',
    json_attributes_topic: state,
    optimistic: false,
    qos: 1,
    retain: false,
    availability_mode: 'all',
    availability: [
      {
        topic: gatewayTopic(prefix),
        payload_available: 'online',
        payload_not_available: 'offline',
      },
      {
        topic: topicOf(prefix, device, 'availability'),
        payload_available: 'online',
        payload_not_available: 'offline',
      },
    ],
    device: { identifiers: [id], name, manufacturer: 'doorwright', model: 'MQTT lock' },
    origin: { name: 'doorwright' },
  } as const;
}

/** Letters, digits, `_` and `-`, as Home Assistant wants it; different doors and prefixes give different ids. */
function uniqueId(prefix: string, door: string): string {
  return `doorwright_${topicLevel(prefix)}__${topicLevel(door)}`;
}
