// @ts-check
// The desk's calls: read, proved, answered. Whatever is wrong with one is said before anything of it is done.
import { sealTimeToken } from 'doorwright/issuer';
import { signNow } from 'doorwright/protocol';
import { base64url } from 'jose';
import { ERROR_SECONDS, giveBundle } from './bundles.mjs';
import { answerDemo, DEMO_CALLS } from './demo-calls.mjs';
import { enrol, findCode } from './enrolments.mjs';
import { checkProof } from './proof.mjs';
import { jsonAnswer, Refusal, refusalAnswer } from './refusal.mjs';
import { takeItems } from './returns.mjs';
import { bytesOf } from './setup.mjs';

/**
 * @typedef {import('./records.mjs').DeskState} DeskState
 * @typedef {import('./site-keys.mjs').SiteKeys} SiteKeys
 * @typedef {import('./proof.mjs').Proved} Proved
 */

/**
 * What the desk gives its calls.
 * @typedef {object} CallGround
 * @property {import('doorwright/protocol').Crypto} crypto
 * @property {() => number} now
 * @property {(size: number) => Uint8Array} random
 * @property {import('./records.mjs').Memory} memory
 * @property {boolean} isDemo
 * @property {(error: unknown) => void} onFault
 * @property {import('./desk.mjs').OpenDesk} desk
 * @property {(proof: Proved) => Promise<void>} spend
 * @property {<T>(work: (state: DeskState, keys: SiteKeys) => Promise<{ state: DeskState, value: T }>) => Promise<T>} alone
 */

/** Bytes of a body: a phone carries its outbox in pieces, everything else is small. */
const BODY_MAX = 4096;
const CARRY_BODY_MAX = 1 << 20;
const ITEMS_MAX = 256;
const ITEM_BYTES_MAX = 2048;

/** @type {Readonly<Record<string, 'GET' | 'POST'>>} */
const METHODS = { enrol: 'POST', bundle: 'POST', time: 'POST', carry: 'POST' };

/** @param {Request} request @param {CallGround} ground @returns {Promise<Response>} */
export async function answerCall(request, ground) {
  try {
    return jsonAnswer(200, await answer(request, ground));
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(error);
    ground.onFault(error);
    return refusalAnswer(new Refusal(500, 'desk_failed', 'the desk failed: ask again'));
  }
}

/** @param {Request} request @param {CallGround} ground */
async function answer(request, ground) {
  const { origin, pathname, search } = new URL(request.url);
  const call = /\/api\/([a-z/]{1,32})$/u.exec(pathname)?.[1] ?? '';
  const known = ground.isDemo ? { ...METHODS, ...DEMO_CALLS } : METHODS;
  const method = Object.hasOwn(known, call) ? known[call] : undefined;
  if (method === undefined || search !== '') throw new Refusal(404, 'unknown_call', 'no such call');
  if (request.method !== method) throw new Refusal(405, 'method', `this call is a ${method}`);
  const body = await bodyOf(request, call === 'carry' ? CARRY_BODY_MAX : BODY_MAX);
  if (Object.hasOwn(DEMO_CALLS, call)) {
    return answerDemo(call, method === 'GET' ? {} : readBody(request, body), ground.desk);
  }
  const header = request.headers.get('dpop');
  const url = origin + pathname;
  const proof = await checkProof({ header, method, url, body, now: ground.now() });
  const content = readBody(request, body);
  return ground.alone((state, keys) => answerProved(call, content, proof, state, keys, ground));
}

/**
 * @param {string} call @param {Record<string, unknown>} content @param {Proved} proof @param {DeskState} state @param {SiteKeys} keys @param {CallGround} ground
 * @returns {Promise<{ state: DeskState, value: unknown }>}
 */
async function answerProved(call, content, proof, state, keys, ground) {
  const { crypto, now, random, memory, spend } = ground;
  const { thumbprint } = proof;
  if (call === 'enrol') {
    // Only who has a code may fill the list of spent proofs.
    const code = findCode(state, content['code'], { now: now(), crypto });
    await spend(proof);
    return enrol(state, code, proof, { keys, now: now(), random, crypto });
  }
  const device = Object.hasOwn(state.devices, thumbprint) ? state.devices[thumbprint] : undefined;
  if (device === undefined) throw new Refusal(401, 'phone_unknown', 'this phone is not enrolled');
  await spend(proof);
  if (device.isWithdrawn) throw new Refusal(403, 'withdrawn', 'this phone was withdrawn');
  if (state.policy.users?.some(({ id }) => id === device.row.personId) !== true) {
    throw new Refusal(
      403,
      'person_unknown',
      'the holder of this phone is not in the policy any more',
    );
  }
  if (call === 'bundle') {
    const given = giveBundle(state, thumbprint, { crypto, keys, now: now(), random });
    return { state: given.state, value: given.answer };
  }
  if (call === 'time') {
    const order = { now: now(), errorSeconds: ERROR_SECONDS, nonce: nonceIn(content) };
    const token = signNow(sealTimeToken(order, keys.signers.time.signer, crypto));
    return { state, value: { token: base64url.encode(token) } };
  }
  const items = itemsIn(content);
  const taken = await takeItems(state, thumbprint, items, { crypto, keys, now: now(), memory });
  return { state: taken.state, value: { kept: taken.kept } };
}

/** Not one byte more is read than may come. @param {Request} request @param {number} bytesMax */
async function bodyOf(request, bytesMax) {
  const parts = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read !== undefined && !read.done; ) {
    size += read.value.length;
    if (size > bytesMax) {
      void reader?.cancel();
      throw new Refusal(413, 'too_large', `a body here has ${bytesMax} bytes at most`);
    }
    parts.push(read.value);
    read = await reader?.read();
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/** @param {Request} request @param {Uint8Array} body @returns {Record<string, unknown>} */
function readBody(request, body) {
  // A page elsewhere can send other types without asking first.
  const type = request.headers.get('content-type')?.split(';')[0]?.trim();
  if (type !== 'application/json') throw new Refusal(400, 'content_type', 'a body here is JSON');
  try {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'body', 'the body is no JSON object');
}

/** @param {Record<string, unknown>} content */
function nonceIn({ nonce }) {
  return checked(() => bytesOf(nonce, 16, 'nonce'));
}

/** @param {Record<string, unknown>} content @returns {import('./returns.mjs').Item[]} */
function itemsIn({ items }) {
  if (!Array.isArray(items) || items.length > ITEMS_MAX) {
    throw new Refusal(400, 'body', `\`items\` is no list of ${ITEMS_MAX} at most`);
  }
  return items.map((item, at) => {
    const { id, kind, bytes } = typeof item === 'object' && item !== null ? item : {};
    if (typeof id !== 'string' || id.length > 64) {
      throw new Refusal(400, 'body', `\`items[${at}].id\` is no id`);
    }
    if (kind !== 'receipt' && kind !== 'device-ack' && kind !== 'log-segment') {
      throw new Refusal(400, 'body', `\`items[${at}].kind\` is unknown`);
    }
    const content = checked(() => bytesOf(bytes, null, `items[${at}].bytes`));
    if (content.length > ITEM_BYTES_MAX) {
      throw new Refusal(413, 'too_large', `an item has ${ITEM_BYTES_MAX} bytes at most`);
    }
    return { id, kind, bytes: content };
  });
}

/** @template T @param {() => T} read @returns {T} */
function checked(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(400, 'body', error.message);
    throw error;
  }
}
