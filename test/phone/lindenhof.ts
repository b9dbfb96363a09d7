/** The housing example as a building with a desk: a clock that a test moves, randomness by a seed, real locks in memory. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Memory, mapMemory } from '../../examples/phone/desk/records.mjs';
import { type Building, openBuilding } from '../../examples/phone/src/demo/building.js';
import type { DemoBolt } from '../../examples/phone/src/demo/demo.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { NodePhone } from './node-phone.js';

export const POLICY = JSON.parse(
  readFileSync(new URL('../../examples/housing/policy.json', import.meta.url), 'utf8'),
) as {
  readonly assignments: readonly { readonly id: string }[];
  readonly teams: readonly object[];
};
export const ADDRESS = 'http://127.0.0.1/api/';
/** A Tuesday, ten in the morning in Leipzig. */
export const NOW = Date.parse('2026-11-24T10:00:00+01:00') / 1000;

/** A building in a test's hand. */
export class Lindenhof {
  readonly crypto = nodeCrypto();
  readonly bolts: DemoBolt[] = [];
  readonly faults: unknown[] = [];
  readonly records = new Map<string, Uint8Array>();
  memory: Memory = mapMemory(this.records);
  /** Seconds that passed since `NOW` besides those of the computer. */
  offset = 0;
  building!: Building;
  readonly #doors: readonly string[];
  readonly #startedMs = performance.now();
  #draws = 0;

  constructor(doors: readonly string[] = ['l4-cellar', 'l4-f07']) {
    this.#doors = doors;
  }

  async start(policy: unknown = POLICY): Promise<this> {
    this.building = await openBuilding({
      policy,
      doors: this.#doors,
      crypto: this.crypto,
      elapsedMs: this.elapsedMs,
      wallMs: () => NOW * 1000 + this.elapsedMs(),
      random: this.random,
      memory: this.memory,
      onBolt: (bolt) => this.bolts.push(bolt),
      onFault: (error) => this.faults.push(error),
    });
    return this;
  }

  /** The power fails and comes back: desk and locks go on from what was written. */
  async restart(policy: unknown = POLICY): Promise<void> {
    this.building.stop();
    await this.start(policy);
  }

  /** Locks notice nothing: they live on the same clock. */
  elapsedMs = (): number => performance.now() - this.#startedMs + this.offset * 1000;
  now = (): number => NOW + Math.floor(this.elapsedMs() / 1000);
  random = (size: number): Uint8Array => {
    this.#draws += 1;
    const block = createHash('shake256', { outputLength: size }).update(`lindenhof ${this.#draws}`);
    return new Uint8Array(block.digest());
  };

  fetch = (url: string, init: RequestInit): Promise<Response> =>
    this.building.desk.fetch(new Request(url, init));

  phone(kind: 'ed25519' | 'es256' = 'ed25519'): NodePhone {
    // Asked anew each time: after a restart there is another radio.
    const transport = {
      listen: (...parts: Parameters<ReturnType<Building['phone']>['listen']>) => {
        void this.building.touch();
        return this.building.phone().listen(...parts);
      },
      connect: (...parts: Parameters<ReturnType<Building['phone']>['connect']>) =>
        this.building.phone().connect(...parts),
    };
    const { crypto, now, random, fetch } = this;
    return new NodePhone({ crypto, transport, address: ADDRESS, fetch, now, random }, kind);
  }

  /** A phone of somebody with a bundle. */
  async phoneOf(person: string, kind: 'ed25519' | 'es256' = 'ed25519'): Promise<NodePhone> {
    const phone = this.phone(kind);
    await phone.enrol(await this.building.desk.makeCode(person));
    await phone.meet();
    return phone;
  }

  lock(door: string): string {
    return this.building.locks.find((lock) => lock.door === door)?.id ?? '';
  }
}
