/** The desk as the phone sees it: four calls, each with a proof of the phone's key. */
import type { OutboxItem } from 'doorwright/phone';
import type { Outcome } from 'doorwright/protocol';
import type { Signer } from 'doorwright/web';
import { base64url } from 'jose';
import { makeProof } from '../desk/client.mjs';
import { type BundleAnswer, type Enrolment, READERS, type Reader } from './desk-answers.js';

/** How a call of the desk travels. */
export interface DeskWay {
  /** Where the desk is, ending in `/`; proofs name it. */
  readonly address: string;
  /** @param url - below the address. Rejects where the desk cannot be reached. */
  fetch(url: string, init: DeskInit): Promise<Response>;
}

/** What goes out with a call; plain data, so that it can also go to a worker. */
export interface DeskInit {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What the phone asks its desk. A refusal has the desk's own code, or `unreachable` (no answer came), `answer_broken` (what
 * came is no answer of a desk: nothing of it was used), or `key_unusable` (the phone's own key did not sign).
 */
export interface Desk {
  enrol(code: string): Promise<Outcome<Enrolment, string>>;
  bundle(): Promise<Outcome<BundleAnswer, string>>;
  time(nonce: Uint8Array): Promise<Outcome<Uint8Array, string>>;
  /** The ids of what the desk has for good. */
  carry(items: readonly OutboxItem[]): Promise<Outcome<readonly string[], string>>;
  /** By how many seconds the phone's clock was ahead of the desk's at the last answer; null before one told. */
  readonly aheadSeconds: number | null;
}

/**
 * A desk that is called with the phone's key. The same key signs for locks, which is safe: what a lock takes begins as a CBOR
 * array, and what the desk takes is ASCII, so neither can stand for the other.
 */
export function openDesk(way: DeskWay, signer: Signer): Desk {
  let aheadSeconds: number | null = null;
  const askAt = async <T>(path: string, body: string, reader: Reader<T>, correction: number) => {
    const url = new URL(path, way.address).href;
    const sent = Date.now();
    const call = { method: 'POST', url, body, now: Math.floor(sent / 1000) - correction };
    const id = crypto.getRandomValues(new Uint8Array(16));
    const proof = await makeProof(signer, { ...call, id }).catch(() => undefined);
    if (proof === undefined) return refused('key_unusable', 'the key of this phone did not sign');
    const headers = { 'content-type': 'application/json', DPoP: proof };
    let response: Response;
    let text: string;
    try {
      response = await way.fetch(url, { method: 'POST', headers, body });
      text = await response.text();
    } catch (error) {
      return refused('unreachable', String(error));
    }
    const told = Date.parse(response.headers.get('date') ?? '');
    // Half of the way there and back, at which the desk looked at its clock.
    if (Number.isFinite(told)) aheadSeconds = Math.round(((sent + Date.now()) / 2 - told) / 1000);
    return answerOf(response.ok, text, reader);
  };
  const ask = async <T>(path: string, question: object, reader: Reader<T>) => {
    const body = JSON.stringify(question);
    const answer = await askAt(path, body, reader, 0);
    // The proof is for the desk alone, so a phone whose clock is wrong may date it by the desk's.
    if (answer.ok || !OF_CLOCK.includes(answer.code) || !aheadSeconds) return answer;
    return await askAt(path, body, reader, aheadSeconds);
  };
  return {
    enrol: (code) => ask('enrol', { code }, READERS.enrolment),
    bundle: () => ask('bundle', {}, READERS.bundle),
    time: (nonce) => ask('time', { nonce: base64url.encode(nonce) }, READERS.token),
    carry: (items) => ask('carry', { items: items.map(asJson) }, READERS.kept),
    get aheadSeconds() {
      return aheadSeconds;
    },
  };
}

function answerOf<T>(isOk: boolean, text: string, reader: Reader<T>): Outcome<T, string> {
  let answer: unknown;
  try {
    answer = text.length > ANSWER_LENGTH_MAX ? undefined : JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (!isOk) return refused(READERS.refusal(answer) ?? 'answer_broken', 'the desk refused');
  const value = reader(answer);
  if (value === undefined) return refused('answer_broken', 'not what a desk answers');
  return { ok: true, value };
}

/** A proof that was dated before or after what the desk believes. */
const OF_CLOCK = ['proof_old', 'proof_early'];

/** Of a bundle of the largest size in base64url, with its list. */
const ANSWER_LENGTH_MAX = 4 << 20;

function asJson({ id, kind, bytes }: OutboxItem): object {
  return { id, kind, bytes: base64url.encode(bytes) };
}

function refused(code: string, detail: string): Outcome<never, string> {
  return { ok: false, code, detail };
}
