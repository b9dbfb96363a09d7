import { describe, expect, test } from 'vitest';
import { asks, gatewayOf, HOUR, LOCKDOWN, MINUTE, START } from './gateway-parts.js';

const NOON = START + 2 * HOUR;
const moves = ({ locks }: ReturnType<typeof gatewayOf>, door = 'front') =>
  locks.lock(`lock-${door}`).moves;
const bolt = ({ locks }: ReturnType<typeof gatewayOf>, door = 'front') =>
  locks.lock(`lock-${door}`).state().bolt;
const until = (parts: ReturnType<typeof gatewayOf>, instant: number) =>
  parts.clock.pass(instant - parts.clock.now());

/** Following, with a look every ten seconds, so that hours pass quickly. */
function following(more: Parameters<typeof gatewayOf>[0] = {}) {
  const parts = gatewayOf(more);
  const follower = parts.gateway.followUnlockSchedules({ lookMs: 10_000, leaseSeconds: 60 });
  return { ...parts, follower };
}

describe('a door that stands open by its schedule', () => {
  test('is unlocked when that begins and locked when it ends, to the second', async () => {
    const parts = following();
    await until(parts, NOON - 1);
    expect(bolt(parts)).toBe('locked');
    await until(parts, NOON + 1);
    expect(bolt(parts)).toBe('unlocked');
    await until(parts, NOON + HOUR - 1001);
    expect(bolt(parts)).toBe('unlocked');
    await until(parts, NOON + HOUR + 1);
    expect(bolt(parts)).toBe('locked');
    await until(parts, NOON + 3 * HOUR);
    expect(bolt(parts)).toBe('locked');
    expect(parts.follower.held()).toEqual([]);
  });

  test('is held by leases, none of which outlives the schedule', async () => {
    const parts = following();
    await until(parts, NOON + HOUR);
    const holds = moves(parts).filter(({ command }) => command.operation === 'hold');
    expect(holds.length).toBeGreaterThan(100);
    for (const { at, command } of holds)
      expect(at + command.seconds * 1000).toBeLessThanOrEqual(NOON + HOUR);
    const ids = new Set(holds.map(({ command }) => command.commandId));
    expect(ids.size).toBe(holds.length);
  });

  test('locks by itself when the gateway dies', async () => {
    const parts = following();
    await until(parts, NOON + MINUTE);
    expect(bolt(parts)).toBe('unlocked');
    // A process that is gone sends nothing: here, the way is cut.
    parts.locks.setAvailable('lock-front', false);
    await parts.clock.pass(61_000);
    expect(bolt(parts)).toBe('locked');
  });

  test('is not held beyond a lockdown, and again after it', async () => {
    const parts = following();
    await until(parts, NOON + MINUTE);
    parts.apply(LOCKDOWN);
    parts.follower.wake();
    await parts.clock.pass(1);
    expect(bolt(parts)).toBe('locked');
    parts.apply({ remove: { lockdowns: ['alarm'] } });
    await parts.clock.pass(10_001);
    expect(bolt(parts)).toBe('unlocked');
  });

  test('is locked within one look when nobody says that something changed', async () => {
    const parts = following();
    await until(parts, NOON + MINUTE);
    parts.apply(LOCKDOWN);
    await parts.clock.pass(10_001);
    expect(bolt(parts)).toBe('locked');
  });

  test.each<[string, object]>([
    ['stale', { ok: false, code: 'stale', detail: '' }],
    ['without a policy', { ok: false, code: 'not_ready', detail: '' }],
  ])('is locked when the decision point is %s', async (_, view) => {
    let isFailing = false;
    const parts = following({
      pdp: (pdp) => ({ ...pdp, local: () => (isFailing ? (view as never) : pdp.local()) }),
    });
    await until(parts, NOON + MINUTE);
    expect(bolt(parts)).toBe('unlocked');
    isFailing = true;
    await parts.clock.pass(10_001);
    expect(bolt(parts)).toBe('locked');
  });

  test('is locked when the decision point throws', async () => {
    let isFailing = false;
    const parts = following({
      pdp: (pdp) => ({
        ...pdp,
        local() {
          if (isFailing) throw new Error('broken');
          return pdp.local();
        },
      }),
    });
    await until(parts, NOON + MINUTE);
    isFailing = true;
    await parts.clock.pass(10_001);
    expect(bolt(parts)).toBe('locked');
  });

  test('is locked again and again until the lock says so', async () => {
    const parts = following();
    await until(parts, NOON + MINUTE);
    const lock = parts.locks.lock('lock-front');
    lock.behave({ refuse: 'busy' });
    parts.apply(LOCKDOWN);
    await parts.clock.pass(11_000);
    expect(bolt(parts)).toBe('unlocked');
    expect(parts.follower.held()).toContain('front');
    lock.behave({});
    await parts.clock.pass(20_000);
    expect(bolt(parts)).toBe('locked');
    expect(parts.follower.held()).toEqual([]);
  });

  test('is locked once more where a slow hold may have come after', async () => {
    const parts = following({ options: { waitMs: 5000 } });
    const lock = parts.locks.lock('lock-front');
    await until(parts, NOON - 1);
    lock.behave({ delayMs: 3000 });
    await parts.clock.pass(1000);
    // The hold is on its way; the lockdown must not wait for it.
    lock.behave({});
    parts.apply(LOCKDOWN);
    parts.follower.wake();
    await parts.clock.pass(1);
    expect(moves(parts).at(-1)?.command.operation).toBe('lock');
    await parts.clock.pass(3000);
    expect(bolt(parts)).toBe('unlocked');
    await parts.clock.pass(3000);
    expect(bolt(parts)).toBe('locked');
    expect(parts.follower.held()).toEqual([]);
  });
});

describe('following', () => {
  test('begins by locking what nobody knows the state of, and leaves other doors alone after that', async () => {
    const parts = following();
    await parts.clock.pass(1);
    expect(moves(parts, 'back').map(({ command }) => command.operation)).toEqual(['lock']);
    await until(parts, NOON + HOUR);
    expect(moves(parts, 'back')).toHaveLength(1);
  });

  test('ends by locking what it held', async () => {
    const parts = following();
    await until(parts, NOON + MINUTE);
    await parts.end(parts.follower.stop());
    expect(bolt(parts)).toBe('locked');
    const count = moves(parts).length;
    await until(parts, NOON + 30 * MINUTE);
    expect(moves(parts)).toHaveLength(count);
  });

  test('ends with the gateway', async () => {
    const parts = following();
    await until(parts, NOON + MINUTE);
    await parts.end(parts.gateway.close());
    expect(bolt(parts)).toBe('locked');
  });

  test('does not shorten what a person opens, nor does his opening end what is held', async () => {
    const parts = following();
    await until(parts, NOON + MINUTE);
    await parts.end(parts.gateway.unlock(asks('bob')));
    await parts.clock.pass(20_000);
    expect(bolt(parts)).toBe('unlocked');
  });

  test('happens once at a time, of doors of the gateway, with leases of a sensible length', () => {
    const parts = following();
    expect(() => parts.gateway.followUnlockSchedules()).toThrow(TypeError);
    const { gateway } = gatewayOf();
    expect(() => gateway.followUnlockSchedules({ doors: ['cellar'] })).toThrow(RangeError);
    expect(() => gateway.followUnlockSchedules({ leaseSeconds: 1 })).toThrow(RangeError);
    expect(() => gateway.followUnlockSchedules({ lookMs: 0 })).toThrow(RangeError);
  });
});
