/** Who may ask, and how often: authentication, and limits on clients and on wrong guesses. */
import { nobleSha256 } from '../../../protocol/crypto/noble-hashes.js';
import { toHex } from '../../values/hex.js';
import { textBytes } from '../../values/utf8.js';
import { after, type Later, refused } from './answers.js';
import { checkRate, openBuckets } from './buckets.js';
import type { Client } from './client.js';
import type { Answer, Exchange } from './exchange.js';
import { remoteNetwork } from './remote-network.js';
import type { Setup } from './setup.js';

/** A client that may go on, or what it is answered. */
export type Admitted =
  | { readonly ok: true; readonly client: Client }
  | { readonly ok: false; readonly answer: Answer };

/** Callers remembered that were right. */
const PROVEN_MAX = 1000;
/** Between two proofs of one client, where its address is not in need of them: a hash for each question would be too dear. */
const PROOF_MS = 1000;

/** A gate with its own memory of who asked how often. */
export function openGate(setup: Setup): (exchange: Exchange) => Later<Admitted> {
  const { failureRate, now } = setup;
  const clients = openBuckets();
  const failures = openBuckets();
  const proven = new Set<string>();
  const proofs = new Map<string, number>();
  const isDue = ({ id }: Client): boolean => {
    const time = now();
    if (Math.abs(time - (proofs.get(id) ?? Number.NEGATIVE_INFINITY)) < PROOF_MS) return false;
    if (proofs.size >= PROVEN_MAX) proofs.clear();
    proofs.set(id, time);
    return true;
  };
  const clientAdmitted = (client: Client): Admitted => {
    const rate = client.rate ?? setup.clientRate;
    if (client.rate !== undefined) checkRate(client.rate);
    const wait = rate === false ? 0 : clients.take(client.id, rate, now());
    return wait === 0 ? { ok: true, client } : { ok: false, answer: tooMany(wait) };
  };
  const judged = (exchange: Exchange, client: Client | undefined): Admitted => {
    const remoteAddress = addressOf(exchange);
    if (failureRate !== false && remoteAddress !== undefined) {
      if (client === undefined) {
        failures.take(remoteAddress, failureRate, now());
        disprove(proven, exchange);
      } else if (isDue(client) || !failures.isFull(remoteAddress, failureRate, now())) {
        prove(proven, exchange);
      }
    }
    return client === undefined ? { ok: false, answer: unknown(exchange) } : clientAdmitted(client);
  };
  return (exchange) => {
    const remoteAddress = addressOf(exchange);
    if (failureRate !== false && remoteAddress !== undefined) {
      const wait = failures.wait(remoteAddress, failureRate, now());
      // An address may be a proxy's, and so everybody's: who was right lately is still listened to.
      if (wait > 0 && !isProven(proven, exchange)) return { ok: false, answer: tooMany(wait) };
    }
    return after(setup.authenticate(exchange), (client) => judged(exchange, client));
  };
}

function addressOf({ remoteAddress }: Exchange): string | undefined {
  return remoteAddress === undefined ? undefined : remoteNetwork(remoteAddress);
}

function tooMany(seconds: number): Answer {
  return refused(429, 'too many requests', { 'retry-after': String(seconds) });
}

/** @see RFC 6750 §3 */
function unknown(exchange: Exchange): Answer {
  const isWrong = exchange.header('authorization') !== undefined;
  const challenge = isWrong
    ? 'Bearer realm="authzen", error="invalid_token"'
    : 'Bearer realm="authzen"';
  return refused(401, 'this caller is not known', { 'www-authenticate': challenge });
}

/** Remembers by a hash alone what a caller brought that was right. */
function prove(proven: Set<string>, exchange: Exchange): void {
  const mark = markOf(exchange);
  if (mark === undefined || proven.has(mark)) return;
  if (proven.size >= PROVEN_MAX) proven.clear();
  proven.add(mark);
}

/** A token that was taken back is no better than any other wrong one. */
function disprove(proven: Set<string>, exchange: Exchange): void {
  const mark = proven.size === 0 ? undefined : markOf(exchange);
  if (mark !== undefined) proven.delete(mark);
}

function isProven(proven: ReadonlySet<string>, exchange: Exchange): boolean {
  const mark = proven.size === 0 ? undefined : markOf(exchange);
  return mark !== undefined && proven.has(mark);
}

function markOf(exchange: Exchange): string | undefined {
  const header = exchange.header('authorization');
  if (header === undefined || header.length > 16_384 || /\p{Surrogate}/u.test(header))
    return undefined;
  return toHex(nobleSha256(textBytes(header)));
}
