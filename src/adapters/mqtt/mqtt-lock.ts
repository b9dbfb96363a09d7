/** The other end: a simulated lock on a broker, for tests and trials, and to read what a firmware has to do. */

import { processLockHost } from '../locks/lock-host.js';
import type { LockState } from '../locks/lock-provider.js';
import { type SimulatedLock, simulatedLock } from '../locks/simulated-lock.js';
import { quietly } from '../quietly.js';
import { parseCommand } from './command-message.js';
import { encodeAnswer, encodeHappening, encodeState } from './messages.js';
import { type MqttSessionOptions, mqttSession } from './mqtt-session.js';
import { requirePrefix, topicOf } from './topics.js';

/** Which lock it is. */
export interface MqttLockOptions extends MqttSessionOptions {
  readonly device: string;
  /** Default `doorwright`. */
  readonly prefix?: string;
  /** Tells of every connection. */
  readonly onUp?: () => void;
}

/** A lock on a broker. */
export interface MqttLock extends SimulatedLock {
  /** Says `offline` and goes, for good. */
  close(): Promise<void>;
}

/**
 * Connects a lock. It obeys what is sent to its `set` topic: not what was retained there, not what has expired by its own
 * clock, and nothing twice.
 */
export function mqttLock(options: MqttLockOptions): MqttLock {
  const { device, timers = processLockHost } = options;
  const prefix = requirePrefix(options.prefix ?? 'doorwright');
  const topic = (leaf: 'set' | 'state' | 'availability' | 'event' | 'result') =>
    topicOf(prefix, device, leaf);
  const publishState = (state: LockState) =>
    void session.publish(topic('state'), encodeState(state), { retain: true });
  const lock: SimulatedLock = simulatedLock(timers, {
    state: publishState,
    answer: (answer) => void session.publish(topic('result'), encodeAnswer(answer)),
    happened: (what) => void session.publish(topic('event'), encodeHappening(what)),
  });
  const session = mqttSession(options, {
    filters: [{ filter: topic('set'), stored: false }],
    availability: topic('availability'),
    onMessage({ payload, retain }) {
      const command = parseCommand(payload);
      if (command.ok && !retain) lock.receive(command.value);
    },
    onUp() {
      publishState(lock.state());
      quietly(options.onUp)();
    },
    onDown: () => undefined,
    onTrouble: () => undefined,
  });
  return { ...lock, close: session.close };
}
