/** Online locks on MQTT (`doorwright/mqtt`): a lock provider, Home Assistant, and a simulated lock. */
export type { LockTimers } from './locks/lock-host.js';
export {
  type DiscoveredDoor,
  type DiscoveryTopics,
  discoveryDocument,
  discoveryTopic,
} from './mqtt/discovery.js';
export {
  type HomeAssistant,
  type HomeAssistantDoor,
  type HomeAssistantOptions,
  homeAssistant,
} from './mqtt/home-assistant.js';
export { type LeafListener, type MqttHub, type MqttHubOptions, mqttHub } from './mqtt/mqtt-hub.js';
export { type MqttLock, type MqttLockOptions, mqttLock } from './mqtt/mqtt-lock.js';
export { type MqttLocksOptions, mqttLocks } from './mqtt/mqtt-locks.js';
export type { MqttMessage, MqttSessionOptions, PublishEnd } from './mqtt/mqtt-session.js';
export { type TopicLeaf, topicLevel, topicOf } from './mqtt/topics.js';
export type { Logger } from './pdp/telling.js';
