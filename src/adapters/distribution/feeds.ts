/** The feeds of one publisher: the whole policy, and its slices. One step of the outbox advances them all, or none. */
import type { Withdrawal } from '../../distribution/withdrawal.js';
import type { Engine } from '../../engine/engine.js';
import { compilePolicy, type PolicyOptions } from '../../index.js';
import type { Changes } from '../../policy/changes.js';
import type { Policy } from '../../policy/document.js';
import { PolicyError } from '../../policy/issue.js';
import type { FollowerStart, LinkedRow } from './follow-outbox.js';
import { type FeedBounds, SliceFeed } from './slice-feed.js';

/** What is known of changes below: what they take away, and what of them a few doors need to know. */
export interface FeedRules {
  /** What changes take away from the policy of `before`; undefined when they take nothing. */
  withdrawalsOf(before: Engine, changes: Changes): Withdrawal | undefined;
  /** The part of a policy that some doors need: a policy of the same revision. */
  slice(policy: Policy, doors: readonly string[]): Policy;
  /** What leads from the slice of `before` to that of `after`, with the revision of `after`. */
  sliceChanges(before: Engine, after: Engine, changes: Changes, doors: readonly string[]): Changes;
}

/** What feeds are made of. */
export interface FeedsGround {
  readonly organization: string;
  /** Doors by the name of the slice that serves them. */
  readonly slices: Readonly<Record<string, readonly string[]>>;
  readonly rules: FeedRules;
  readonly bounds: FeedBounds;
  readonly policyOptions: PolicyOptions;
  /** A slice that no longer followed from its changes was made anew: its readers take a snapshot. */
  readonly onMisfit: (slice: string, error: unknown) => void;
}

/** The feeds of one epoch. */
export interface Feeds {
  /** Of the whole policy. */
  readonly engine: Engine;
  /** All names; the first is the empty one of the whole. */
  readonly names: readonly string[];
  /** Undefined for a name that there is not. */
  feed(slice: string): SliceFeed | undefined;
  /** Takes one row. */
  advance(row: LinkedRow, at: number): void;
}

/** Feeds that begin where a follower does. */
export function startFeeds(ground: FeedsGround, start: FollowerStart, at: number): Feeds {
  const { organization, slices, rules, bounds } = ground;
  let { engine } = start;
  const whole = new SliceFeed({ organization, slice: '' }, engine, bounds);
  whole.recall(start.tail.map((row) => ({ ...row, at })));
  const feeds = new Map([['', whole]]);
  const begin = (name: string, doors: readonly string[]): void => {
    const compiled = compilePolicy(rules.slice(engine.policy, doors), ground.policyOptions);
    const sliced: Engine = compiled;
    feeds.set(name, new SliceFeed({ organization, slice: name }, sliced, bounds));
  };
  for (const [name, doors] of Object.entries(slices)) begin(name, doors);

  const beginAnew = (name: string, doors: readonly string[]): void => {
    try {
      begin(name, doors);
    } catch (error) {
      // Served no longer: its readers hear nothing, and keep to what they do when they do.
      feeds.delete(name);
      ground.onMisfit(name, error);
    }
  };
  let pending: (() => void)[] = [];
  const advanceSlice = (name: string, row: LinkedRow, after: Engine, at: number): void => {
    const feed = feeds.get(name);
    const doors = slices[name];
    if (feed === undefined || doors === undefined) return;
    const { revision } = row;
    try {
      const changes = { ...rules.sliceChanges(engine, after, row.changes, doors), revision };
      const sliced = feed.engine.apply(changes);
      const withdraws = rules.withdrawalsOf(feed.engine, changes);
      pending.push(() => feed.advance({ ...row, changes, engine: sliced, withdraws, at }));
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      pending.push(() => {
        ground.onMisfit(name, error);
        beginAnew(name, doors);
      });
    }
  };

  return {
    get engine() {
      return engine;
    },
    names: [...feeds.keys()],
    feed: (slice) => feeds.get(slice),
    advance(row, at) {
      pending = [];
      const after = engine.apply(row.changes);
      const withdraws = rules.withdrawalsOf(engine, row.changes);
      for (const name of Object.keys(slices)) advanceSlice(name, row, after, at);
      engine = after;
      whole.advance({ ...row, engine, withdraws, at });
      for (const step of pending) step();
    },
  };
}
