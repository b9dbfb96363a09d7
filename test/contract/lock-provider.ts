/** What every way to online locks must do, whatever carries it: run by each adapter of the port `LockProvider`. */
import { afterEach, describe, expect, test } from 'vitest';
import type { LockCommandResult, LockNews, LockProvider } from '../../src/adapters/for-locks.js';
import type { LockBehaviour, LockCommand } from '../../src/adapters/locks/simulated-lock.js';

/** A provider and the locks at its other end. */
export interface LockProviderUnderTest {
  readonly provider: LockProvider;
  /** Two locks within reach. */
  readonly devices: readonly [string, string];
  /** How long a command of the suite may take. */
  readonly waitMs: number;
  /** Whether these locks can be held. */
  readonly holds: boolean;
  now(): number;
  /** Lets time pass: virtual where the provider's clock is. */
  pass(milliseconds: number): Promise<void>;
  behave(device: string, behaviour: LockBehaviour): void;
  /** Every time a command moved the bolt. */
  moves(device: string): readonly LockCommand[];
  moveDoor(device: string, door: 'open' | 'closed'): void;
  /** Makes one lock unreachable, in a way that the provider hears of. */
  leave(device: string): Promise<void>;
  stop(): Promise<void>;
}

/** The suite. `make` answers fresh ends, once both locks are available. */
export function describeLockProvider(
  name: string,
  make: () => Promise<LockProviderUnderTest>,
): void {
  let ends: LockProviderUnderTest;
  let ids = 0;
  const order = (more: object = {}) => ({
    commandId: `c-${++ids}`,
    expiresAt: ends.now() + ends.waitMs,
    seconds: 3,
    ...more,
  });
  /** Ends of a command, with time passing as long as it takes. */
  async function end(command: Promise<LockCommandResult>): Promise<LockCommandResult> {
    let ended = false;
    const result = command.finally(() => {
      ended = true;
    });
    for (let step = 0; !ended && step < 100; step++) await ends.pass(ends.waitMs / 20);
    return result;
  }
  async function heard(condition: () => boolean): Promise<void> {
    for (let step = 0; !condition() && step < 200; step++) await ends.pass(ends.waitMs / 20);
    expect(condition()).toBe(true);
  }
  const acts = async () => {
    ends = await make();
    return { ...ends, device: ends.devices[0], other: ends.devices[1] };
  };

  describe(`a lock provider: ${name}`, () => {
    afterEach(() => ends.stop());

    test('lists its devices and what they can do', async () => {
      const { provider, devices, holds } = await acts();
      const listed = await provider.devices();
      expect(listed.map(({ id }) => id).sort()).toEqual([...devices].sort());
      for (const { capabilities } of listed)
        expect(capabilities).toEqual({ unlock: true, lock: true, hold: holds });
    });

    test('unlocks one lock and no other, and says that the lock confirmed it', async () => {
      const { provider, device, other, moves } = await acts();
      const one = order();
      const result = await end(provider.unlock(device, one));
      expect(result).toMatchObject({ outcome: 'confirmed', mayHaveActed: true, retryable: false });
      expect(moves(device).map(({ operation, seconds }) => [operation, seconds])).toEqual([
        ['unlock', 3],
      ]);
      expect(moves(other)).toEqual([]);
      await heard(() => provider.state(device)?.bolt === 'unlocked');
    });

    test('locks', async () => {
      const { provider, device, moves } = await acts();
      await end(provider.unlock(device, order()));
      const result = await end(provider.lock(device, order()));
      expect(result.outcome).toBe('confirmed');
      expect(moves(device).map(({ operation }) => operation)).toEqual(['unlock', 'lock']);
      await heard(() => provider.state(device)?.bolt === 'locked');
    });

    test('holds where it says that it can, and otherwise refuses without acting', async () => {
      const { provider, device, moves, holds } = await acts();
      const result = await end(provider.hold(device, order({ seconds: 60 })));
      expect(result).toMatchObject(
        holds
          ? { outcome: 'confirmed', mayHaveActed: true }
          : { outcome: 'refused', mayHaveActed: false, retryable: false },
      );
      expect(moves(device)).toHaveLength(holds ? 1 : 0);
    });

    test('sends a command once, however often and at the same time it is asked for', async () => {
      const { provider, device, moves } = await acts();
      const one = order();
      const twice = await Promise.all([
        end(provider.unlock(device, one)),
        end(provider.unlock(device, one)),
      ]);
      const late = await end(provider.unlock(device, one));
      expect(twice[1]).toEqual(twice[0]);
      expect(late).toEqual(twice[0]);
      expect(moves(device)).toHaveLength(1);
    });

    test('refuses an id that named another command, before anything is sent', async () => {
      const { provider, device, other, moves } = await acts();
      const one = order();
      await end(provider.unlock(device, one));
      await expect(provider.unlock(other, one)).rejects.toThrow(TypeError);
      await expect(provider.unlock(device, { ...one, seconds: 4 })).rejects.toThrow(TypeError);
      await expect(provider.lock(device, one)).rejects.toThrow(TypeError);
      expect(moves(device)).toHaveLength(1);
      expect(moves(other)).toEqual([]);
    });

    test.each([
      ['no id', { commandId: '' }, TypeError],
      ['an id with spaces', { commandId: 'a b' }, TypeError],
      ['an id that is too long', { commandId: 'x'.repeat(65) }, TypeError],
      ['no end', { expiresAt: Number.NaN }, TypeError],
      ['no time', { seconds: 0 }, RangeError],
      ['half a second', { seconds: 1.5 }, RangeError],
      ['a whole day', { seconds: 86_400 }, RangeError],
    ])('refuses an order with %s', async (_, more, error) => {
      const { provider, device, moves } = await acts();
      await expect(provider.unlock(device, order(more))).rejects.toThrow(error);
      expect(moves(device)).toEqual([]);
    });

    test('says that a refusal of the lock did not move it', async () => {
      const { provider, device, behave, moves } = await acts();
      behave(device, { refuse: 'low_battery' });
      const result = await end(provider.unlock(device, order()));
      expect(result.outcome).toBe('refused');
      expect(result.mayHaveActed || moves(device).length === 0).toBe(true);
      expect(result.retryable).toBe(false);
      expect(moves(device)).toEqual([]);
    });

    test('says that a lock whose bolt stuck may have moved', async () => {
      const { provider, device, behave } = await acts();
      behave(device, { jam: true });
      const result = await end(provider.unlock(device, order()));
      expect(result).toMatchObject({ outcome: 'refused', mayHaveActed: true });
      await heard(() => provider.state(device)?.bolt !== 'locked');
    });

    test('says that nobody answered in time, and that the lock may have acted', async () => {
      const { provider, device, behave, moves } = await acts();
      behave(device, { mute: true });
      const result = await end(provider.unlock(device, order()));
      expect(result).toMatchObject({ outcome: 'timed_out', mayHaveActed: true });
      expect(moves(device)).toHaveLength(1);
      behave(device, {});
    });

    test('sends nothing once the time is over, or the caller has given up', async () => {
      const { provider, device, moves } = await acts();
      const late = await provider.unlock(device, order({ expiresAt: ends.now() }));
      const given = await provider.unlock(device, order({ signal: AbortSignal.abort() }));
      for (const result of [late, given])
        expect(result).toMatchObject({ outcome: 'timed_out', mayHaveActed: false });
      await ends.pass(ends.waitMs);
      expect(moves(device)).toEqual([]);
    });

    test('stops waiting when the caller gives up, and says that the lock may act', async () => {
      const { provider, device, behave } = await acts();
      behave(device, { mute: true });
      const ending = new AbortController();
      const waiting = provider.unlock(device, order({ signal: ending.signal }));
      await ends.pass(ends.waitMs / 4);
      ending.abort();
      expect(await waiting).toMatchObject({ outcome: 'timed_out', mayHaveActed: true });
      behave(device, {});
    });

    test('says of a lock that left, or never was, that nothing was sent', async () => {
      const { provider, device, other, leave, moves } = await acts();
      await leave(device);
      await heard(() => provider.state(device)?.available === false);
      const gone = await end(provider.unlock(device, order()));
      expect(gone.outcome === 'confirmed').toBe(false);
      expect(moves(device)).toEqual([]);
      const never = await end(provider.unlock('nowhere', order()));
      expect(never).toMatchObject({
        outcome: 'unavailable',
        mayHaveActed: false,
        retryable: false,
      });
      expect((await end(provider.unlock(other, order()))).outcome).toBe('confirmed');
    });

    test('tells of doors, to whoever listens, until he stops; one that throws disturbs nobody', async () => {
      const { provider, device, moveDoor } = await acts();
      const news: LockNews[] = [];
      const unheard: LockNews[] = [];
      provider.watch(() => {
        throw new Error('listens badly');
      });
      provider.watch((one) => news.push(one));
      provider.watch((one) => unheard.push(one))();
      moveDoor(device, 'open');
      await heard(() => provider.state(device)?.door === 'open');
      const last = news.filter((one) => one.device === device).at(-1);
      expect(last).toMatchObject({ kind: 'state', state: { door: 'open' } });
      expect(unheard).toEqual([]);
      expect(provider.state('nowhere')).toBeUndefined();
    });

    test('ends what is under way when it is closed, and sends nothing more', async () => {
      const { provider, device, behave, moves } = await acts();
      behave(device, { mute: true });
      const waiting = provider.unlock(device, order({ expiresAt: ends.now() + 20 * ends.waitMs }));
      await ends.pass(ends.waitMs / 2);
      await provider.close();
      expect(await end(waiting)).toMatchObject({ mayHaveActed: true });
      const before = moves(device).length;
      const after = await end(provider.unlock(device, order()));
      expect(after).toMatchObject({ outcome: 'unavailable', mayHaveActed: false });
      expect(moves(device)).toHaveLength(before);
    });
  });
}
