/**
 * One real lock machine on the demo's radio. Its records are written before anything it says leaves and before its bolt moves, as in every
 * lock (protocol/README.md, "Storage"); where that fails it starts anew from what was written, as after a power cut.
 */
import { fromHex, toHex } from 'doorwright/protocol';
import {
  type ByteBridge,
  byteBridge,
  type Crypto,
  type LockSetup,
  type MemoryLockLink,
  type MemoryRadio,
} from 'doorwright/transport';
import type { Memory } from '../../desk/records.mjs';
import { readJson, writeJson } from '../../desk/records.mjs';

/** What a lock stands on. */
export interface LockGround {
  readonly crypto: Crypto;
  readonly radio: MemoryRadio;
  readonly memory: Memory;
  /** Milliseconds of a clock that never goes back, and of the wall clock, which shows that the first stood still. */
  readonly elapsedMs: () => number;
  readonly wallMs: () => number;
  readonly random: (size: number) => Uint8Array;
  /** The bolt moves. */
  readonly moveBolt: (operation: 'unlock' | 'secure' | 'hold-open', seconds: number) => void;
  readonly onFault: (error: unknown) => void;
  /** The radio has something to do. */
  readonly wake: () => void;
}

/** A lock that runs. */
export interface LockMachine {
  /** Something happens to it, not over the radio. Resolves when what follows was written. */
  happen(kind: 'touched' | 'button' | 'reset'): Promise<void>;
  /** Ends it as a power cut would. */
  stop(): void;
}

/** Version 1, one suite; takes ES256, needs no battery. */
export const CAPABILITIES: Uint8Array = Uint8Array.of(1, 1, 5);

/** How far a computer's clock may drift while NTP slews it, and how far two readings may lie apart besides. */
export const DRIFT_PPM = 600;
const CLOCK_SLACK_MS = 1000;

/** Powers a lock up. */
export async function startLockMachine(setup: LockSetup, ground: LockGround): Promise<LockMachine> {
  const machine = new Machine(setup, ground);
  await machine.run(() => []);
  return {
    happen: (kind) => machine.run((bridge) => silently(() => bridge.happen({ kind }))),
    stop: () => machine.stop(),
  };
}

type Move = readonly ['unlock' | 'secure' | 'hold-open', number];

class Machine {
  readonly #setup: LockSetup;
  readonly #ground: LockGround;
  readonly #link: MemoryLockLink;
  #bridge: ByteBridge | undefined;
  #records = new Map<string, Uint8Array>();
  #isDirty = false;
  /** What the bridge asked of the bolt in this step. */
  #moves: Move[] = [];
  #bootedAt = { ms: 0, wall: 0 };
  #connection = 0;
  #shown: Uint8Array | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(setup: LockSetup, ground: LockGround) {
    this.#setup = setup;
    this.#ground = ground;
    this.#link = ground.radio.lock(toHex(setup.lockId), {
      capabilities: CAPABILITIES,
      connected: (connection, mtu) => {
        void this.run((bridge) => silently(() => this.#enter(bridge, connection, mtu)));
      },
      frame: (connection, bytes) => {
        void this.run((bridge) => (this.#isHere(connection) ? bridge.handleFrame(bytes) : []));
      },
      disconnected: (connection) => {
        void this.run((bridge) =>
          silently(() => {
            if (!this.#isHere(connection)) return;
            this.#connection = 0;
            bridge.disconnect();
          }),
        );
      },
    });
  }

  /** One step after the other: what a step says leaves when all of it is written. */
  run(step: (bridge: ByteBridge) => readonly Uint8Array[]): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      if (this.#isStopped) return;
      try {
        const bridge = this.#isSteady() ? this.#bridge : undefined;
        const running = bridge ?? (await this.#boot());
        const frames = step(running);
        await this.#keep();
        if (this.#isStopped) return;
        this.#tell(running, frames);
      } catch (error) {
        this.#ground.onFault(error);
        this.#fail();
      }
    });
    return this.#turn;
  }

  stop(): void {
    this.#isStopped = true;
    this.#fail();
  }

  async #boot(): Promise<ByteBridge> {
    this.#fail();
    const { memory, crypto, elapsedMs, wallMs, random } = this.#ground;
    const stored = (await readJson(memory, this.#name)) as Record<string, string> | null;
    const whole = Object.entries(stored ?? {}).map(([name, hex]) => [name, bytesOf(hex)] as const);
    this.#records = new Map(whole);
    this.#bootedAt = { ms: elapsedMs(), wall: wallMs() };
    const host = {
      elapsedMs: () => Math.floor(elapsedMs() - this.#bootedAt.ms),
      random: () => random(32),
      battery: () => 100,
      write: (name: string, bytes: Uint8Array) => {
        this.#isDirty = true;
        this.#records.set(name, bytes.slice());
      },
      erase: (name: string) => {
        this.#isDirty = this.#records.delete(name) || this.#isDirty;
      },
      moveBolt: (...move: Move) => {
        this.#moves.push(move);
        return true;
      },
    };
    this.#bridge = byteBridge(this.#setup, this.#records, host, crypto);
    return this.#bridge;
  }

  /** The clock of a page stands still while its computer sleeps: then the lock knows the time no more. */
  #isSteady(): boolean {
    const { elapsedMs, wallMs } = this.#ground;
    const ran = elapsedMs() - this.#bootedAt.ms;
    const passed = wallMs() - this.#bootedAt.wall;
    return Math.abs(passed - ran) <= CLOCK_SLACK_MS + (ran * DRIFT_PPM) / 1_000_000;
  }

  async #keep(): Promise<void> {
    if (!this.#isDirty) return;
    const records = [...this.#records].map(([name, bytes]) => [name, toHex(bytes)]);
    await writeJson(this.#ground.memory, this.#name, Object.fromEntries(records));
    this.#isDirty = false;
  }

  /** A lock speaks with one phone at a time: whoever came before is gone. */
  #enter(bridge: ByteBridge, connection: number, mtu: number): void {
    if (this.#connection !== 0) this.#hangUp();
    this.#connection = connection;
    bridge.connect(mtu);
  }

  #isHere(connection: number): boolean {
    return connection === this.#connection;
  }

  #tell(bridge: ByteBridge, frames: readonly Uint8Array[]): void {
    for (const [operation, seconds] of this.#moves.splice(0)) {
      this.#ground.moveBolt(operation, seconds);
    }
    for (const frame of frames) this.#link.send(this.#connection, frame);
    if (!bridge.isConnected && this.#connection !== 0) this.#hangUp();
    if (this.#shown !== bridge.advert) {
      this.#shown = bridge.advert;
      this.#link.advertise(bridge.advert);
    }
    clearTimeout(this.#timer);
    if (bridge.wakeMs !== null) {
      const wait = this.#bootedAt.ms + bridge.wakeMs - this.#ground.elapsedMs();
      this.#timer = setTimeout(
        () => void this.run((running) => silently(() => running.happen({ kind: 'tick' }))),
        Math.min(Math.max(1, wait), 2 ** 30),
      );
    }
    this.#ground.wake();
  }

  #hangUp(): void {
    this.#link.disconnect(this.#connection);
    this.#connection = 0;
  }

  #fail(): void {
    this.#bridge = undefined;
    this.#isDirty = false;
    this.#moves = [];
    clearTimeout(this.#timer);
    if (this.#connection !== 0) this.#hangUp();
    if (this.#shown !== null) this.#link.advertise(null);
    this.#shown = null;
  }

  get #name(): string {
    return `lock-${toHex(this.#setup.lockId)}`;
  }
}

/** A step that says nothing to a phone. */
function silently(step: () => void): readonly Uint8Array[] {
  step();
  return [];
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError("a lock's record is damaged");
  return bytes;
}
