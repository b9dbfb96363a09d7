import { describe, expect, test } from 'vitest';
import type { LockCommandResult } from '../../src/adapters/for-locks.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import { asks, gatewayOf, LOCKDOWN, MINUTE, START } from './gateway-parts.js';

const moved = ({ locks }: ReturnType<typeof gatewayOf>, door = 'front') =>
  locks.lock(`lock-${door}`).moves.map(({ command }) => command.operation);

describe('a request at a door', () => {
  test('that is permitted unlocks it for its seconds, and says so', async () => {
    const parts = gatewayOf();
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report).toMatchObject({
      decision: { decision: true, context: { reason: 'granted', grants: ['ann-hq'] } },
      command: { outcome: 'confirmed', mayHaveActed: true },
      fault: null,
      mayHaveActed: true,
      withdrawnMeanwhile: false,
    });
    const [{ command }] = parts.locks.lock('lock-front').moves as never as [{ command: object }];
    expect(command).toEqual({
      commandId: report.requestId,
      operation: 'unlock',
      seconds: 3,
      expiresAt: START + 5000,
    });
    expect(moved(parts, 'back')).toEqual([]);
  });

  test('that is refused sends nothing', async () => {
    const parts = gatewayOf();
    const report = await parts.end(parts.gateway.unlock(asks('bob')));
    expect(report).toMatchObject({
      decision: { decision: false, context: { reason: 'no_access_right' } },
      command: null,
      fault: null,
      mayHaveActed: false,
    });
    await parts.clock.pass(MINUTE);
    expect(moved(parts)).toEqual([]);
  });

  test('is decided by the clock of the gateway: a time that comes along counts for nothing', async () => {
    const ended = {
      assignments: [{ ...assignment(), validity: { until: '2026-11-23T09:00:00Z' } }],
    };
    const parts = gatewayOf({ policy: ended });
    const early = { time: '2026-11-23T08:00:00Z' };
    const report = await parts.end(parts.gateway.unlock(asks('ann', 'front', early)));
    expect(report.decision?.context.reason).toBe('expired');
    expect(moved(parts)).toEqual([]);
  });

  test('is about a door of the gateway, and a subject', async () => {
    const { gateway } = gatewayOf();
    await expect(gateway.unlock(asks('ann', 'cellar'))).rejects.toThrow(RangeError);
    const stop = { ...asks('ann'), resource: { type: 'elevator_stop', id: 'front' } };
    await expect(gateway.unlock(stop)).rejects.toThrow(RangeError);
    const nobody = { ...asks('ann'), subject: { type: 'user', id: 7 as never } };
    await expect(gateway.unlock(nobody)).rejects.toThrow(TypeError);
    await expect(gateway.unlock(asks('ann'), { requestId: 'no id' })).rejects.toThrow(TypeError);
  });

  test.each([
    ['refuses', { refuse: 'low_battery' }, 'refused', false],
    ['sticks', { jam: true }, 'refused', true],
    ['is mute', { mute: true }, 'timed_out', true],
    ['is deaf', { deaf: true }, 'timed_out', true],
    ['is too slow', { delayMs: 20_000 }, 'timed_out', true],
  ] as const)('whose lock %s is reported as it is', async (_, behaviour, outcome, mayHaveActed) => {
    const parts = gatewayOf();
    parts.locks.lock('lock-front').behave(behaviour);
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report).toMatchObject({ command: { outcome, mayHaveActed }, mayHaveActed });
    // However long one waits, nobody tries again.
    await parts.clock.pass(10 * MINUTE);
    expect(moved(parts).length).toBeLessThanOrEqual(1);
  });

  test('whose lock is slow waits for it', async () => {
    const parts = gatewayOf();
    parts.locks.lock('lock-front').behave({ delayMs: 4000 });
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report.command?.outcome).toBe('confirmed');
  });

  test('whose lock is away is reported without a command having been sent', async () => {
    const parts = gatewayOf();
    parts.locks.setAvailable('lock-front', false);
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report.command).toMatchObject({ outcome: 'unavailable', mayHaveActed: false });
  });

  test.each<[string, () => Promise<LockCommandResult>]>([
    ['throws', () => Promise.reject(new Error('broken'))],
    ['answers nonsense', () => Promise.resolve({ outcome: 'fine' } as never)],
    ['never answers', () => new Promise(() => undefined)],
    ['says it was confirmed and did nothing', async () => liar('confirmed', false)],
    ['leaves open what it did', async () => liar('refused', undefined as never)],
  ])('whose provider %s may have acted', async (_, unlock) => {
    const parts = gatewayOf({ provider: (provider) => ({ ...provider, unlock }) });
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report.mayHaveActed).toBe(true);
    expect(report.command?.mayHaveActed).toBe(true);
  });
});

describe('a request that is asked again', () => {
  test('by its id gets the same answer and no second command', async () => {
    const parts = gatewayOf();
    const once = parts.gateway.unlock(asks('ann'), { requestId: 'r-1' });
    const again = parts.gateway.unlock(asks('ann'), { requestId: 'r-1' });
    expect(await parts.end(again)).toBe(await once);
    await parts.clock.pass(9 * MINUTE);
    expect(await parts.end(parts.gateway.unlock(asks('ann'), { requestId: 'r-1' }))).toBe(
      await once,
    );
    expect(moved(parts)).toEqual(['unlock']);
  });

  test('with the id of another request is a mistake', async () => {
    const parts = gatewayOf();
    await parts.end(parts.gateway.unlock(asks('ann'), { requestId: 'r-1' }));
    for (const other of [asks('bob'), asks('ann', 'back')])
      await expect(parts.gateway.unlock(other, { requestId: 'r-1' })).rejects.toThrow(TypeError);
    await expect(parts.gateway.lock(asks('ann'), { requestId: 'r-1' })).rejects.toThrow(TypeError);
    expect(moved(parts)).toEqual(['unlock']);
  });

  test('is decided anew where it was refused', async () => {
    const parts = gatewayOf();
    const refused = await parts.end(parts.gateway.unlock(asks('bob'), { requestId: 'r-1' }));
    expect(refused.command).toBeNull();
    parts.apply({ put: { assignments: [{ ...assignment(), ...BOBS }] } });
    const report = await parts.end(parts.gateway.unlock(asks('bob'), { requestId: 'r-1' }));
    expect(report.command?.outcome).toBe('confirmed');
  });

  test('is busy where too many are under way at a door, and elsewhere it is not', async () => {
    const parts = gatewayOf();
    parts.locks.lock('lock-front').behave({ mute: true });
    const waiting = Array.from({ length: 4 }, () => parts.gateway.unlock(asks('ann')));
    const fifth = await parts.gateway.unlock(asks('ann'));
    expect(fifth).toMatchObject({
      decision: null,
      command: null,
      fault: 'busy',
      mayHaveActed: false,
    });
    const elsewhere = await parts.end(parts.gateway.unlock(asks('ann', 'back')));
    expect(elsewhere.command?.outcome).toBe('confirmed');
    for (const report of await parts.end(Promise.all(waiting)))
      expect(report.command?.outcome).toBe('timed_out');
    parts.locks.lock('lock-front').behave({});
    expect((await parts.end(parts.gateway.unlock(asks('ann')))).command?.outcome).toBe('confirmed');
  });

  test('is answered though its log cannot be written', async () => {
    const fail = (): never => {
      throw new Error('the disk is full');
    };
    const logger = { debug: fail, info: fail, warn: fail, error: fail };
    const parts = gatewayOf({ options: { logger, perDoorMax: 1 } });
    const waiting = parts.gateway.unlock(asks('ann'));
    expect((await parts.gateway.unlock(asks('ann'))).fault).toBe('busy');
    expect((await parts.end(waiting)).command?.outcome).toBe('confirmed');
  });
});

describe('a decision point', () => {
  const failing = (more: Partial<Pdp>) => gatewayOf({ pdp: (pdp) => ({ ...pdp, ...more }) });
  const none = { ok: false, code: 'not_ready', detail: 'no policy yet' } as const;

  test.each<[string, Partial<Pdp>]>([
    ['throws', { at: () => Promise.reject(new Error('gone')) }],
    ['cannot remember', { open: () => Promise.reject(new Error('disk full')) }],
    ['never answers', { open: () => new Promise(() => undefined) }],
    [
      'cannot be asked a second time',
      {
        local: () => {
          throw new Error('gone');
        },
      },
    ],
  ])('that %s leaves the door alone', async (_, more) => {
    const parts = failing(more);
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report).toMatchObject({
      decision: null,
      command: null,
      fault: 'undecided',
      mayHaveActed: false,
    });
    await parts.clock.pass(MINUTE);
    expect(moved(parts)).toEqual([]);
  });

  test.each([
    ['not_ready', 'not_ready'],
    ['stale', 'stale'],
  ] as const)('that is %s refuses', async (code, reason) => {
    const parts = failing({ at: () => Promise.resolve({ ...none, code }) });
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report.decision).toMatchObject({ decision: false, context: { reason } });
    expect(moved(parts)).toEqual([]);
  });

  test('that answers after the time was up is not obeyed', async () => {
    let answer: () => void = () => undefined;
    const parts = gatewayOf({
      pdp: (pdp) => ({
        ...pdp,
        open: (request) =>
          new Promise((resolve) => {
            const view = pdp.local();
            answer = () =>
              resolve((view as Extract<typeof view, { ok: true }>).value.decide(request));
          }),
      }),
    });
    const waiting = parts.gateway.unlock(asks('ann'));
    await parts.clock.pass(6000);
    expect((await waiting).fault).toBe('undecided');
    answer();
    await parts.clock.pass(MINUTE);
    expect(moved(parts)).toEqual([]);
  });

  test('is asked to remember, once, and its permit is acted on', async () => {
    const remembered: unknown[] = [];
    const parts = gatewayOf({
      pdp: (pdp) => ({
        ...pdp,
        async open(request) {
          remembered.push(request.context.time);
          const view = pdp.local();
          return (view as Extract<typeof view, { ok: true }>).value.decide(request);
        },
      }),
    });
    await parts.end(parts.gateway.unlock(asks('ann')));
    expect(remembered).toEqual([START]);
    await parts.end(parts.gateway.lock(asks('ann')));
    expect(remembered).toHaveLength(1);
    expect(moved(parts)).toEqual(['unlock', 'lock']);
  });

  test('whose permit ends before the command leaves is heard', async () => {
    const parts: ReturnType<typeof gatewayOf> = gatewayOf({
      pdp: (pdp) => ({
        ...pdp,
        async open(request) {
          const view = pdp.local();
          const decision = (view as Extract<typeof view, { ok: true }>).value.decide(request);
          parts.apply(LOCKDOWN);
          return decision;
        },
      }),
    });
    const report = await parts.end(parts.gateway.unlock(asks('ann')));
    expect(report).toMatchObject({
      decision: { decision: false, context: { reason: 'lockdown' } },
      command: null,
      fault: 'withdrawn',
    });
    expect(moved(parts)).toEqual([]);
  });

  test('whose permit ends while the lock answers is reported: a command cannot be called back', async () => {
    const parts = gatewayOf();
    parts.locks.lock('lock-front').behave({ delayMs: 1000 });
    const waiting = parts.gateway.unlock(asks('ann'));
    await parts.clock.pass(500);
    parts.apply(LOCKDOWN);
    expect(await parts.end(waiting)).toMatchObject({
      command: { outcome: 'confirmed' },
      mayHaveActed: true,
      withdrawnMeanwhile: true,
    });
    expect(parts.lines.map(([, , message]) => message)).toContain(
      'a permit ended while the lock was answering',
    );
  });

  test('is told of to whoever watches, and who watches badly disturbs nobody', async () => {
    const told: unknown[] = [];
    const watcher = {
      decided: (one: object) => {
        told.push(one);
        throw new Error('watches badly');
      },
    };
    const parts = gatewayOf({ options: { watcher } });
    await parts.end(parts.gateway.unlock(asks('ann'), { via: 'test' }));
    await parts.end(parts.gateway.unlock(asks('bob')));
    expect(told).toMatchObject([
      {
        action: 'unlock',
        resource: { type: 'door', id: 'front' },
        decided: { decision: true },
        via: 'test',
      },
      { decided: { decision: false }, via: 'gateway' },
    ]);
    expect(moved(parts)).toEqual(['unlock']);
  });
});

describe('giving up', () => {
  test('before the command ends the request, afterwards only the waiting', async () => {
    const parts = gatewayOf();
    const before = await parts.gateway.unlock(asks('ann'), { signal: AbortSignal.abort() });
    expect(before).toMatchObject({ command: null, fault: 'undecided', mayHaveActed: false });
    parts.locks.lock('lock-front').behave({ delayMs: 1000 });
    const ending = new AbortController();
    const waiting = parts.gateway.unlock(asks('ann'), { signal: ending.signal });
    await parts.clock.pass(500);
    ending.abort();
    expect(await waiting).toMatchObject({ command: { outcome: 'timed_out' }, mayHaveActed: true });
    await parts.clock.pass(1000);
    expect(moved(parts)).toEqual(['unlock']);
  });
});

test('no log line tells who asked', async () => {
  const parts = gatewayOf();
  parts.locks.lock('lock-front').behave({ mute: true });
  const person = { ...asks('ann@example.com'), context: { device: 'secret-card' } };
  await parts.end(parts.gateway.unlock(person));
  await parts.end(parts.gateway.unlock(asks('ann')));
  const text = JSON.stringify(parts.lines);
  expect(parts.lines.length).toBeGreaterThan(0);
  expect(text).not.toContain('ann');
  expect(text).not.toContain('secret-card');
});

test.each([
  ['a door without a provider', { doors: { front: { provider: 'none', device: 'a' } } }],
  [
    'an opening without end',
    { doors: { front: { provider: 'memory', device: 'a', unlockSeconds: 86_400 } } },
  ],
  ['no time to wait', { waitMs: 0 }],
  ['nobody at a door', { perDoorMax: 0 }],
])('a gateway with %s is none', (_, options) => {
  expect(() => gatewayOf({ options: options as never })).toThrow(RangeError);
});

const BOBS = {
  id: 'bob-hq',
  subject: { type: 'user', id: 'bob' },
  role: 'organization_administrator',
};

function assignment() {
  return {
    id: 'ann-hq',
    subject: { type: 'user', id: 'ann' },
    role: 'organization_owner',
    scope: { type: 'organization', id: 'acme' },
  };
}

function liar(outcome: 'confirmed' | 'refused', mayHaveActed: boolean): LockCommandResult {
  return { outcome, mayHaveActed, retryable: false, detail: '' };
}
