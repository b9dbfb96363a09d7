/** How a delivery proves where it comes from. */
import { createHmac, randomBytes } from 'node:crypto';

/** Mark of a secret's text, and its random bytes: as many as the hash has. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A fresh secret as text, to be given to the receiver once. */
export function newWebhookSecret(random: (length: number) => Uint8Array = randomBytes): string {
  return `${PREFIX}${Buffer.from(random(SECRET_BYTES)).toString('base64')}`;
}

/** Whether a text is a secret of ours. */
export function isWebhookSecret(text: string): boolean {
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64');
  return bytes.length === SECRET_BYTES && text === `${PREFIX}${bytes.toString('base64')}`;
}

/** One message to be signed. */
export interface SignedMessage {
  /** Id of the event: the same for every attempt. */
  readonly id: string;
  /** When it is sent, epoch milliseconds: a receiver refuses old ones. */
  readonly time: number;
  readonly body: string;
}

/**
 * The headers of a message: one signature for each secret, so that a receiver may change over.
 * @see Standard Webhooks 1.0, "Webhook Headers" and "Signature scheme"
 */
export function signatureHeaders(
  { id, time, body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  const seconds = Math.floor(time / 1000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}

/** Kisi's header: the HMAC of the body alone, in hex, under the text of the secret. It does not stop replays. */
export function kisiHeader(body: string, secret: string): Record<string, string> {
  return { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
}
