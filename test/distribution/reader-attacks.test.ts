/** What a hostile or broken source, carrier or clock might do to a reader. */
import { describe, expect, test } from 'vitest';
import { ageOf } from '../../src/distribution/freshness.js';
import type { Delta } from '../../src/distribution/message.js';
import { parseMessage } from '../../src/distribution/parse-message.js';
import {
  newReader,
  PARKED_MAX,
  type ReaderState,
  type ReaderStep,
} from '../../src/distribution/reader.js';
import {
  receiveDelta,
  receiveHeartbeat,
  receiveSnapshot,
  SKEW_MS,
} from '../../src/distribution/receive.js';
import { Source, type Write } from './feed-model.js';

const NOW = 1_000_000_000;
const SEALED = new Uint8Array(1);

function begun(source: Source, state: ReaderState = newReader('org', '')): ReaderState {
  return receiveSnapshot(state, source.snapshotHead(NOW), source.head.engine, NOW).state;
}

/** The delta of a write. */
function written(source: Source, write: Write): Delta {
  source.write(write);
  return { ...(source.head.delta as Delta), at: NOW };
}

function hear(state: ReaderState, delta: Delta): ReaderStep {
  return receiveDelta(state, delta, SEALED, NOW);
}

function can(state: ReaderState, user: string, door: string): boolean | undefined {
  return state.engine?.can(user, 'unlock', door, { time: '2026-03-02T12:00:00Z' });
}

/** One change after the other that takes nothing away in the end. */
function* lockings(): Generator<Write, never> {
  for (;;) {
    yield { kind: 'lock_down', door: 1 };
    yield { kind: 'lift', door: 1 };
  }
}

describe('a gap', () => {
  test('wider than what is kept above it is closed all the same', () => {
    const source = new Source();
    let state = begun(source);
    const missing = written(source, { kind: 'end', user: 1, group: 0 });
    for (const write of lockings()) {
      state = hear(state, written(source, write)).state;
      if (source.head.position.revision > PARKED_MAX + 10) break;
    }
    expect(state.parked.size).toBe(PARKED_MAX);
    state = hear(state, missing).state;
    expect(state.position?.revision).toBe(PARKED_MAX + 2);
    expect(state.parked.size).toBe(0);
  });
});

describe('removals', () => {
  test('that are too many to remember one by one close everything until the newest is reached', () => {
    const source = new Source();
    let state = begun(source);
    const deltas = [written(source, { kind: 'grant', user: 2, group: 0 })];
    for (let times = 0; times < 1001; times++) {
      deltas.push(written(source, { kind: 'end', user: 2, group: 0 }));
      deltas.push(written(source, { kind: 'grant', user: 2, group: 0 }));
    }
    for (const delta of deltas.slice(1)) state = hear(state, delta).state;
    expect(state.withdrawn.length).toBeLessThan(1000);
    expect(can(state, 'ada', 'front')).toBe(false);
    for (const delta of deltas) {
      expect(can(state, 'ada', 'front')).toBe(false);
      state = hear(state, delta).state;
      if (state.withdrawn.length === 0) break;
    }
    expect(state.position?.revision).toBeGreaterThanOrEqual(1001);
    expect(can(state, 'ada', 'front')).toBe(true);
  });

  test('of which any part is not understood close everything', () => {
    const message = (withdraws: unknown) => {
      const delta = written(new Source(), { kind: 'end', user: 0, group: 0 });
      const parsed = parseMessage(JSON.parse(JSON.stringify({ ...delta, withdraws })));
      return parsed.ok && parsed.value.kind === 'delta' ? parsed.value.withdraws : parsed;
    };
    const known = [
      { members: [{ team: 'staff', users: ['bob'], teams: [] }] },
      { openings: [{ group: 'all', doors: ['front'] }] },
      { calendars: [{ calendar: 'c', dates: ['2026-01-01'] }] },
    ];
    for (const one of known) expect(message(one)).toEqual(one);
    const strange = [
      { members: [{ id: 'staff', users: ['bob'] }] },
      { members: [{ team: 'staff', links: ['bob'] }] },
      { openings: [{ group: 'all', floors: ['1'] }] },
      { openings: [{ team: 'all', doors: ['front'] }] },
      { calendars: [{ calendar: 'c', dates: [], from: '2026-01-01' }] },
      { members: [null] },
      { people: ['bob'] },
      { users: ['no id'] },
    ];
    for (const one of strange)
      expect(message(one), JSON.stringify(one)).toEqual({ everything: true });
  });
});

describe('two histories of one epoch', () => {
  /** Each history's third revision takes something else away. */
  const forked = () => {
    const source = new Source();
    const start = begun(source);
    written(source, { kind: 'grant', user: 2, group: 0 });
    const one = written(source, { kind: 'end', user: 0, group: 0 });
    source.restore(1, false);
    const two = written(source, { kind: 'deactivate', user: 1 });
    expect(two.revision).toBe(one.revision);
    return { start, one, two, source };
  };

  test('both take away what they take away, though under one revision', () => {
    const { start, one, two } = forked();
    const state = hear(hear(start, one).state, two).state;
    expect(ageOf(state, NOW)).toBe(Infinity);
    expect([can(state, 'ada', 'front'), can(state, 'bob', 'front')]).toEqual([false, false]);
  });

  test('a removal that is heard of once more is remembered once', () => {
    const { start, one } = forked();
    const heard = hear(start, one).state;
    const again = hear(heard, one).state;
    expect(again.withdrawn).toBe(heard.withdrawn);
    expect(again.engine).toBe(heard.engine);
  });

  test('of an older epoch too are not made one by two of a newer', () => {
    const { start, one, two, source } = forked();
    let state = hear(hear(start, one).state, two).state;
    expect(ageOf(state, NOW)).toBe(Infinity);
    const newer = (delta: Delta, chain: string): Delta => ({ ...delta, epoch: 7, chain });
    state = hear(state, newer(one, 'a'.repeat(64))).state;
    state = hear(state, newer(one, 'b'.repeat(64))).state;
    expect(ageOf(state, NOW)).toBe(Infinity);
    // Neither a heartbeat nor a snapshot of an epoch up to there is believed.
    const beat = { ...source.heartbeat(NOW), ...start.position, withdrawn: [], withdrawnSince: 0 };
    state = receiveHeartbeat(state, beat, SEALED, NOW).state;
    expect(ageOf(state, NOW)).toBe(Infinity);
    state = receiveSnapshot(state, source.snapshotHead(NOW), source.head.engine, NOW).state;
    expect(state.position).toEqual(start.position);
    source.epoch = 7;
    source.restore(0, true);
    expect(ageOf(begun(source, state), NOW)).toBe(0);
  });

  test('are seen where a snapshot is of another history than the newest heartbeat', () => {
    const source = new Source();
    let state = begun(source);
    written(source, { kind: 'end', user: 0, group: 0 });
    state = receiveHeartbeat(state, source.heartbeat(NOW), SEALED, NOW).state;
    source.restore(1, false);
    written(source, { kind: 'end', user: 1, group: 0 });
    const step = receiveSnapshot(state, source.snapshotHead(NOW), source.head.engine, NOW);
    expect(step.effects).toContainEqual(expect.objectContaining({ fault: 'fork' }));
    expect(ageOf(step.state, NOW)).toBe(Infinity);
  });
});

describe('a snapshot', () => {
  test('of a new epoch is not made fresh by what was heard of the old one', () => {
    const source = new Source();
    const state = begun(source);
    source.restore(0, true);
    const { engine } = source.head;
    const old = receiveSnapshot(state, source.snapshotHead(NOW - 50_000), engine, NOW).state;
    expect(ageOf(old, NOW)).toBe(50_000);
    const future = source.snapshotHead(NOW + 2 * SKEW_MS);
    expect(ageOf(receiveSnapshot(state, future, engine, NOW).state, NOW)).toBe(Infinity);
  });
});
