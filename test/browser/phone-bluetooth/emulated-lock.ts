/**
 * Locks in the air of a browser: real ones of a bridge (`doorwright/node`), with their own keys, clock and records, behind
 * the browser's emulated adapter. A test touches them, takes them out of reach, and cuts the link at any packet.
 */
import { randomBytes } from 'node:crypto';
import {
  type CommissionedLock,
  type CommissioningOrder,
  startCommissioning,
  stepCommissioning,
} from '../../../protocol/phone/commissioning.js';
import { parseAdvert } from '../../../protocol/session/advert.js';
import { type Bridge, type BridgeSignal, openBridge } from '../../../src/adapters/bridge.js';
import type { BoltMove, HostedConnection } from '../../../src/adapters/hosted-lock.js';
import type { LockLabel } from '../../../src/adapters/lock-label.js';
import { nodeCrypto } from '../../../src/adapters/node-crypto.js';
import { type EmulatedGatt, type EmulatedLock, emulateLock } from '../../services/chromium-lock.js';
import type { Air } from './air.js';

/** A lock on a door. */
export interface AirLock {
  /** 16 hexadecimal digits. */
  readonly lockId: string;
  /** By which the chooser knows it. */
  readonly address: string;
  /** What its bolt was told, in order. */
  readonly moved: readonly string[];
  /** Whether a phone is connected. */
  readonly isConnected: boolean;
  /** Packets that went through the air so far, both ways. */
  readonly packets: number;
  /** How many of them were the lock's. */
  readonly said: number;
  /** The link is lost at the packet of this number, counted as `packets` is; that packet arrives nowhere. */
  cutAt: number;
  /** What it says arrives nowhere, and the link stays. */
  isMute: boolean;
  /** Out of reach, nobody hears its adverts. */
  isInReach: boolean;
  /** Somebody touches it, or presses the button inside. */
  signal(what: BridgeSignal): void;
  /** Tells it whose it is, over a wire, with its button pressed. */
  commission(order: CommissioningOrder): CommissionedLock;
}

/** A bridge with locks in the air. */
export interface AirLocks {
  /** Makes a lock without an owner. */
  add(): Promise<{ readonly lock: AirLock; readonly label: LockLabel }>;
  /** A lock of the bridge, by its id. */
  at(lockId: string): AirLock;
  /** What failed on this host: nothing may. */
  readonly faults: readonly unknown[];
  close(): void;
}

/** How often an advert is shown. */
const ADVERT_MS = 100;

/** What the link's two ends agreed on, as far as the lock knows; the page knows no MTU and sends 20 bytes. */
const LOCK_MTU = 185;

const crypto = nodeCrypto();

/** Powers a bridge up, and puts every lock of its folder into the air. */
export async function openAirLocks(air: Air, folder: string): Promise<AirLocks> {
  const locks = new Map<string, Lock>();
  const faults: unknown[] = [];
  const bridge = openBridge({
    folder,
    crypto,
    actuator: { move: async (order) => locks.get(order.lockId)?.move(order) ?? false },
    onAdvert: (lockId, bytes) => locks.get(lockId)?.show(bytes),
    onFault: (_, error) => void faults.push(error),
  });
  const put = async (lockId: string) => {
    const lock = new Lock(bridge, lockId, addressOf(air.locks.size + 1));
    locks.set(lockId, lock);
    air.locks.add(await lock.appear(air));
    return lock;
  };
  for (const lockId of bridge.lockIds()) await put(lockId);
  return {
    faults,
    async add() {
      const label = bridge.bear(new Uint8Array(randomBytes(56)));
      return { lock: await put(label.lockId), label };
    },
    at(lockId) {
      const lock = locks.get(lockId);
      if (lock === undefined) throw new RangeError(`no lock \`${lockId}\``);
      return lock;
    },
    close() {
      for (const lock of locks.values()) lock.stop();
      bridge.close();
    },
  };
}

function addressOf(number: number): string {
  return `09:09:09:09:09:${number.toString(16).toUpperCase().padStart(2, '0')}`;
}

class Lock implements AirLock, EmulatedGatt {
  readonly lockId: string;
  readonly address: string;
  readonly moved: string[] = [];
  isConnected = false;
  packets = 0;
  said = 0;
  cutAt = Number.POSITIVE_INFINITY;
  isMute = false;
  isInReach = true;
  capabilities: Uint8Array = new Uint8Array();
  readonly #bridge: Bridge;
  #radio: EmulatedLock | undefined;
  #link = { isLost: true };
  #connection: HostedConnection | undefined;
  #advert: Uint8Array | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(bridge: Bridge, lockId: string, address: string) {
    this.#bridge = bridge;
    this.lockId = lockId;
    this.address = address;
  }

  async appear(air: Air): Promise<EmulatedLock> {
    const radio = await emulateLock(air.session, this.address, this);
    this.#radio = radio;
    this.#timer = setInterval(() => {
      // A browser that is closing takes no advert any more.
      if (this.#advert !== null && this.isInReach) radio.advertise(this.#advert).catch(() => 0);
    }, ADVERT_MS);
    return radio;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  show(advert: Uint8Array | null): void {
    this.#advert = advert;
    this.capabilities = (advert && parseAdvert(advert)?.capabilities) ?? this.capabilities;
  }

  move({ operation, seconds }: BoltMove): boolean {
    this.moved.push(`${operation} ${seconds}`);
    return true;
  }

  signal(what: BridgeSignal): void {
    this.#bridge.signal(this.lockId, what);
  }

  commission(order: CommissioningOrder): CommissionedLock {
    this.signal('button');
    const answers: Uint8Array[] = [];
    const wire = this.#bridge.connect(this.lockId, LOCK_MTU, {
      frame: (bytes) => void answers.push(bytes),
      closed: () => undefined,
    });
    const link = { mtu: LOCK_MTU, capabilities: this.capabilities };
    let step = startCommissioning(order, link, new Uint8Array(randomBytes(32)), crypto);
    while (step.kind === 'going') {
      for (const frame of step.frames) wire.send(frame);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('the lock hung up');
      step = stepCommissioning(step.state, answer, crypto);
    }
    wire.close();
    if (step.kind === 'failed') throw new Error(step.code);
    return step.lock;
  }

  connected(): void {
    const link = { isLost: false };
    this.#link = link;
    this.isConnected = true;
    this.#connection = this.#bridge.connect(this.lockId, LOCK_MTU, {
      frame: (bytes) => {
        if (link.isLost) return;
        this.said += 1;
        if (this.#carries() && !this.isMute) this.#radio?.notify(bytes);
      },
      closed: () => {
        if (!link.isLost) this.#lose();
      },
    });
  }

  frame(bytes: Uint8Array): readonly Uint8Array[] {
    if (!this.#link.isLost && this.#carries()) this.#connection?.send(bytes);
    return [];
  }

  disconnected(): void {
    this.isConnected = false;
    this.#link.isLost = true;
    this.#connection?.close();
  }

  /** Whether the next packet arrives. */
  #carries(): boolean {
    this.packets += 1;
    if (this.packets === this.cutAt) this.#lose();
    return this.packets !== this.cutAt;
  }

  /** What was said before arrives; what is said from now on does not. */
  #lose(): void {
    this.#link.isLost = true;
    this.#connection?.close();
    void this.#radio?.hangUp();
  }
}
