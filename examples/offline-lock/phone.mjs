// A phone as a Node process: the phone machine of `doorwright/phone` with a radio, a clock, a key and a memory around it.
import { randomBytes } from 'node:crypto';
import { startCommissioning, startPhone, stepCommissioning, stepPhone } from 'doorwright/phone';

/**
 * A phone of somebody who was enrolled.
 * @param {object} parts
 * @param {import('doorwright/transport').Transport} parts.transport
 * @param {import('doorwright/phone').PhoneSetup} parts.setup
 * @param {import('doorwright/protocol').InstantSigner} parts.signer - its key, which never leaves it.
 * @param {import('doorwright/protocol').Crypto} parts.crypto
 * @param {import('doorwright/node').RecordFolder} parts.memory - durable when a write returns.
 * @param {(nonce: Uint8Array) => Promise<Uint8Array>} parts.timeToken - asks the server; a phone without a network rejects.
 */
export function startPhoneHost(parts) {
  return new PhoneHost(parts);
}

class PhoneHost {
  #parts;
  #state;
  #links = new Map();
  #stopListening = () => {};
  #timer;
  #done = () => {};
  #bundleRefused = null;

  constructor(parts) {
    this.#parts = parts;
    const started = startPhone(parts.setup, parts.memory.records, parts.crypto);
    if (!started.ok) throw new Error(started.detail);
    this.#state = started.value;
  }

  /** What waits for the server. */
  get outbox() {
    return this.#state.outbox;
  }

  /** @throws Error with why a bundle was not taken. */
  takeBundle(bytes) {
    this.#take({ kind: 'bundle', bytes });
    if (this.#bundleRefused !== null) throw new Error(this.#bundleRefused);
  }

  /** The server has these for good. @param {string[]} ids */
  uploaded(ids) {
    this.#take({ kind: 'uploaded', ids });
  }

  /** What became of a wish, at the latest after a minute. @param {import('doorwright/phone').Wish} wish */
  open(wish) {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#take({ kind: 'open', wish });
    });
  }

  /** Switched off: nothing of it goes on. */
  stop() {
    clearTimeout(this.#timer);
    this.#stopListening();
    for (const link of this.#links.values()) link.disconnect();
    this.#take = () => {};
  }

  #take = (event) => {
    const now = Math.floor(Date.now() / 1000);
    const elapsedMs = performance.now();
    const moment = { now, elapsedMs, random: new Uint8Array(randomBytes(32)) };
    const { state, effects } = stepPhone(this.#state, event, moment, this.#parts.crypto);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  };

  #perform(effect) {
    const { transport, memory, signer, timeToken } = this.#parts;
    switch (effect.kind) {
      case 'store':
        return memory.write(effect.record, effect.bytes);
      case 'erase':
        return memory.erase(effect.record);
      case 'listen':
        this.#stopListening();
        this.#stopListening = effect.on
          ? transport.listen((sighting) => this.#take({ kind: 'sighted', ...sighting }))
          : () => {};
        return;
      case 'connect':
        return this.#connect(effect.link, effect.address);
      case 'send':
        return this.#links.get(effect.link)?.send(effect.frame);
      case 'disconnect':
        return this.#links.get(effect.link)?.disconnect();
      case 'sign': {
        const { order, message } = effect;
        const signature = signer.sign(message);
        return queueMicrotask(() => this.#take({ kind: 'signed', order, signature }));
      }
      case 'fetch-time-token':
        // Without an answer the machine goes on when its time is over.
        return void timeToken(effect.nonce).then(
          (bytes) => this.#take({ kind: 'time-token', bytes }),
          () => {},
        );
      case 'bundle':
        this.#bundleRefused = effect.refused;
        return;
      case 'result':
        return this.#done(effect.result);
      case 'wake':
        clearTimeout(this.#timer);
        this.#timer = setTimeout(
          () => this.#take({ kind: 'tick' }),
          Math.max(1, effect.elapsedMs - performance.now()),
        );
        return;
      case 'upload':
        // The outbox keeps it until somebody asks.
        return;
      default:
        throw new TypeError(`unknown effect \`${effect.kind}\``);
    }
  }

  #connect(link, address) {
    const open = this.#parts.transport.connect(address, (event) => {
      if (event.kind === 'disconnected') this.#links.delete(link);
      this.#take(
        event.kind === 'disconnected' ? { kind: 'disconnected', link } : { ...event, link },
      );
    });
    this.#links.set(link, open);
  }
}

/** How long a new lock may take to be heard: somebody has to press its button. */
const SEEK_MS = 20_000;

/**
 * Tells a new lock whose it is, over the first advert of a lock without an owner that is heard.
 * @param {import('doorwright/transport').Transport} transport
 * @param {import('doorwright/phone').CommissioningOrder} order
 * @param {import('doorwright/protocol').Crypto} crypto
 * @returns {Promise<import('doorwright/phone').CommissionedLock>} rejects when none is heard in time, or the link ends before.
 */
export function commission(transport, order, crypto) {
  return new Promise((resolve, reject) => {
    let step = null;
    const go = (link, next) => {
      step = next;
      if (next.kind === 'going') for (const frame of next.frames) link.send(frame);
      else link.disconnect();
    };
    const finish = () => {
      if (step?.kind === 'done') resolve(step.lock);
      else
        reject(
          new Error(
            step?.kind === 'failed' ? step.code : 'the link ended before the lock answered',
          ),
        );
    };
    const stop = transport.listen(({ address, advert }) => {
      // Thirteen zeros before the capabilities: no owner.
      if (advert.length !== 16 || advert.subarray(0, 13).some((byte) => byte !== 0)) return;
      stop();
      clearTimeout(timer);
      const link = transport.connect(address, (event) => {
        if (event.kind === 'connected') {
          go(link, startCommissioning(order, event, new Uint8Array(randomBytes(32)), crypto));
        } else if (event.kind === 'frame' && step?.kind === 'going') {
          go(link, stepCommissioning(step.state, event.bytes, crypto));
        } else if (event.kind === 'disconnected') finish();
      });
    });
    const timer = setTimeout(() => {
      stop();
      reject(new Error('no new lock was heard'));
    }, SEEK_MS);
  });
}
