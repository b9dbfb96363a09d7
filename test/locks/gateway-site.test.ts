import { describe, expect, test } from 'vitest';
import { lockGateway, memoryLocks } from '../../src/adapters/for-locks.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import { endUnlock } from '../../src/adapters/site/doors.js';
import type { Site } from '../../src/adapters/site/site.js';
import { readEvent } from '../../src/admin/events/read-event.js';
import { DAY, eventSite, NOW } from '../site/event-site.js';
import { testClock } from './clock.js';

const front = { type: 'door', id: 'front' } as const;
const ann = { type: 'user', id: 'ann' } as const;
const UNLOCK = {
  schedules: [{ id: 'day', windows: [{ days: ['mo'], from: '08:00', until: '18:00' }] }],
  doors: [
    { id: 'front', place: 'hq', unlock: [{ schedule: 'day', firstToArrive: 'day' }] },
    { id: 'back', place: 'lab' },
  ],
};

/** A gateway at a site, with one clock for both. */
async function siteGateway(
  more: object = {},
  change: (site: Site) => Site = (site) => site,
  changePdp: (pdp: Pdp) => Pdp = (pdp) => pdp,
) {
  const { site, clock: siteClock } = await eventSite(more);
  const clock = testClock(NOW);
  const follow = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 1000) {
      await clock.pass(Math.min(1000, milliseconds - passed));
      siteClock.now = clock.now();
    }
  };
  const locks = memoryLocks(['lock'], clock);
  const local = enginePdp({ engine: () => site.engine });
  const pdp: Pdp = { ...local, open: async (request) => (await site.open(request)).decision };
  const lines: string[] = [];
  const log = (_: object, message: string) => void lines.push(message);
  const gateway = lockGateway({
    pdp: changePdp(pdp),
    providers: { memory: locks.provider },
    doors: { front: { provider: 'memory', device: 'lock' } },
    site: change(site),
    host: clock,
    waitMs: 5000,
    logger: { debug: log, info: log, warn: log, error: log },
  });
  const events = async () =>
    (await site.store.events('access', { order: 'oldest', limit: 100 })).map(readEvent);
  const types = async () => (await events()).map(({ type }) => type.split('.').at(-1));
  const unlock = async () => {
    const waiting = gateway.unlock({ subject: ann, resource: front });
    let ended = false;
    void waiting.finally(() => {
      ended = true;
    });
    while (!ended) await follow(500);
    return waiting;
  };
  return { site, gateway, locks, lock: locks.lock('lock'), follow, events, types, unlock, lines };
}

describe('a gateway with a site', () => {
  test('remembers who was let in, and what the door did then', async () => {
    const { unlock, lock, gateway, types, follow } = await siteGateway();
    expect((await unlock()).command?.outcome).toBe('confirmed');
    lock.moveDoor('open');
    lock.moveDoor('closed');
    await follow(6000);
    await gateway.close();
    expect(await types()).toEqual(['opened', 'unlocked', 'contact_opened', 'closed', 'locked']);
  });

  test('is closed when what was under way has ended, and is remembered', async () => {
    const { gateway, lock, events, follow } = await siteGateway();
    lock.behave({ mute: true });
    const report = gateway.unlock({ subject: ann, resource: front });
    while (lock.moves.length === 0) await follow(100);
    let isClosed = false;
    const closed = gateway.close().then(() => {
      isClosed = true;
    });
    await follow(1000);
    expect(isClosed).toBe(false);
    while (!isClosed) await follow(500);
    await closed;
    expect((await report).command?.outcome).toBe('timed_out');
    expect((await events()).map(({ type }) => type)).toContain('doorwright.door.failed');
  });

  test('remembers a lock that did not open as failed, and whom it failed', async () => {
    const { unlock, lock, gateway, events } = await siteGateway();
    lock.behave({ mute: true });
    expect((await unlock()).command?.outcome).toBe('timed_out');
    await gateway.close();
    const failed = (await events()).find(({ type }) => type === 'doorwright.door.failed');
    expect(failed).toMatchObject({
      outcome: 'failed',
      subject: ann,
      data: { outcome: 'timed_out', mayHaveActed: true },
    });
  });

  test('remembers as failed what it was told to open and did not: too late, or withdrawn', async () => {
    const slow = (wait: () => Promise<void>) => (pdp: Pdp) => ({
      ...pdp,
      async open(request: Parameters<NonNullable<Pdp['open']>>[0]) {
        const decision = await pdp.open?.(request);
        await wait();
        return decision as never;
      },
    });
    let answer: () => void = () => undefined;
    const late = () =>
      new Promise<void>((resolve) => {
        answer = resolve;
      });
    const first = await siteGateway({}, undefined, slow(late));
    expect((await first.unlock()).fault).toBe('undecided');
    answer();
    await first.follow(1000);
    await first.gateway.close();
    expect(await first.types()).toEqual(['opened', 'failed']);

    const none = { ok: false, code: 'stale', detail: '' } as const;
    const second = await siteGateway({}, undefined, (pdp) => ({ ...pdp, local: () => none }));
    expect((await second.unlock()).fault).toBe('withdrawn');
    await second.gateway.close();
    expect(await second.types()).toEqual(['opened', 'failed']);
    expect([...first.lock.moves, ...second.lock.moves]).toEqual([]);
  });

  test('hands on alarms', async () => {
    const { lock, gateway, types } = await siteGateway();
    for (const what of [
      'forced_open',
      'held_open',
      'held_open_ended',
      'tampered',
      'exited',
    ] as const)
      lock.happen(what);
    lock.behave({ jam: true });
    await gateway.close();
    expect(await types()).toEqual([
      'forced_open',
      'held_open',
      'held_open_ended',
      'tampered',
      'exited',
    ]);
  });

  test('takes a connection that comes back for no news', async () => {
    const { locks, gateway, types } = await siteGateway();
    locks.setAvailable('lock', false);
    locks.setAvailable('lock', true);
    await gateway.close();
    expect(await types()).toEqual([]);
  });

  test('opens doors although its diary is broken, and says so', async () => {
    const broken = { observe: () => Promise.reject(new Error('disk full')) };
    const { unlock, lock, gateway, lines } = await siteGateway({}, (site) => ({
      ...site,
      ...broken,
    }));
    lock.moveDoor('open');
    expect((await unlock()).command?.outcome).toBe('confirmed');
    await gateway.close();
    expect(lines).toContain('an observation could not be written');
  });

  test('holds a door that waits for a first arrival only once somebody came, and not after the last left', async () => {
    const { site, unlock, lock, gateway, follow } = await siteGateway(UNLOCK);
    // From Sunday morning to Monday at nine.
    await follow(1000);
    const jump = DAY - 1000;
    gateway.followUnlockSchedules({ lookMs: 10_000 });
    await follow(2000);
    const clockJump = async () => follow(jump);
    await clockJump();
    expect(lock.state().bolt).toBe('locked');
    await unlock();
    await follow(20_000);
    expect(lock.moves.at(-1)?.command.operation).toBe('hold');
    expect(lock.state().bolt).toBe('unlocked');
    await endUnlock(site, { type: 'system', id: 'exit-button' }, front);
    await follow(12_000);
    expect(lock.state().bolt).toBe('locked');
    await gateway.close();
  }, 60_000);
});
