import { describe, expect, test } from 'vitest';
import type { PdpStatus } from '../../src/adapters/pdp/pdp.js';
import type { DecisionTold } from '../../src/adapters/pdp/telling.js';
import { boundedLabel } from '../../src/adapters/server/bounded-label.js';
import { lineLogger } from '../../src/adapters/server/line-logger.js';
import { serverMetrics } from '../../src/adapters/server/metrics.js';
import { watchersTogether } from '../../src/adapters/server/watchers-together.js';

const STATUS: PdpStatus = { ready: true, revision: 7, behindSeconds: 1.5, faults: [] };
const measured = (status: Partial<PdpStatus> = {}) =>
  serverMetrics({ pdp: { status: () => ({ ...STATUS, ...status }) }, process: false });

const told = (more: Partial<DecisionTold> = {}, reason = 'granted'): DecisionTold => ({
  action: 'unlock',
  resource: { type: 'door', id: 'door-of-somebody' },
  milliseconds: 0.02,
  via: 'authzen',
  decided: {
    decision: reason === 'granted',
    context: {
      reason: reason as 'granted',
      reasons: [],
      grants: ['grant-of-somebody'],
      revision: 7,
    },
  },
  ...more,
});

/** Samples without their help, one a line. */
const samples = async ({ text }: { text(): Promise<string> }) =>
  (await text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('metrics', () => {
  test('count decisions by result, reason, action and way, and show no door', async () => {
    const metrics = await measured();
    for (const reason of ['granted', 'granted', 'schedule'])
      metrics.watcher.decided?.(told({}, reason));
    const lines = await samples(metrics);
    expect(lines).toContain(
      'doorwright_decisions_total{result="permit",reason="granted",action="unlock",via="authzen"} 2',
    );
    expect(lines).toContain(
      'doorwright_decisions_total{result="deny",reason="schedule",action="unlock",via="authzen"} 1',
    );
    expect(lines).toContain('doorwright_decision_seconds_bucket{le="0.00001"} 0');
    expect(lines).toContain('doorwright_decision_seconds_bucket{le="0.000025"} 3');
    expect(lines.join('\n')).not.toContain('somebody');
  });

  test('count requests and how long they took', async () => {
    const metrics = await measured();
    const route = '/access/v1/evaluation';
    for (const status of [200, 200, 401]) {
      metrics.watcher.exchanged?.({ route, method: 'POST', status, milliseconds: 2 });
    }
    const lines = await samples(metrics);
    expect(lines).toContain(
      `doorwright_http_requests_total{route="${route}",method="POST",status="200"} 2`,
    );
    expect(lines).toContain(`doorwright_http_request_seconds_count{route="${route}"} 3`);
  });

  test('show how the decision point stands, at the moment of asking', async () => {
    const lines = await samples(await measured({ faults: ['stale', 'store_unavailable'] }));
    expect(lines).toEqual(
      expect.arrayContaining([
        'doorwright_ready 1',
        'doorwright_policy_revision 7',
        'doorwright_source_behind_seconds 1.5',
        'doorwright_fault{fault="stale"} 1',
        'doorwright_fault{fault="store_unavailable"} 1',
      ]),
    );
    const unready = await samples(
      await measured({ ready: false, revision: null, behindSeconds: null }),
    );
    expect(unready).toEqual(
      expect.arrayContaining(['doorwright_ready 0', 'doorwright_policy_revision Nan']),
    );
  });

  test('count reloads, from nought on', async () => {
    const metrics = await measured();
    expect(await samples(metrics)).toContain('doorwright_policy_reloads_total{result="ok"} 0');
    for (const result of ['ok', 'invalid', 'invalid']) metrics.reloaded(result);
    const lines = await samples(metrics);
    expect(lines).toContain('doorwright_policy_reloads_total{result="ok"} 1');
    expect(lines).toContain('doorwright_policy_reloads_total{result="invalid"} 2');
  });

  test('stay few, whatever clients send', async () => {
    const metrics = await measured();
    for (let number = 0; number < 5_000; number++) {
      metrics.watcher.decided?.(told({ action: `action-${number}`, via: `via-${number}` }));
      const wild = { route: `/r/${number}`, method: `M${number}`, status: 200 + (number % 3) };
      metrics.watcher.exchanged?.({ ...wild, milliseconds: 1 });
    }
    expect((await samples(metrics)).length).toBeLessThan(3_000);
  });

  test('of the process are there unless they are not wanted', async () => {
    const metrics = await serverMetrics({ pdp: { status: () => STATUS } });
    expect(await metrics.text()).toContain('nodejs_eventloop_lag_seconds');
    expect(await (await measured()).text()).not.toContain('nodejs_');
  });
});

test('an action that nobody knows takes the place of none that is', async () => {
  const metrics = await measured();
  for (let number = 0; number < 100; number++) {
    metrics.watcher.decided?.(told({ action: `made-up-${number}` }, 'action_unknown'));
  }
  metrics.watcher.decided?.(told());
  const lines = await samples(metrics);
  expect(lines).toContain(
    'doorwright_decisions_total{result="permit",reason="granted",action="unlock",via="authzen"} 1',
  );
  expect(lines.join('\n')).not.toContain('made-up');
});

test('of several watchers each is told, whatever another throws', () => {
  const heard: string[] = [];
  const fail = () => {
    throw new Error('no');
  };
  const listener = { decided: () => heard.push('d'), exchanged: () => heard.push('e') };
  const within = <T>(name: string, work: () => T) => {
    heard.push(name);
    return work();
  };
  const all = watchersTogether([{ decided: fail, exchanged: fail }, listener, { within }]);
  all.decided?.(told());
  all.exchanged?.({ route: '/', method: 'GET', status: 200, milliseconds: 1 });
  expect(all.within?.('span', () => 7)).toBe(7);
  expect(heard).toEqual(['d', 'e', 'span']);
  expect(watchersTogether([listener]).within).toBeUndefined();
});

test('a label keeps the first values, and plain words alone', () => {
  const label = boundedLabel(2);
  expect(['a', 'b', 'c', 'a', 'b', ''].map(label)).toEqual(['a', 'b', 'other', 'a', 'b', 'other']);
  expect(boundedLabel(9)('ann@example.org')).toBe('other');
  expect(boundedLabel(9)('x'.repeat(129))).toBe('other');
});

describe('a log', () => {
  const logged = (options: object, ...fields: object[]) => {
    const lines: string[] = [];
    const logger = lineLogger({
      format: 'json',
      write: (line) => lines.push(line),
      now: () => 0,
      ...options,
    });
    for (const one of fields) logger.info({ ...one }, 'said');
    logger.debug({}, 'quiet');
    return lines;
  };

  test('in JSON is one object a line', () => {
    const [line, ...rest] = logged({}, { a: 1, b: 'x\ny' });
    expect(rest).toEqual([]);
    expect(JSON.parse(line ?? '')).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      msg: 'said',
      a: 1,
      b: 'x\ny',
    });
  });

  test('in words lets no value begin a line of its own', () => {
    expect(logged({ format: 'text' }, { a: 'b', c: 'x\n2026 info  forged' })).toEqual([
      '1970-01-01T00:00:00.000Z info  said a=b c="x\\n2026 info  forged"\n',
    ]);
  });

  test('writes from its level on, and survives whoever cannot write', () => {
    expect(logged({ level: 'warn' }, {})).toEqual([]);
    expect(logged({ level: 'debug' }, {})).toHaveLength(2);
    const broken = () => {
      throw new Error('closed');
    };
    expect(() => logged({ write: broken }, {})).not.toThrow();
  });
});
