/** Online locks on MQTT as a provider: a command out, its answer back, and what the locks say of themselves. */

import type { Outcome } from '../../values/outcome.js';
import { type AnswerDesk, answerDesk } from '../locks/answer-desk.js';
import { lockCommands } from '../locks/lock-commands.js';
import { type LockTimers, processLockHost } from '../locks/lock-host.js';
import { refused, unavailable } from '../locks/lock-order.js';
import type { LockProvider } from '../locks/lock-provider.js';
import { type NewsStand, newsStand } from '../locks/news-stand.js';
import { encodeCommand } from './command-message.js';
import { parseAnswer, parseHappening, parseState } from './messages.js';
import type { MqttHub } from './mqtt-hub.js';
import type { MqttMessage } from './mqtt-session.js';
import { type MessageCode, parseText } from './payload.js';
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
  const stops = hear(hub, news, desk);
  let closed = false;
  return {
    ...lockCommands({
      now: timers.now,
      isKnown: (device) => news.state(device) !== undefined,
      async send(device, command, order) {
        if (closed) return unavailable('the provider was closed');
        if (news.state(device)?.available !== true) return unavailable('the lock is not there');
        return desk.ask(device, order, () => {
          const expirySeconds = Math.max(1, Math.ceil((order.expiresAt - timers.now()) / 1000));
          const topic = topicOf(hub.prefix, device, 'set');
          const sending = hub.publish(topic, encodeCommand(command), { expirySeconds });
          if (sending === undefined) return { left: false, detail: 'no connection to the broker' };
          void sending.then((end) => {
            if (end === 'refused')
              desk.end(device, command.commandId, refused('the broker refused it'));
          });
          return { left: true };
        });
      },
    }),
    devices: async () =>
      devices.map((id) => ({ id, capabilities: { unlock: true, lock: true, hold: true } })),
    state: news.state,
    watch: news.watch,
    async close() {
      closed = true;
      for (const stop of stops) stop();
      desk.lost('the provider was closed');
    },
  };
}

/** Listens to what the locks say; answers how to stop. */
function hear(hub: MqttHub, news: NewsStand, desk: AnswerDesk): (() => void)[] {
  const { logger } = hub;
  const read =
    <T>(
      parse: (payload: Uint8Array) => Outcome<T, MessageCode>,
      use: (id: string, value: T) => void,
    ) =>
    (id: string, { topic, payload }: MqttMessage) => {
      if (news.state(id) === undefined) return;
      const parsed = parse(payload);
      if (parsed.ok) use(id, parsed.value);
      else logger?.warn({ topic, code: parsed.code }, 'a message that cannot be read, ignored');
    };
  const isThere = (id: string, text: string) => news.heard(id, { available: text === 'online' });
  return [
    hub.listen('state', read(parseState, news.heard)),
    hub.listen('availability', read(parseText, isThere)),
    hub.listen('event', read(parseHappening, news.happened)),
    hub.listen(
      'result',
      read(parseAnswer, (id, answer) => {
        if (!desk.answer(id, answer)) logger?.debug({ lock: id }, 'an answer nobody waits for');
      }),
    ),
    hub.onDown(() => {
      desk.lost('the connection to the broker broke');
      news.lost();
    }),
  ];
}
