/** Readers of a feed under carriers that lose, repeat and reorder, disks that are put back, and clocks that jump. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ageOf, faultsOf } from '../../src/distribution/freshness.js';
import type { FeedMessage } from '../../src/distribution/message.js';
import { newReader, type ReaderState, type ReaderStep } from '../../src/distribution/reader.js';
import {
  receiveDelta,
  receiveHeartbeat,
  receiveSnapshot,
  SKEW_MS,
} from '../../src/distribution/receive.js';
import type { Engine } from '../../src/engine/engine.js';
import type { Policy } from '../../src/policy/document.js';
import { runs } from '../helpers/runs.js';
import { referenceDecide } from '../reference/decide.js';
import { QUESTIONS, Source, type Told, type Write, without } from './feed-model.js';

const SEALED = new Uint8Array(1);

/** A snapshot in flight: what the head says, and the engine its body would compile to. */
interface Sent {
  readonly message: FeedMessage;
  readonly engine?: Engine;
  /** The revisions of which it tells what was taken away. */
  readonly tells: readonly Told[];
}

/** A reader with what its disk holds, and what the test knows that it heard. */
class World {
  readonly source = new Source();
  /** Everything ever sent, for delivery in any order. */
  readonly sent: Sent[] = [];
  /** Every revision that ever was, by its chain. */
  readonly history = new Map<string, Told>();
  /** What this reader, or the one before it on the same disk, heard of. */
  heard = new Set<Told>();
  now = 1_000_000_000;
  reader: ReaderState = newReader('org', '');
  /** Messages taken since the last snapshot, with the snapshot first: what a disk keeps. */
  disk: Sent[] = [];
  oldDisk: Sent[] = [];

  constructor() {
    this.#remember();
  }

  write(write: Write): void {
    const before = this.source.told.length;
    this.source.write(write);
    if (this.source.told.length === before) return;
    this.#remember();
    const { delta } = this.source.head;
    if (delta === undefined) return;
    this.sent.push({ message: { ...delta, at: this.now }, tells: [this.source.head] });
  }

  heartbeat(): void {
    const message = this.source.heartbeat(this.now);
    const revisions = message.withdrawn.map(({ revision }) => revision);
    const tells = this.source.told.filter(({ position }) => revisions.includes(position.revision));
    this.sent.push({ message, tells });
  }

  snapshot(): void {
    const message = this.source.snapshotHead(this.now);
    this.sent.push({ message, engine: this.source.head.engine, tells: [] });
  }

  restoreSource(back: number, isHonest: boolean): void {
    this.source.restore(back, isHonest);
    this.#remember();
  }

  deliver(sent: Sent): ReaderStep {
    const step = stepOf(this.reader, sent, this.now);
    for (const told of sent.tells) this.heard.add(told);
    const isKept = step.effects.some(({ kind }) => kind === 'keep');
    const isSnapshot = sent.message.kind === 'snapshot' && step.state.base !== this.reader.base;
    if (isKept || isSnapshot) this.disk.push(sent);
    this.reader = step.state;
    return step;
  }

  /** The process ends; the next one starts from a disk. */
  crash(disk: readonly Sent[] = this.disk): void {
    // An old disk knows what it heard of; the newest must know all.
    if (disk !== this.disk) this.heard = new Set(disk.flatMap(({ tells }) => tells));
    this.disk = [...disk];
    this.reader = newReader('org', '');
    for (const sent of disk) {
      const time = Math.max(sent.message.at, this.reader.passed);
      this.reader = stepOf(this.reader, sent, time).state;
    }
  }

  /** The policy that the reader may at most decide by: its revision's, less what it heard was taken away later. */
  permittedPolicy(): Policy | undefined {
    const { position } = this.reader;
    if (position === undefined) return undefined;
    let policy = this.history.get(position.chain)?.policy;
    for (const { position: at, write } of this.heard) {
      const isNewer =
        at.epoch > position.epoch ||
        (at.epoch === position.epoch && at.revision > position.revision);
      if (isNewer && policy !== undefined && write !== undefined) policy = without(policy, write);
    }
    return policy;
  }

  #remember(): void {
    const { head } = this.source;
    this.history.set(head.position.chain, head);
  }
}

function stepOf(state: ReaderState, { message, engine }: Sent, now: number): ReaderStep {
  switch (message.kind) {
    case 'delta':
      return receiveDelta(state, message, SEALED, now);
    case 'heartbeat':
      return receiveHeartbeat(state, message, SEALED, now);
    case 'snapshot':
      return receiveSnapshot(state, message, engine as Engine, now);
  }
}

const user = fc.nat(2);
const one = fc.nat(1);
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constantFrom('grant', 'grant', 'end'), user, group: one }),
  fc.record({ kind: fc.constantFrom('deactivate', 'activate'), user }),
  fc.record({ kind: fc.constantFrom('lock_down', 'lift', 'restrict', 'relax'), door: one }),
  fc.record({ kind: fc.constantFrom('add', 'take_out'), group: one, door: one }),
  fc.record({ kind: fc.constantFrom('disable', 'enable'), group: one }),
);
type Event =
  | { readonly kind: 'write'; readonly write: Write }
  | { readonly kind: 'heartbeat' | 'snapshot' | 'crash' | 'save_disk' | 'old_disk' }
  | { readonly kind: 'deliver'; readonly which: number }
  | { readonly kind: 'next' }
  | { readonly kind: 'restore_source'; readonly back: number; readonly isHonest: boolean }
  | { readonly kind: 'clock'; readonly by: number };
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('write'), write }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('heartbeat', 'snapshot') }) },
  // Out of order, again, or never: any message ever sent, counted from the newest.
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('deliver'), which: fc.nat(12) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('next') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('crash', 'save_disk', 'old_disk') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restore_source'),
      back: fc.nat(3),
      isHonest: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('clock'),
      by: fc.constantFrom(1, 5000, SKEW_MS * 3, -5000, -SKEW_MS * 3),
    }),
  },
) as fc.Arbitrary<Event>;

function play(world: World, played: Event): void {
  switch (played.kind) {
    case 'write':
      world.write(played.write);
      return;
    case 'heartbeat':
      world.heartbeat();
      return;
    case 'snapshot':
      world.snapshot();
      return;
    case 'crash':
      world.crash();
      return;
    case 'save_disk':
      world.oldDisk = [...world.disk];
      return;
    case 'old_disk':
      world.crash(world.oldDisk);
      return;
    case 'deliver': {
      const sent = world.sent.at(-1 - played.which);
      if (sent !== undefined) world.deliver(sent);
      return;
    }
    case 'next': {
      const wanted = (world.reader.position?.revision ?? 0) + 1;
      const sent = world.sent.find(
        ({ message }) => message.kind === 'delta' && message.revision === wanted,
      );
      if (sent !== undefined) world.deliver(sent);
      return;
    }
    case 'restore_source':
      world.restoreSource(played.back, played.isHonest);
      return;
    case 'clock':
      world.now += played.by;
      return;
  }
}

/** How often something that must be able to happen did. */
const seen = { permits: 0, gaps: 0, withdrawn: 0, withheld: 0, restarts: 0, forks: 0, caughtUp: 0 };

function holds(world: World): void {
  const { engine, base, position } = world.reader;
  const most = world.permittedPolicy();
  if (engine === undefined || base === undefined || most === undefined) return;
  if (world.reader.withdrawn.length > 0) seen.withdrawn += 1;
  for (const question of QUESTIONS) {
    const decided = engine.decide(question);
    const isPermitted = decided.decision;
    if (isPermitted) seen.permits += 1;
    else if (base.check(question)) seen.withheld += 1;
    const isTrue = referenceDecide(most, question).decision;
    expect(!isPermitted || isTrue, `${JSON.stringify(question)} at ${position?.revision}`).toBe(
      true,
    );
    // Nothing newer was heard of: then the answer is the source's own.
    if (engine === base) expect(isPermitted).toBe(isTrue);
  }
}

describe('a reader', () => {
  test('permits at most what the source permitted at its revision, less every newer removal it heard of', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 10, maxLength: 60 }), (events) => {
        const world = new World();
        world.snapshot();
        world.deliver(world.sent[0] as Sent);
        for (const each of events) {
          play(world, each);
          if (each.kind === 'old_disk' || each.kind === 'crash') seen.restarts += 1;
          const faults = faultsOf(world.reader, world.now);
          if (faults.includes('gap')) seen.gaps += 1;
          if (faults.includes('fork')) seen.forks += 1;
          holds(world);
        }
      }),
      { numRuns: runs(300), seed: 20_261_122 },
    );
    for (const [what, times] of Object.entries(seen)) {
      if (what !== 'caughtUp') expect(times, what).toBeGreaterThan(what === 'forks' ? 20 : 100);
    }
  }, 60_000);

  test('decides as its source once everything was delivered, in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(write, { minLength: 1, maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        (writes, order) => {
          const world = new World();
          world.snapshot();
          const [first] = world.sent.splice(0, 1);
          world.deliver(first as Sent);
          for (const each of writes) world.write(each);
          const left = [...world.sent];
          for (const draw of order) {
            if (left.length === 0) break;
            const [sent] = left.splice(draw % left.length, 1);
            world.deliver(sent as Sent);
            holds(world);
          }
          expect(world.reader.engine).toBe(world.reader.base);
          expect(world.reader.position).toEqual(world.source.head.position);
          seen.caughtUp += 1;
        },
      ),
      { numRuns: runs(150), seed: 20_261_122 },
    );
    expect(seen.caughtUp).toBeGreaterThan(100);
  }, 60_000);
});

describe('what speaks against knowledge', () => {
  const begun = () => {
    const world = new World();
    world.snapshot();
    world.deliver(world.sent[0] as Sent);
    return world;
  };
  const last = (world: World) => world.sent.at(-1) as Sent;
  const can = (world: World, user: string, door: string) =>
    world.reader.engine?.can(user, 'unlock', door, { time: '2026-03-02T12:00:00Z' });

  test('the new enemy: who was removed before the vault was given does not get in when only the later change comes', () => {
    const world = begun();
    world.write({ kind: 'end', user: 1, group: 0 });
    world.write({ kind: 'add', group: 0, door: 1 });
    world.deliver(last(world));
    expect(can(world, 'bob', 'vault')).toBe(false);
    expect(faultsOf(world.reader, world.now)).toEqual(['gap']);
    // Without waiting for what came between, the anomaly is there: this is what order prevents.
    const { delta } = world.source.head;
    const naive = world.reader.base?.apply({ ...delta?.changes, revision: 99 });
    expect(naive?.can('bob', 'unlock', 'vault', { time: '2026-03-02T12:00:00Z' })).toBe(true);
  });

  test('a lost removal is healed by the next heartbeat', () => {
    const world = begun();
    world.write({ kind: 'end', user: 1, group: 0 });
    expect(can(world, 'bob', 'front')).toBe(true);
    world.heartbeat();
    const { effects } = world.deliver(last(world));
    expect(can(world, 'bob', 'front')).toBe(false);
    expect(effects).toContainEqual({ kind: 'fetch', what: 'deltas' });
    // Nothing that was taken away is unknown, so knowledge is fresh although changes are missing.
    expect(ageOf(world.reader, world.now)).toBe(0);
  });

  test('a right that was given again stays away until the changes between are known', () => {
    const world = begun();
    world.write({ kind: 'end', user: 1, group: 0 });
    world.write({ kind: 'grant', user: 1, group: 0 });
    const [, ending, again] = world.sent as [Sent, Sent, Sent];
    world.deliver(ending);
    expect(can(world, 'bob', 'front')).toBe(false);
    world.deliver(again);
    expect(can(world, 'bob', 'front')).toBe(true);
  });

  test('a heartbeat that cannot name all removals since proves nothing', () => {
    const world = begun();
    const before = ageOf(world.reader, world.now + 60_000);
    for (let times = 0; times < 4; times++) {
      world.write({ kind: 'end', user: 1, group: 0 });
      world.write({ kind: 'grant', user: 1, group: 0 });
    }
    world.now += 30_000;
    world.heartbeat();
    world.deliver(last(world));
    expect(ageOf(world.reader, world.now + 30_000)).toBe(before);
  });

  test('knowledge grows old, and a heartbeat at the same position makes it new', () => {
    const world = begun();
    world.now += 90_000;
    expect(ageOf(world.reader, world.now)).toBe(90_000);
    world.heartbeat();
    world.deliver(last(world));
    expect(ageOf(world.reader, world.now)).toBe(0);
  });

  test('a heartbeat told again proves nothing', () => {
    const world = begun();
    world.now += 1000;
    world.heartbeat();
    const first = last(world);
    world.deliver(first);
    world.now += 1000;
    world.heartbeat();
    world.deliver(last(world));
    const { state, effects } = world.deliver(first);
    expect(state.heardAt).toBe(world.now);
    expect(effects).toContainEqual(expect.objectContaining({ fault: 'replay' }));
  });

  test('a heartbeat of later than the skew allows proves nothing, and takes away all the same', () => {
    const world = begun();
    world.write({ kind: 'end', user: 1, group: 0 });
    world.now += SKEW_MS * 2;
    world.heartbeat();
    world.now -= SKEW_MS * 2;
    const { effects } = world.deliver(last(world));
    expect(world.reader.heardAt).toBe(world.now);
    expect(effects).toContainEqual(expect.objectContaining({ fault: 'future' }));
    expect(can(world, 'bob', 'front')).toBe(false);
  });

  test('a clock that was set back is not believed', () => {
    const world = begun();
    world.now += 10 * SKEW_MS;
    world.heartbeat();
    world.deliver(last(world));
    expect(ageOf(world.reader, world.now - SKEW_MS)).toBe(0);
    expect(ageOf(world.reader, world.now - SKEW_MS - 1)).toBe(Infinity);
    expect(faultsOf(world.reader, world.now - SKEW_MS - 1)).toEqual(['clock']);
  });

  test('a second history under one epoch is a fork, and only a later epoch ends it', () => {
    const world = begun();
    world.write({ kind: 'end', user: 1, group: 0 });
    world.deliver(last(world));
    world.restoreSource(1, false);
    world.write({ kind: 'lock_down', door: 0 });
    const { effects } = world.deliver(last(world));
    expect(effects).toContainEqual(expect.objectContaining({ fault: 'fork' }));
    expect(ageOf(world.reader, world.now)).toBe(Infinity);
    world.snapshot();
    world.deliver(last(world));
    expect(ageOf(world.reader, world.now)).toBe(Infinity);
    world.restoreSource(0, true);
    world.snapshot();
    world.deliver(last(world));
    expect(faultsOf(world.reader, world.now)).toEqual([]);
    expect(ageOf(world.reader, world.now)).toBe(0);
    expect(can(world, 'bob', 'front')).toBe(false);
  });

  test('messages of an earlier epoch are passed over', () => {
    const world = begun();
    world.write({ kind: 'lock_down', door: 0 });
    const old = last(world);
    world.restoreSource(1, true);
    world.snapshot();
    world.deliver(last(world));
    const { state, effects } = world.deliver(old);
    expect(state.withdrawn).toEqual([]);
    expect(effects).toContainEqual(expect.objectContaining({ fault: 'replay' }));
  });

  test('a disk older than a witness knows of proves nothing until it has caught up', () => {
    const world = begun();
    world.reader = { ...world.reader, floor: { epoch: 1, revision: 2 } };
    expect(faultsOf(world.reader, world.now)).toEqual(['old_disk']);
    expect(ageOf(world.reader, world.now)).toBe(Infinity);
    world.write({ kind: 'end', user: 1, group: 0 });
    world.deliver(last(world));
    expect(ageOf(world.reader, world.now)).toBe(0);
  });

  test('a delta that does not fit keeps the state and wants a snapshot', () => {
    const world = begun();
    world.write({ kind: 'end', user: 1, group: 0 });
    const sent = last(world);
    const message = { ...sent.message, changes: { revision: 2, remove: { users: ['nobody'] } } };
    const { state, effects } = world.deliver({ ...sent, message: message as FeedMessage });
    expect(state.position?.revision).toBe(1);
    expect(effects).toContainEqual({ kind: 'fetch', what: 'snapshot' });
    expect(can(world, 'bob', 'front')).toBe(false);
  });

  test('messages of another organisation or slice change nothing', () => {
    const world = begun();
    world.write({ kind: 'end', user: 1, group: 0 });
    const sent = last(world);
    for (const other of [{ organization: 'other' }, { slice: 'east' }]) {
      const message = { ...sent.message, ...other } as FeedMessage;
      expect(world.deliver({ ...sent, message, tells: [] }).effects).toEqual([]);
    }
    expect(can(world, 'bob', 'front')).toBe(true);
  });
});
