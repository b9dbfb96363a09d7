/** The housing example with a desk for the page: real locks, and a clock that begins at the same instant in every run. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapMemory } from '../../examples/phone/desk/records.mjs';
import { type Building, openBuilding } from '../../examples/phone/src/demo/building.js';
import type { Transport } from '../../protocol/session/transport.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';

/** Unix milliseconds: a Tuesday, ten in the morning in Leipzig and four in New York, where the test's browsers stand. */
const NOW = Date.parse('2026-11-24T10:00:00+01:00');

/** A desk that stands at `NOW`, and goes on from there. */
export interface DeskHouse {
  readonly desk: Building['desk'];
  /** Its clock, in Unix milliseconds. */
  nowMs(): number;
  /** What the desk answers, with its own time in the header as HTTP has it. */
  answer(request: Request): Promise<Response>;
  /** The radio of a phone whose holder has a hand on every lock. */
  radio(): Transport;
  /** The lock of a door, by its id. */
  lock(door: string): string;
  close(): void;
}

/** Opens the house: its doors have real locks, though no browser here has a way to them. */
export async function openHouse(doors: readonly string[]): Promise<DeskHouse> {
  const started = performance.now();
  const elapsedMs = (): number => performance.now() - started;
  const wallMs = (): number => NOW + elapsedMs();
  let draws = 0;
  const building = await openBuilding({
    policy: JSON.parse(
      readFileSync(join(import.meta.dirname, '../../examples/housing/policy.json'), 'utf8'),
    ),
    doors,
    crypto: nodeCrypto(),
    elapsedMs,
    wallMs,
    random: (size) => {
      draws += 1;
      const block = createHash('shake256', { outputLength: size }).update(`house ${draws}`);
      return new Uint8Array(block.digest());
    },
    memory: mapMemory(new Map()),
    onBolt: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  return {
    desk: building.desk,
    nowMs: wallMs,
    async answer(request) {
      const answered = await building.desk.fetch(request);
      const headers = new Headers(answered.headers);
      headers.set('date', new Date(wallMs()).toUTCString());
      return new Response(await answered.arrayBuffer(), { status: answered.status, headers });
    },
    radio() {
      const radio = building.phone();
      const listen: Transport['listen'] = (onSighting) => {
        const stop = radio.listen(onSighting);
        void building.touch();
        return stop;
      };
      return { ...radio, listen };
    },
    lock: (door) => building.locks.find((lock) => lock.door === door)?.id ?? '',
    close: () => building.stop(),
  };
}
