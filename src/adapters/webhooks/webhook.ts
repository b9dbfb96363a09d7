/** What a site keeps of a webhook, and how an event becomes a message to it. */
import { CLOUD_EVENT_TYPE, toCloudEvent } from '../../admin/events/cloud-event.js';
import type { EventFilter } from '../../admin/events/event.js';
import {
  EVENT_LOGS,
  EVENT_OUTCOMES,
  type EventLog,
  type StoredEvent,
} from '../../admin/events/event.js';
import { idField, nameField, wholeField } from '../../admin/record-fields.js';
import { recordShape } from '../../admin/record-shape.js';
import { v } from '../../policy/schema-nodes.js';
import { INSTANT_END } from '../../values/instant.js';
import type { AttemptOutcome } from './delivery.js';
import type { SendWebhook, WebhookReply } from './send.js';
import { kisiHeader, signatureHeaders } from './signature.js';

/** A webhook as it is kept. */
export interface Webhook {
  /** https. */
  readonly url: string;
  readonly name?: string;
  readonly logs: readonly EventLog[];
  /** Absent: everything of those logs. */
  readonly filter?: EventFilter;
  /** One, or two while the receiver changes over: the first is the newer. */
  readonly secrets: readonly string[];
  readonly active: boolean;
  /** Also send the header that receivers of Kisi's webhooks check. */
  readonly kisiSignature?: boolean;
  /** Set when it was switched off by itself. */
  readonly stopped?: { readonly at: number; readonly why: 'gone' | 'failing' };
}

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const entity = v.strictObject({ type: text, id: text });
const filter = v.strictObject({
  types: v.optional(v.pipe(v.array(text), v.maxLength(100))),
  object: v.optional(entity),
  subject: v.optional(entity),
  actor: v.optional(entity),
  place: v.optional(idField),
  outcome: v.optional(v.picklist(EVENT_OUTCOMES)),
  reason: v.optional(text),
  from: v.optional(text),
  until: v.optional(text),
});

/** The body of records of kind `webhook`. */
export const webhookShape = recordShape<Webhook>('webhook', () =>
  v.strictObject({
    url: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
    name: v.optional(nameField),
    logs: v.pipe(v.array(v.picklist(EVENT_LOGS)), v.minLength(1), v.maxLength(EVENT_LOGS.length)),
    filter: v.optional(filter),
    secrets: v.pipe(v.array(text), v.minLength(1), v.maxLength(2)),
    active: v.boolean(),
    kisiSignature: v.optional(v.boolean()),
    stopped: v.optional(
      v.strictObject({ at: wholeField(0, INSTANT_END), why: v.picklist(['gone', 'failing']) }),
    ),
  }),
);

/** Id of the consumer that a webhook is. */
export function consumerOf(webhook: string): string {
  return `webhook-${webhook}`;
}

/** How one event is sent. */
export interface Posting {
  readonly send: SendWebhook;
  readonly organization: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Sends one event to a webhook, as a signed CloudEvent. */
export async function postEvent(
  webhook: Webhook,
  event: StoredEvent,
  posting: Posting,
): Promise<AttemptOutcome> {
  const { send, organization, now, timeoutMs, signal } = posting;
  const { url, secrets, kisiSignature = false } = webhook;
  const body = JSON.stringify(toCloudEvent(event, organization));
  const [secret = ''] = secrets;
  const reply = await send({
    url,
    headers: {
      'content-type': CLOUD_EVENT_TYPE,
      'user-agent': 'doorwright',
      ...signatureHeaders({ id: event.id, time: now(), body }, secrets),
      ...(kisiSignature ? kisiHeader(body, secret) : {}),
    },
    body,
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!reply.ok) return { kind: 'failed', detail: `${reply.code}: ${reply.detail}` };
  return outcomeOf(reply.value, now());
}

/**
 * What an answer means: 2xx is delivered, 410 is for ever; everything else, redirects too, is tried again.
 * @see Standard Webhooks 1.0, "Operational considerations"
 */
export function outcomeOf({ status, retryAfter }: WebhookReply, now: number): AttemptOutcome {
  if (status >= 200 && status <= 299) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  const retryAfterMs = retryAfter === undefined ? undefined : waitOf(retryAfter, now);
  const detail = `status ${status}`;
  return { kind: 'failed', detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function waitOf(retryAfter: string, now: number): number | undefined {
  if (/^\d{1,9}$/u.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
