/** examples/offline-lock on a radio that loses links and adverts: what the phone says afterwards, against what the bolt did. */
import { describe, expect, test } from 'vitest';
import { lossy } from '../../examples/offline-lock/virtual/loss.mjs';
import { runs } from '../helpers/runs.js';
import type { Flight } from './offline-lock-air.js';
import { house } from './offline-lock-house.js';

/** Seeds of the random run: each is a commissioning and seven visits, half a second. */
const SEEDS = runs(6);

const data = ({ kind }: Flight) => kind === 'data';

describe('a link that is lost', () => {
  test('at whichever packet, leaves the phone knowing whether the door may be open', async () => {
    const { air, visit, lock } = await house();
    const seen = new Map<string, number>();
    for (let cutAt = 1, isCut = true; isCut; cutAt++) {
      let packets = 0;
      isCut = false;
      air.carries = (flight) => {
        if (!data(flight)) return true;
        packets += 1;
        isCut ||= packets === cutAt;
        return packets !== cutAt;
      };
      const { code, mayHaveActed, moves } = await visit('ada');
      const told = `${code}, ${mayHaveActed ? 'may be open' : 'closed'}, moved ${moves}`;
      seen.set(told, (seen.get(told) ?? 0) + 1);
      expect(lock.isWhole()).toBe(true);
    }
    // It tries again by itself as long as it asked nothing, and never after. Whatever else came would be a lie or a second opening.
    expect([...seen.keys()].sort()).toEqual([
      'outcome_unknown, may be open, moved 0',
      'outcome_unknown, may be open, moved 1',
      'permitted, may be open, moved 1',
    ]);
    air.carries = () => true;
    expect(await visit('ada')).toMatchObject({ code: 'permitted', moves: 1 });
  });

  test('again and again before it asked, is a lost connection and a closed door', async () => {
    const { air, visit } = await house();
    air.carries = (flight) => !(data(flight) && flight.from === 'lock' && flight.bytes.length > 60);
    const lost = { code: 'connection_lost', mayHaveActed: false, retryable: true, moves: 0 };
    expect(await visit('ada')).toMatchObject(lost);
    air.carries = () => true;
    expect(await visit('ada')).toMatchObject({ code: 'permitted', moves: 1 });
  });

  test.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
    'never makes a phone say that a door stayed closed which opened, losses of seed %i',
    async (seed) => {
      const { air, visit, lock } = await house();
      air.carries = lossy(seed, { adverts: 300, data: 15 });
      for (const user of ['ada', 'ben', 'ada', 'ben', 'ada', 'ben']) {
        const { code, mayHaveActed, moves } = await visit(user);
        if (!mayHaveActed) expect(moves).toBe(0);
        if (code === 'permitted') expect(moves).toBe(1);
        expect(moves).toBeLessThan(2);
        expect(lock.isWhole()).toBe(true);
      }
      air.carries = () => true;
      expect(await visit('ada')).toMatchObject({ code: 'permitted', moves: 1 });
    },
  );

  test('the same seed loses the same, another one something else', () => {
    const flight: Flight = { kind: 'advert', from: 'lock', to: 'phone', bytes: Buffer.alloc(0) };
    const run = (seed: number) => {
      const carries = lossy(seed, { adverts: 300, data: 0 });
      return Array.from({ length: 1000 }, () => carries(flight));
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const lost = run(7).filter((arrived) => !arrived).length;
    expect(lost).toBeGreaterThan(240);
    expect(lost).toBeLessThan(360);
  });
});
