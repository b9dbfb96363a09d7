/** Sending one webhook over HTTP: to a checked address, without following anybody elsewhere, reading little. */
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Outcome } from '../../values/outcome.js';
import { type AddressRules, hostAddress, isAllowedAddress, parseWebhookUrl } from './address.js';

/** One message to a receiver. */
export interface WebhookMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For everything, from the look-up of the name to the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What a receiver answered. Its body is nobody's business. */
export interface WebhookReply {
  readonly status: number;
  /** The header, as it came. */
  readonly retryAfter?: string;
}

/**
 * `forbidden`: an address that webhooks may not go to, or a URL that is none. `unreachable`: no name, no connection,
 * no TLS, no answer.
 */
export type SendCode = 'forbidden' | 'unreachable' | 'timeout' | 'aborted';

/** Whoever sends: never throws. */
export type SendWebhook = (message: WebhookMessage) => Promise<Outcome<WebhookReply, SendCode>>;

/** Looks a name up: all its addresses. */
export type ResolveName = (name: string) => Promise<readonly { readonly address: string }[]>;

/** How a host sends. */
export interface SenderOptions extends AddressRules {
  /** Default: the resolver of the operating system. */
  readonly resolve?: ResolveName;
}

/** A sender by node:http and node:https. */
export function webhookSender(options: SenderOptions = {}): SendWebhook {
  const { resolve = (name) => lookup(name, { all: true }) } = options;
  return async (message) => {
    const url = parseWebhookUrl(message.url, options);
    if (!url.ok) return failed('forbidden', url.detail);
    const timeout = AbortSignal.timeout(message.timeoutMs);
    const signal = AbortSignal.any([timeout, ...(message.signal ? [message.signal] : [])]);
    try {
      const addresses = await abortable(addressesOf(url.value, resolve), signal);
      // One bad address among good ones is how a name is turned against us between two look-ups.
      if (addresses.length === 0) return failed('unreachable', 'the name has no address');
      if (!addresses.every((address) => isAllowedAddress(address, options)))
        return failed('forbidden', 'the name leads where webhooks may not go');
      return { ok: true, value: await post(url.value, addresses, message, signal) };
    } catch (error) {
      if (message.signal?.aborted) return failed('aborted', 'given up');
      if (timeout.aborted) return failed('timeout', `no answer within ${message.timeoutMs} ms`);
      return failed('unreachable', reasonOf(error));
    }
  };
}

async function addressesOf(url: URL, resolve: ResolveName): Promise<readonly string[]> {
  const literal = hostAddress(url);
  if (literal !== undefined) return [literal];
  return (await resolve(url.hostname)).map(({ address }) => address);
}

function post(
  url: URL,
  addresses: readonly string[],
  { headers, body }: WebhookMessage,
  signal: AbortSignal,
): Promise<WebhookReply> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        // A fresh connection each: a pooled one could lead to an address that was not checked.
        agent: false,
        lookup: toChecked(addresses),
        signal,
      },
      (response) => {
        resolve(replyOf(response));
        // The status was all we wanted; whatever follows is not read.
        response.on('error', () => undefined);
        response.destroy();
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Leads every connection to the addresses that were checked, whatever the name says by now. */
function toChecked(addresses: readonly string[]): LookupFunction {
  return (_name, options, callback) => {
    const list = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const [first] = list;
    if (options.all) callback(null, list);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function replyOf({ statusCode = 0, headers }: IncomingMessage): WebhookReply {
  const retryAfter = headers['retry-after'];
  return { status: statusCode, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The code of an error of Node, `ECONNREFUSED`; its text may hold what the receiver said. */
function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' && code !== '' ? code : 'no connection';
}

function failed(code: SendCode, detail: string): Outcome<never, SendCode> {
  return { ok: false, code, detail };
}
