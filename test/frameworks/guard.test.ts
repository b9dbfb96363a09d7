/** What the guard does that no framework shows: how new a policy it waits for, and whom it tells. */
import { describe, expect, test } from 'vitest';
import { accessGuard, type GuardSettings } from '../../src/adapters/guard/guard.js';
import type { AccessFault } from '../../src/adapters/guard/refusal.js';
import { withinSpan } from '../../src/adapters/guard/telling.js';
import type { Consistency, Pdp, ViewCode } from '../../src/adapters/pdp/pdp.js';
import { contractPdp, NOON } from './service.js';

const FRONT = { resource: () => ({ type: 'door', id: 'front' }) };

function guardOf(parts: Partial<GuardSettings<string>> = {}) {
  const settings = { pdp: contractPdp(), subject: (user: string) => user, now: () => NOON };
  return accessGuard<string>({ ...settings, ...parts }, 'test');
}

describe('how new the policy is that decides', () => {
  test('is whatever is here, unless the host asks for more', async () => {
    const asked: (Consistency | 'local')[] = [];
    const own = contractPdp();
    const pdp: Pdp = {
      ...own,
      local: () => {
        asked.push('local');
        return own.local();
      },
      at: (consistency) => {
        asked.push(consistency);
        return own.at(consistency);
      },
    };
    const latest = { kind: 'latest' } as const;
    await guardOf({ pdp })('ada', FRONT);
    await guardOf({ pdp, consistency: () => ({ kind: 'local' }) })('ada', FRONT);
    await guardOf({ pdp, consistency: async () => latest })('ada', FRONT);
    expect(asked).toEqual(['local', 'local', latest]);
  });

  test('is waited for until the deadline, and no longer', async () => {
    const controller = new AbortController();
    const at: Pdp['at'] = (_, signal) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () =>
          resolve({ ok: false, code: 'stale', detail: 'too late' }),
        );
        controller.abort();
      });
    const judged = await guardOf({
      pdp: { ...contractPdp(), at },
      consistency: () => ({ kind: 'latest' }),
      deadline: () => controller.signal,
    })('ada', FRONT);
    expect(judged).toMatchObject({ kind: 'refusal', status: 503, code: 'stale' });
  });

  test.each([
    ['not_ready', 503],
    ['stale', 503],
    ['token_unknown', 400],
    ['not_retained', 409],
  ] as const)('refuses where there is none: %s', async (code: ViewCode, status) => {
    const at: Pdp['at'] = async () => ({ ok: false, code, detail: '' });
    const judged = await guardOf({
      pdp: { ...contractPdp(), at },
      consistency: () => ({ kind: 'atLeast', token: 'from the request' }),
    })('ada', FRONT);
    expect(judged).toMatchObject({ kind: 'refusal', status, code, problem: { status, code } });
  });
});

test('a caller is asked for last whether he is still there', async () => {
  const order: string[] = [];
  const watcher = { decided: () => void order.push('decided') };
  const judged = await guardOf({ watcher })('ada', FRONT, () => {
    order.push('gone');
    return true;
  });
  expect(order).toEqual(['decided', 'gone']);
  expect(judged).toMatchObject({ kind: 'refusal', code: 'gone' });
  const failing = await guardOf()('ada', FRONT, () => {
    throw new Error('no socket');
  });
  expect(failing).toMatchObject({ kind: 'refusal', status: 500 });
});

test('a fault keeps what was thrown as its cause, and says nothing of it', async () => {
  const cause = new Error('secret');
  const judged = await guardOf({ subject: () => Promise.reject(cause) })('ada', FRONT);
  const { fault } = judged as { fault: AccessFault };
  expect([fault.cause, fault.status, fault.statusCode]).toEqual([cause, 500, 500]);
  expect(fault.message).not.toContain('secret');
});

test('facts of a route win over those of the service, and neither sets the time', async () => {
  const asked: unknown[] = [];
  const own = contractPdp();
  const local: Pdp['local'] = () => {
    const view = own.local();
    if (!view.ok) return view;
    const decide = (request: Parameters<typeof view.value.decide>[0]) => {
      asked.push(request.context);
      return view.value.decide(request);
    };
    return { ok: true, value: { ...view.value, decide } };
  };
  const facts = () => ({ method: 'tap', device: 'phone', time: 0 });
  const guard = guardOf({ pdp: { ...own, local }, facts });
  await guard('ada', { ...FRONT, facts: async () => ({ method: 'remote', time: 1 }) });
  expect(asked).toEqual([{ method: 'remote', device: 'phone', time: NOON }]);
});

test.each([
  ['a decision point', { pdp: undefined }],
  ['a way to know who asks', { subject: undefined }],
])('a guard without %s is not made', (_, parts) => {
  expect(() => guardOf(parts as never)).toThrow(TypeError);
});

describe('a span of the watcher', () => {
  const work = () => {
    let runs = 0;
    return { run: () => ++runs, runs: () => runs };
  };

  test.each([
    ['twice', <T>(_: string, run: () => T) => [run(), run()][0] as T],
    ['not at all', <T>() => undefined as T],
    [
      'and then throws',
      <T>(_: string, run: () => T): T => {
        run();
        throw new Error('late');
      },
    ],
    [
      'after it has thrown',
      <T>(): T => {
        throw new Error('early');
      },
    ],
  ])('that runs its work %s has it run once', (_, within) => {
    const one = work();
    expect(withinSpan({ within }, one.run)).toBe(1);
    expect(one.runs()).toBe(1);
  });

  test('hands on what the work throws, and waits for nothing it starts itself', async () => {
    const thrown = new Error('of the work');
    const fail = () => {
      throw thrown;
    };
    expect(() => withinSpan({ within: (_, run) => run() }, fail)).toThrow(thrown);
    // A span that is itself a promise and fails must not end the process.
    const within = <T>(_: string, run: () => T) =>
      Promise.resolve(run()).then(() => Promise.reject(new Error('of the span'))) as T;
    expect(withinSpan({ within }, () => 7)).toBe(7);
    await new Promise((resolve) => setImmediate(resolve));
  });
});
