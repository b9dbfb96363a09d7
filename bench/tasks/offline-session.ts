/** A whole session of the phone's and the lock's machines, against the same raw operations of the library. */
import type { Crypto } from '../../protocol/crypto/crypto.js';
import { signNow } from '../../protocol/crypto/steps.js';
import { sealBundle } from '../../protocol/issuer/bundles.js';
import { sealPolicy } from '../../protocol/issuer/policy-seals.js';
import type { LockEffect, LockEvent } from '../../protocol/lock/event.js';
import { bootLock, stepLock } from '../../protocol/lock/machine.js';
import type { LockSetup, LockState } from '../../protocol/lock/state.js';
import { startCommissioning, stepCommissioning } from '../../protocol/phone/commissioning.js';
import type { PhoneEffect, PhoneEvent } from '../../protocol/phone/event.js';
import { stepPhone } from '../../protocol/phone/machine.js';
import { startPhone } from '../../protocol/phone/memory.js';
import type { PhoneState } from '../../protocol/phone/state.js';
import { labelPsk } from '../../protocol/session/opening.js';
import { numberBytes } from '../../protocol/wire/bytes.js';
import { fastestCrypto } from '../../src/adapters/fastest.js';
import { OFFLINE_NOW, offlineSite, SITE_ID, TAG_SECRET, weekOfGrants } from '../offline-site.js';
import { summarise } from '../statistics.js';
import type { Table } from '../table.js';

/** Names of the rows, for the targets. */
export const SESSION_ROWS = {
  machines: 'phone and lock',
  raw: 'their raw operations alone',
} as const;

const MTU = 247;
const LOCK_ID = numberBytes(1, 8);
const CAPABILITIES = Uint8Array.of(1, 1, 1);
const ADVERT_KEY = new Uint8Array(32).fill(0x21);

/** Times `sessions` openings, and as often the calls of the library that one opening made. */
export async function offlineSessionTable(sessions: number): Promise<Table> {
  const crypto = await fastestCrypto();
  const calls: (() => unknown)[] = [];
  const recorded = recording(crypto, calls);
  const pair = new Pair(recorded.crypto);
  // A bridge serves sessions all day: what is measured is code that was compiled.
  for (let warm = 0; warm < Math.max(sessions, 500); warm++) pair.open();
  recorded.on = true;
  pair.open();
  recorded.on = false;
  const machines: number[] = [];
  const raw: number[] = [];
  for (let index = 0; index < sessions; index++) {
    machines.push(lasting(() => pair.open()));
    raw.push(
      lasting(() => {
        for (const call of calls) call();
      }),
    );
  }
  const row = (name: string, samples: readonly number[]) => {
    const { min, median, spread, p99 } = summarise(samples);
    return { name, min, median, spread, p99 };
  };
  return {
    id: 'offline-session',
    title: `One opening: handshake, certificate known, time token, request, receipt; ${crypto.name}`,
    columns: [
      { key: 'name', title: 'work', unit: 'text' },
      { key: 'min', title: 'min', unit: 'nanoseconds' },
      { key: 'median', title: 'median', unit: 'nanoseconds' },
      { key: 'spread', title: '± MAD', unit: 'nanoseconds' },
      { key: 'p99', title: 'p99', unit: 'nanoseconds' },
    ],
    rows: [row(SESSION_ROWS.machines, machines), row(SESSION_ROWS.raw, raw)],
    notes: [
      `both sides in one process, MTU ${MTU}; records are kept in memory; ${calls.length} calls of the library`,
    ],
  };
}

/** A backend that remembers the calls made of it while it is on. */
function recording(crypto: Crypto, calls: (() => unknown)[]) {
  const state = { on: false, crypto };
  const wrapped = Object.fromEntries(
    Object.entries(crypto).map(([name, member]) => {
      if (typeof member !== 'function') return [name, member];
      const call = member as (...args: unknown[]) => unknown;
      const remembering = (...args: unknown[]): unknown => {
        if (state.on) calls.push(() => call(...args));
        return call(...args);
      };
      return [name, remembering];
    }),
  );
  state.crypto = wrapped as unknown as Crypto;
  return state;
}

/** A lock and a phone beside each other, with nothing between them. */
class Pair {
  readonly #crypto: Crypto;
  readonly #site: ReturnType<typeof offlineSite>;
  #lock: LockState;
  #phone: PhoneState;
  #elapsedMs = 0;
  #draws = 0;
  #connection = 0;
  #advert: Uint8Array | null = null;
  readonly #records = new Map<string, Uint8Array>();
  #toPhone: Uint8Array[] = [];

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
    this.#site = offlineSite(crypto);
    const setupSecret = crypto.sha256(Uint8Array.of(1));
    const setup: LockSetup = {
      lockId: LOCK_ID,
      setupSecret,
      setupPsk: labelPsk(crypto, LOCK_ID, new Uint8Array(16)),
      firmware: 'bench',
      capabilities: CAPABILITIES,
    };
    const booted = bootLock(setup, new Map(), this.#moment(), crypto);
    this.#lock = booted.state;
    this.#perform(booted.effects);
    this.#phone = this.#equip(this.#commission(setup));
    // The first opening brings certificates, policy and time; from the second on it is the usual one.
    this.open();
  }

  /** One wish from touch to receipt. @throws Error when the lock does not open. */
  open(): void {
    // Fast enough that the time token of the bundle serves every run.
    this.#elapsedMs += 2000;
    this.#at({ kind: 'touched' });
    const wish = { lockId: LOCK_ID, operation: 'unlock' as const, asserted: 1 };
    const events: PhoneEvent[] = [{ kind: 'open', wish }];
    let code = 'nothing happened';
    for (let event = events.shift(); event !== undefined; event = events.shift()) {
      const moment = { ...this.#moment(), now: OFFLINE_NOW + 7500 };
      const step = stepPhone(this.#phone, event, moment, this.#crypto);
      this.#phone = step.state;
      for (const effect of step.effects) {
        if (effect.kind === 'result') code = effect.result.status ?? effect.result.code;
        events.push(...this.#happenings(effect));
      }
    }
    if (code !== 'permitted') throw new Error(`the lock did not open: ${code}`);
    this.#phone = { ...this.#phone, outbox: [] };
  }

  #happenings(effect: PhoneEffect): PhoneEvent[] {
    const connection = this.#connection;
    switch (effect.kind) {
      case 'listen':
        return effect.on
          ? [{ kind: 'sighted', address: 'a', advert: this.#advert as Uint8Array }]
          : [];
      case 'connect':
        this.#connection += 1;
        this.#at({ kind: 'connected', connection: this.#connection, mtu: MTU });
        return [{ kind: 'connected', link: effect.link, mtu: MTU, capabilities: CAPABILITIES }];
      case 'send':
        this.#at({ kind: 'frame', connection, bytes: effect.frame });
        return this.#toPhone
          .splice(0)
          .map((bytes) => ({ kind: 'frame', link: effect.link, bytes }));
      case 'disconnect':
        this.#at({ kind: 'disconnected', connection });
        return [];
      case 'sign': {
        const signature = this.#site.signer(1001).sign(effect.message);
        return [{ kind: 'signed', order: effect.order, signature }];
      }
      case 'fetch-time-token':
        throw new Error('a session of the bench needs no token with a nonce');
      default:
        return [];
    }
  }

  #at(event: LockEvent): void {
    const step = stepLock(this.#lock, event, this.#moment(), this.#crypto);
    this.#lock = step.state;
    this.#perform(step.effects);
  }

  #perform(effects: readonly LockEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'write') this.#records.set(effect.record, effect.bytes);
      if (effect.kind === 'send') this.#toPhone.push(effect.frame);
      if (effect.kind === 'advertise') this.#advert = effect.bytes;
      if (effect.kind === 'move-bolt') this.#at({ kind: 'bolt', order: effect.order, moved: true });
    }
  }

  #moment() {
    this.#draws += 1;
    const random = new Uint8Array(32);
    random.set(numberBytes(this.#draws, 4));
    return { elapsedMs: this.#elapsedMs, random, battery: 100 };
  }

  #commission(setup: LockSetup) {
    this.#at({ kind: 'button' });
    this.#at({ kind: 'connected', connection: 0, mtu: MTU });
    const { trust } = this.#site;
    const logKey = this.#crypto.x25519Public(new Uint8Array(32).fill(5));
    const given = { trust, siteId: SITE_ID, readerId: Uint8Array.of(1), logKey };
    const message = { ...given, advertKey: ADVERT_KEY, time: OFFLINE_NOW };
    const setupKey = this.#crypto.x25519Public(setup.setupSecret);
    const order = { lockId: LOCK_ID, setupKey, setupPsk: setup.setupPsk, message };
    const link = { mtu: MTU, capabilities: CAPABILITIES };
    let step = startCommissioning(order, link, this.#moment().random, this.#crypto);
    while (step.kind === 'going') {
      for (const bytes of step.frames) this.#at({ kind: 'frame', connection: 0, bytes });
      const frame = this.#toPhone.shift();
      if (frame === undefined) throw new Error('the lock fell silent');
      step = stepCommissioning(step.state, frame, this.#crypto);
    }
    if (step.kind === 'failed') throw new Error(step.code);
    this.#at({ kind: 'disconnected', connection: 0 });
    return step.lock.claims;
  }

  #equip({
    staticKey,
    identityKey,
  }: {
    staticKey: Uint8Array;
    identityKey: Uint8Array;
  }): PhoneState {
    const { signers, trust, signer } = this.#site;
    const lock = this.#site.lock(1);
    const policy = signNow(sealPolicy(lock, signers, this.#crypto));
    const grants = [{ ...weekOfGrants(), timePolicy: 1 as const }];
    const keys = { staticKeys: [staticKey], identityKey, advertKey: ADVERT_KEY };
    const order = {
      device: this.#site.device(1),
      doors: [{ lock, policy, ...keys, label: 'Front door', grants }],
      trust: [],
      logAcks: [],
      now: OFFLINE_NOW + 7500,
      errorSeconds: 1,
      random: new Uint8Array(32),
      tagSecret: TAG_SECRET,
    };
    const bundle = signNow(sealBundle(order, signers, this.#crypto));
    if (!bundle.ok) throw new Error(bundle.code);
    const deviceKey = signer(1001).publicKey;
    const enrolled = { deviceKey, hardwareKey: false, trust, siteId: SITE_ID };
    const started = startPhone(enrolled, new Map(), this.#crypto);
    if (!started.ok) throw new Error(started.code);
    const moment = { ...this.#moment(), now: OFFLINE_NOW + 7500 };
    const event = { kind: 'bundle', bytes: bundle.value.bytes } as const;
    return stepPhone(started.value, event, moment, this.#crypto).state;
  }
}

function lasting(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) * 1e6;
}
