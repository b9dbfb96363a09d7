/** The options of a publisher, with their defaults. */

import type { Crypto } from '../../../protocol/crypto/crypto.js';
import type { Signer } from '../../../protocol/crypto/steps.js';
import { isPolicyId } from '../../admin/policy-id.js';
import type { Acknowledgement } from '../../distribution/message.js';
import type { PolicyOptions } from '../../index.js';
import type { Site } from '../site/site.js';
import type { PublisherFault } from './feed-state.js';
import type { PublisherOptions } from './publisher.js';
import type { FeedBounds } from './slice-feed.js';
import { hostTimers, type Timers } from './timers.js';

/** What a publisher runs on. */
export interface PublisherSettings {
  readonly site: Site;
  readonly signer: Signer;
  readonly crypto: Crypto;
  readonly slices: Readonly<Record<string, readonly string[]>>;
  readonly heartbeatMs: number;
  readonly pollMs: number;
  readonly bounds: FeedBounds;
  readonly partBytes: number;
  readonly snapshotBytes: number;
  readonly snapshotMs: number;
  readonly consumers: PublisherOptions['consumers'];
  readonly authorize: (acknowledgement: Acknowledgement) => boolean | Promise<boolean>;
  /** Never throws. */
  readonly fault: (fault: PublisherFault, detail: unknown) => void;
  readonly now: () => number;
  readonly timers: Timers;
  readonly policyOptions: PolicyOptions;
}

const MEBIBYTE = 1024 * 1024;
/** What one heartbeat repeats: it goes to everybody every few seconds. */
const WITHDRAWALS = 256;
const WITHDRAWAL_BYTES = 32 * 1024;

/** @throws RangeError, TypeError for options that are none. */
export function publisherSettings(options: PublisherOptions): PublisherSettings {
  const { site, signer, crypto, slices = {}, onFault } = options;
  for (const name of Object.keys(slices)) {
    if (!isPolicyId(name)) throw new TypeError(`not the name of a slice \`${name}\``);
  }
  const within = (name: string, value: number, least: number, most: number): number => {
    if (value >= least && value <= most) return value;
    throw new RangeError(`${name}: ${least} to ${most}`);
  };
  return {
    site,
    signer,
    crypto,
    slices,
    heartbeatMs: 1000 * within('heartbeatSeconds', options.heartbeatSeconds ?? 5, 0.05, 3600),
    pollMs: within('pollMilliseconds', options.pollMilliseconds ?? 100, 1, 3_600_000),
    bounds: {
      deltas: within('keepDeltas', options.keepDeltas ?? 10_000, 1, 1_000_000),
      deltaBytes: within('keepBytes', options.keepBytes ?? 64 * MEBIBYTE, 0, 1024 * MEBIBYTE),
      withdrawals: WITHDRAWALS,
      withdrawalBytes: WITHDRAWAL_BYTES,
      withdrawalAge: 1000 * within('withdrawnSeconds', options.withdrawnSeconds ?? 600, 0, 86_400),
    },
    partBytes: within('partBytes', options.partBytes ?? 512 * 1024, 1024, 8 * MEBIBYTE),
    snapshotBytes: within('snapshotBytes', options.snapshotBytes ?? 256 * MEBIBYTE, 0, Infinity),
    snapshotMs: 1000 * within('snapshotSeconds', options.snapshotSeconds ?? 2, 0, 3600),
    consumers: options.consumers,
    authorize: options.authorize ?? (() => true),
    fault: (fault, detail) => {
      try {
        onFault?.(fault, detail);
      } catch {
        // Whoever is told must not stop what is told of.
      }
    },
    now: options.now ?? (() => site.host.now()),
    timers: options.timers ?? hostTimers,
    policyOptions: options.policyOptions ?? {},
  };
}
