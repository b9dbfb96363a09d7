/** A soak in words: its table, and whether it was good. */
import { SERVE_WORLD } from '../serve/questions.js';
import { tableText } from '../table.js';
import { GROWTH_BYTES_MAX, SHARE_A_MINUTE_MAX } from './judge.js';
import type { Soak } from './measure.js';

/** What was soaked. */
export interface Soaked {
  readonly isFeed: boolean;
  /** Changes of the policy. */
  readonly changed: number;
}

/** The table: a row for each window. */
export function soakText(soak: Soak, { isFeed, changed }: Soaked): string {
  const names = [...(soak.windows[0]?.live.keys() ?? [])];
  const what = isFeed ? 'a feed, its consumer asked' : 'a policy file';
  return tableText({
    id: 'soak',
    title: `World ${SERVE_WORLD} by ${what}: ${Math.round(soak.maximum)} requests/s at most`,
    columns: [
      { key: 'minute', title: 'minute', unit: 'text' },
      { key: 'perSecond', title: 'requests/s', unit: 'count' },
      { key: 'p50', title: 'p50', unit: 'milliseconds' },
      { key: 'p99', title: 'p99', unit: 'milliseconds' },
      ...names.map((name) => ({ key: name, title: `${name}, in use`, unit: 'bytes' as const })),
      { key: 'heap', title: 'heap', unit: 'bytes' },
      { key: 'resident', title: 'resident', unit: 'bytes' },
      { key: 'failed', title: 'failed', unit: 'count' },
    ],
    rows: soak.windows.map(({ minute, perSecond, p50, p99, live, sample, failed }) => ({
      minute: minute.toFixed(1),
      perSecond: Math.round(perSecond),
      p50,
      p99,
      ...Object.fromEntries(live),
      heap: sample.heapBytes,
      resident: sample.residentBytes,
      failed,
    })),
    notes: [
      `${changed} changes of the policy; every two seconds one of: a change, another token, a search, a batch of 1 000, a bad request`,
      'in use: least of the window after forced collections, heap and what hangs on it; heap and resident: /metrics of the one that is asked',
      'latencies count from when a request was due; reloads and forced collections are in them',
    ],
  });
}

/** Whether memory is flat and nothing failed. */
export function verdictOf({ heaps, complaints, windows }: Soak): {
  readonly isGood: boolean;
  readonly text: string;
} {
  const lines = [...heaps].map(([name, { kind, bytesPerMinute, growthBytes, shareAMinute }]) => {
    if (kind === 'too_short') return `${name}: too short to tell whether memory grows`;
    const figures = `${kilo(bytesPerMinute)} a minute (${(shareAMinute * 100).toFixed(2)} %), ${kilo(growthBytes)} in all`;
    return `${name}: memory ${kind === 'flat' ? 'is flat' : 'GROWS'}: ${figures}`;
  });
  const bound = `flat: less than ${SHARE_A_MINUTE_MAX * 100} % a minute and ${kilo(GROWTH_BYTES_MAX)} in all, over the last two thirds`;
  const failures = complaints.length === 0 ? ['nothing failed'] : unlike(complaints);
  const grows = [...heaps.values()].some(({ kind }) => kind === 'grows');
  const isGood = windows.length > 0 && heaps.size > 0 && !grows && complaints.length === 0;
  return { isGood, text: [...lines, `  ${bound}`, ...failures].join('\n') };
}

/** Complaints, each once with how often. */
function unlike(complaints: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of complaints) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => `FAILED ${count} ×: ${text}`);
}

function kilo(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
