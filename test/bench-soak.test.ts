import { describe, expect, test } from 'vitest';
import { judgeHeap, slopeOf, strangeAnswers, type Trough } from '../bench/soak/judge.js';
import type { Soak } from '../bench/soak/measure.js';
import { readSample } from '../bench/soak/metrics.js';
import { soakText, verdictOf } from '../bench/soak/verdict.js';

const MEGA = 1_000_000;

/** Ten minutes, one trough each. */
function troughs(bytesOf: (minute: number) => number): Trough[] {
  return Array.from({ length: 10 }, (_, index) => ({
    minute: index + 1,
    bytes: bytesOf(index + 1),
  }));
}

describe('memory is flat', () => {
  test('when troughs scatter about one size', () => {
    const verdict = judgeHeap(troughs((minute) => 60 * MEGA + (minute % 2) * 200_000));
    expect(verdict.kind).toBe('flat');
    expect(Math.abs(verdict.growthBytes)).toBeLessThan(MEGA);
  });

  test('when it grows in the first third alone: caches fill', () => {
    const filling = troughs((minute) => 60 * MEGA + Math.min(minute, 3) * 10 * MEGA);
    expect(judgeHeap(filling).kind).toBe('flat');
  });

  test('when one window was measured while a policy was compiled', () => {
    const one = troughs((minute) => (minute === 9 ? 95 : 60) * MEGA);
    expect(judgeHeap(one)).toMatchObject({ kind: 'flat', bytesPerMinute: 0 });
  });

  test('when it shrinks', () => {
    expect(judgeHeap(troughs((minute) => 90 * MEGA - minute * MEGA)).kind).toBe('flat');
  });
});

describe('memory grows', () => {
  test('by one per cent of its size a minute, however small that is', () => {
    const small = judgeHeap(troughs((minute) => 10 * MEGA + minute * 120_000));
    expect(small.kind).toBe('grows');
    expect(small.growthBytes).toBeLessThan(5 * MEGA);
  });

  test('by five megabytes in all, however large the process is', () => {
    const large = judgeHeap(troughs((minute) => 900 * MEGA + minute * MEGA));
    expect(large.kind).toBe('grows');
    expect(large.shareAMinute).toBeLessThan(0.01);
  });

  test('also behind a scatter that is larger than the growth of a minute', () => {
    const leak = troughs((minute) => 60 * MEGA + minute * MEGA + (minute % 3) * 2 * MEGA);
    expect(judgeHeap(leak).kind).toBe('grows');
  });
});

test('memory of a run that is too short is not judged, whatever it does', () => {
  const short = troughs((minute) => 60 * MEGA * minute).map(({ minute, bytes }) => ({
    minute: minute / 10,
    bytes,
  }));
  expect(judgeHeap(short).kind).toBe('too_short');
  expect(judgeHeap([]).kind).toBe('too_short');
});

test('a slope is in bytes a minute, also where windows are of unlike length', () => {
  const points = [1, 2, 4, 8].map((minute) => ({ minute, bytes: 7 * minute + 3 }));
  expect(slopeOf(points)).toBe(7);
  expect(slopeOf(points.slice(0, 1))).toBe(0);
});

describe('answers of refusal', () => {
  test('are as they were provoked, and permits are none of them', () => {
    const given = new Map([
      [200, 9000],
      [401, 2],
    ]);
    expect(strangeAnswers(given, new Map([[401, 2]]), new Map())).toEqual([]);
  });

  test('of before the load are not counted', () => {
    const before = new Map([[503, 5]]);
    expect(strangeAnswers(before, new Map(), before)).toEqual([]);
    expect(strangeAnswers(new Map([[503, 6]]), new Map(), before)).toHaveLength(1);
  });

  test('are strange when there are more, fewer or others', () => {
    const given = new Map([
      [400, 3],
      [503, 1],
    ]);
    const provoked = new Map([
      [400, 2],
      [413, 1],
    ]);
    expect(strangeAnswers(given, provoked, new Map())).toEqual([
      '3 answers of 400, 2 were provoked',
      '0 answers of 413, 1 were provoked',
      '1 answers of 503, 0 were provoked',
    ]);
  });
});

const METRICS = `# HELP nodejs_heap_size_used_bytes Process heap size used from Node.js in bytes.
nodejs_heap_size_used_bytes 65012345
process_resident_memory_bytes 1.9e+8
doorwright_http_requests_total{route="evaluation",method="POST",status="200"} 40
doorwright_http_requests_total{route="search_resource",method="POST",status="200"} 2
doorwright_http_requests_total{route="*",method="POST",status="404"} 1
doorwright_policy_reloads_total{result="ok"} 4
doorwright_policy_reloads_total{result="invalid"} 7
`;

describe('a look at /metrics', () => {
  test('adds up requests by status over routes', () => {
    expect(readSample(METRICS)).toEqual({
      heapBytes: 65_012_345,
      residentBytes: 1.9e8,
      statuses: new Map([
        [200, 42],
        [404, 1],
      ]),
      reloads: 4,
    });
  });

  test('fails where a figure of memory is missing', () => {
    expect(() => readSample(METRICS.replace(/^nodejs.*$/mu, ''))).toThrow('nodejs_heap_size');
  });
});

describe('a soak in words', () => {
  const soaked = (bytesOf: (minute: number) => number, complaints: string[] = []): Soak => {
    const points = troughs(bytesOf);
    const sample = readSample(METRICS);
    const steady = { perSecond: 4000, seconds: 60, p50: 2, p99: 9, failed: 0 };
    const windows = points.map(({ minute, bytes }) => {
      const live = new Map([['server', bytes]]);
      return { ...steady, minute, live, sample };
    });
    const heaps = new Map([['server', judgeHeap(points)]]);
    return { maximum: 5000, windows, complaints, heaps };
  };

  test('is good when memory is flat and nothing failed', () => {
    const verdict = verdictOf(soaked(() => 60 * MEGA));
    expect(verdict.isGood).toBe(true);
    expect(verdict.text).toContain('server: memory is flat: 0 kB a minute');
  });

  test('is not good when memory grows, when anything failed, or when nothing was measured', () => {
    expect(verdictOf(soaked((minute) => minute * MEGA))).toMatchObject({ isGood: false });
    const failed = verdictOf(soaked(() => 60 * MEGA, ['lost', 'lost']));
    expect(failed.isGood).toBe(false);
    expect(failed.text).toContain('FAILED 2 ×: lost');
    const nothing: Soak = { maximum: 0, windows: [], complaints: [], heaps: new Map() };
    expect(verdictOf(nothing).isGood).toBe(false);
  });

  test('has a row for each window, also when it was interrupted before the first', () => {
    const told = { isFeed: false, changed: 3 };
    const text = soakText(
      soaked(() => 60 * MEGA),
      told,
    );
    expect(text.split('\n').filter((line) => line.includes('60.0 MB'))).toHaveLength(10);
    const none: Soak = { maximum: 0, windows: [], complaints: [], heaps: new Map() };
    expect(soakText(none, told)).toContain('minute');
  });
});
