/**
 * The property at the end of docs/decisions.md about hosts. A file of its own, since it changes the zone of the process, which a
 * thread cannot: where tests run in threads, as those that judge mutants do, it cannot be asked.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';

describe('hosts', () => {
  const home = process.env['TZ'];

  afterEach(() => {
    vi.useRealTimers();
    if (home === undefined) delete process.env['TZ'];
    else process.env['TZ'] = home;
  });

  test('neither the zone of the host nor its date changes an answer', () => {
    const hosts = [
      { zone: 'UTC', now: '2026-01-15T12:00:00Z' },
      { zone: 'Pacific/Apia', now: '2026-07-15T12:00:00Z' },
      { zone: 'America/New_York', now: '2026-11-01T05:30:00Z' },
      { zone: 'Australia/Lord_Howe', now: '2026-04-04T15:15:00Z' },
    ];
    const offsets = new Set<number>();
    const answers = hosts.map(({ zone, now }) => {
      process.env['TZ'] = zone;
      vi.useFakeTimers({ now: Date.parse(now), toFake: ['Date'] });
      offsets.add(new Date().getTimezoneOffset());
      const given: unknown[] = [];
      overWorlds(25, 10, ({ policy, requests }) => {
        const engine = compilePolicy(policy);
        for (const request of requests)
          given.push(answerOf(() => engine.decide(request, { validUntil: true })));
      });
      vi.useRealTimers();
      return given;
    });
    // The switch of zones is real, or the test would prove nothing.
    expect(offsets.size).toBe(4);
    for (const other of answers.slice(1)) expect(other).toEqual(answers[0]);
  });
});
