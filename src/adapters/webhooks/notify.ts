/** Handing notices to whoever sends mail or messages: in order, at least once, from the log of notices. */

import type { EntityName, StoredEvent } from '../../admin/events/event.js';
import { readEvent } from '../../admin/events/read-event.js';
import type { JsonObject } from '../../admin/record.js';
import { findElement } from '../../engine/elements.js';
import { HOUR_MS, parseInstant } from '../../values/instant.js';
import type { Site } from '../site/site.js';
import { runConsumer } from './consumer.js';
import type { AttemptOutcome } from './delivery.js';
import type { ConsumerOptions, ConsumerRun } from './run.js';

/** A notice as a port gets it. */
export interface DeliveredNotice {
  /** The same for every attempt: whoever keeps it sends nothing twice. */
  readonly id: string;
  /** `access_granted`, `access_withdrawn`, `occupancy`, … */
  readonly kind: string;
  /** RFC 3339: when it was written. */
  readonly time: string;
  readonly to: EntityName;
  /** What the policy says of him now; of somebody who was deleted, what the notice says. */
  readonly email?: string;
  readonly name?: string;
  /** What about. */
  readonly object: EntityName;
  readonly data: JsonObject;
}

/** Sends notices. `retry`: later perhaps. `never`: this one cannot be sent, others can. What it throws is `retry`. */
export interface NotificationPort {
  /** Sends one notice, and says what became of it. */
  deliver(notice: DeliveredNotice, signal?: AbortSignal): Promise<'ok' | 'retry' | 'never'>;
}

/** How notices are delivered. */
export interface NotifyOptions extends ConsumerOptions {
  /** Tells ports of one site apart. Default `mail`. */
  readonly name?: string;
  /** Older notices are passed over: old news alarms. Milliseconds; default two days, more than all attempts take. */
  readonly maxAgeMs?: number;
}

const AGE_MAX_MS = 48 * HOUR_MS;
const TYPE_PREFIX = 'doorwright.notice.';

/** Delivers what is due. To be called in rounds, as webhooks are. */
export async function deliverNotices(
  site: Site,
  port: NotificationPort,
  options: NotifyOptions = {},
): Promise<ConsumerRun> {
  const { name = 'mail', maxAgeMs = AGE_MAX_MS, signal } = options;
  // Addresses come from the policy: the newest one.
  await site.refresh();
  return runConsumer(
    site,
    {
      id: `notices-${name}`,
      logs: ['notice'],
      deliver: async (event) => {
        const isOld = site.host.now() - parseInstant(event.time) > maxAgeMs;
        const notice = isOld ? undefined : noticeOf(site, event);
        if (notice === undefined) return { kind: 'hopeless' };
        return outcomeOf(await port.deliver(notice, signal));
      },
    },
    options,
  );
}

/** The notice in an event; undefined when it was erased, or is none. */
function noticeOf(site: Site, event: StoredEvent): DeliveredNotice | undefined {
  const { id, type, time, object, subject, personalData = {} } = readEvent(event);
  if (!type.startsWith(TYPE_PREFIX) || object === undefined || subject === undefined)
    return undefined;
  const known = subject.type === 'user' ? findElement(site.engine, 'users', subject.id) : undefined;
  const { email, name, ...data } = personalData;
  return {
    id,
    kind: type.slice(TYPE_PREFIX.length),
    time,
    to: subject,
    ...textOf('email', known === undefined ? email : known.email),
    ...textOf('name', known === undefined ? name : known.name),
    object,
    data,
  };
}

function textOf(member: string, value: unknown): { readonly [member: string]: string } {
  return typeof value === 'string' ? { [member]: value } : {};
}

function outcomeOf(said: 'ok' | 'retry' | 'never'): AttemptOutcome {
  switch (said) {
    case 'ok':
      return { kind: 'delivered' };
    case 'never':
      return { kind: 'hopeless' };
    case 'retry':
      return { kind: 'failed', detail: 'the port will try again' };
    default:
      return { kind: 'failed', detail: 'the port said nothing it may say' };
  }
}
