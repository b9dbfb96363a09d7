/** Online locks on MQTT as a provider: a command out, its answer back, and what the locks say of themselves. */

import type { Outcome } from '../../values/outcome.js';
import { answerDesk } from '../locks/answer-desk.js';
import { commandBook } from '../locks/command-book.js';
import { type LockTimers, processLockHost } from '../locks/lock-host.js';
import { type LockOperation, refused, requireOrder, unavailable } from '../locks/lock-order.js';
import type { LockOrder, LockProvider } from '../locks/lock-provider.js';
import { newsStand } from '../locks/news-stand.js';
import {
  encodeCommand,
  type MessageCode,
  parseAnswer,
  parseHappening,
  parseState,
  parseText,
} from './messages.js';
import type { MqttHub } from './mqtt-hub.js';
import type { MqttMessage } from './mqtt-session.js';
import { topicOf } from './topics.js';

/** Which locks. */
export interface MqttLocksOptions {
  readonly hub: MqttHub;
  /** Their ids. Messages of others are ignored. */
  readonly devices: readonly string[];
  readonly timers?: LockTimers;
}

/**
 * The provider. A command goes out once, with QoS 1 and an expiry for the broker and one for the lock; one whose connection
 * breaks ends as `unavailable` and may have acted. `close` lets go of the locks, not of the hub.
 */
export function mqttLocks({
  hub,
  devices,
  timers = processLockHost,
}: MqttLocksOptions): LockProvider {
  const news = newsStand(devices);
  const desk = answerDesk(timers);
  const book = commandBook(timers.now);
  let closed = false;

  const heard =
    <T>(
      parse: (payload: Uint8Array) => Outcome<T, MessageCode>,
      use: (id: string, value: T) => void,
    ) =>
    (id: string, { topic, payload }: MqttMessage) => {
      if (news.state(id) === undefined) return;
      const parsed = parse(payload);
      if (parsed.ok) use(id, parsed.value);
      else hub.logger?.warn({ topic, code: parsed.code }, 'a message that cannot be read, ignored');
    };
  const stops = [
    hub.listen('state', heard(parseState, news.heard)),
    hub.listen(
      'availability',
      heard(parseText, (id, text) => news.heard(id, { available: text === 'online' })),
    ),
    hub.listen('event', heard(parseHappening, news.happened)),
    hub.listen(
      'result',
      heard(parseAnswer, (id, answer) => {
        if (!desk.answer(id, answer)) hub.logger?.debug({ lock: id }, 'an answer nobody waits for');
      }),
    ),
    hub.onDown(() => {
      desk.lost('the connection to the broker broke');
      news.lost();
    }),
  ];
  const command = async (
    device: string,
    operation: LockOperation,
    order: LockOrder,
    seconds: number,
  ) => {
    requireOrder(order, operation === 'lock' ? undefined : seconds);
    const { commandId, expiresAt } = order;
    return book.once(order, { device, operation, seconds }, async () => {
      const state = news.state(device);
      if (state === undefined) return unavailable('no such lock', { retryable: false });
      if (closed) return unavailable('the provider was closed');
      if (!state.available) return unavailable('the lock is not there');
      return desk.ask(device, order, () => {
        const expirySeconds = Math.max(1, Math.ceil((expiresAt - timers.now()) / 1000));
        const payload = encodeCommand({ commandId, operation, seconds, expiresAt });
        const sending = hub.publish(topicOf(hub.prefix, device, 'set'), payload, { expirySeconds });
        if (sending === undefined) return { left: false, detail: 'no connection to the broker' };
        void sending.then((end) => {
          if (end === 'refused') desk.end(device, commandId, refused('the broker refused it'));
        });
        return { left: true };
      });
    });
  };
  return {
    devices: async () =>
      devices.map((id) => ({ id, capabilities: { unlock: true, lock: true, hold: true } })),
    unlock: (device, order) => command(device, 'unlock', order, order.seconds),
    hold: (device, order) => command(device, 'hold', order, order.seconds),
    lock: (device, order) => command(device, 'lock', order, 0),
    state: news.state,
    watch: news.watch,
    async close() {
      closed = true;
      for (const stop of stops) stop();
      desk.lost('the provider was closed');
    },
  };
}
