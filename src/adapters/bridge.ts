/**
 * A bridge: many locks on one mains-powered host, each with its own keys, records and state machine
 * (offline.md §3.12). It needs no network; whoever brings frames to it, and moves its bolts, is an adapter.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Crypto } from '../../protocol/crypto/crypto.js';
import {
  type Actuator,
  type FrameReceiver,
  type HostedConnection,
  type HostedLock,
  type LockHost,
  startLock,
} from './hosted-lock.js';
import { holdFolder } from './lock-file.js';
import { bearLock, type LockLabel, readSetup } from './lock-label.js';
import { nodeHost } from './node-host.js';
import { openRecordFolder } from './record-folder.js';

/** What a bridge is told at its start. */
export interface BridgeOptions {
  /** Everything that lasts: one folder a lock. Made when it is not there. */
  readonly folder: string;
  readonly crypto: Crypto;
  readonly actuator: Actuator;
  /** At most 32 characters, named in receipts. */
  readonly firmware?: string;
  /** Default: this process's clock, randomness and timers. */
  readonly host?: LockHost;
  /** The advert a lock wants shown, null for none. */
  readonly onAdvert?: (lockId: string, bytes: Uint8Array | null) => void;
  /** What failed on this host; the lock behaves as after a power cut. */
  readonly onFault?: (lockId: string, error: unknown) => void;
}

/** A bridge that runs. Locks are named by their 16 hexadecimal digits. */
export interface Bridge {
  /** Every lock of this bridge, those of its folder first in the order of their ids. */
  lockIds(): readonly string[];
  /** Makes a lock with new secrets. Its label is told once, here, and not kept anywhere in this form. */
  bear(random: Uint8Array): LockLabel;
  /** @throws RangeError for a lock that is not here, or an MTU outside 23 to 517. */
  connect(lockId: string, mtu: number, receiver: FrameReceiver): HostedConnection;
  /** Somebody touched the lock, pressed the button inside, reset it, or wants it to change its key. */
  signal(lockId: string, what: BridgeSignal): void;
  /** Whether the lock runs and its memory is whole. */
  isWhole(lockId: string): boolean;
  /** Ends all locks and frees the folder. */
  close(): void;
}

/** What happens to a lock besides connections. */
export type BridgeSignal = 'touched' | 'button' | 'reset' | 'rekey';

/** Every signal. */
export const BRIDGE_SIGNALS: readonly BridgeSignal[] = ['touched', 'button', 'reset', 'rekey'];

const LOCK_ID = /^[0-9a-f]{16}$/u;

/**
 * Starts a bridge with the locks of its folder.
 * @throws FolderHeldError when another process uses the folder; TypeError for a folder of a lock that
 *   is none: nothing starts then.
 */
export function openBridge(options: BridgeOptions): Bridge {
  const { folder, crypto } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const held = holdFolder(folder);
  const locks = new Map<string, HostedLock>();
  try {
    for (const lockId of readdirSync(folder)
      .filter((name) => LOCK_ID.test(name))
      .sort()) {
      locks.set(lockId, hosted(lockId, options));
    }
  } catch (error) {
    for (const lock of locks.values()) lock.stop();
    held.release();
    throw error;
  }
  const lockOf = (lockId: string): HostedLock => {
    const lock = locks.get(lockId);
    if (lock === undefined) throw new RangeError(`no lock \`${lockId}\` on this bridge`);
    return lock;
  };
  return {
    lockIds: () => [...locks.keys()],
    bear: (random) => {
      const label = bearLock(folder, random, crypto);
      locks.set(label.lockId, hosted(label.lockId, options));
      return label;
    },
    connect: (lockId, mtu, receiver) => lockOf(lockId).connect(mtu, receiver),
    signal: (lockId, what) => lockOf(lockId).take({ kind: what }),
    isWhole: (lockId) => lockOf(lockId).isWhole(),
    close: () => {
      for (const lock of locks.values()) lock.stop();
      held.release();
    },
  };
}

function hosted(lockId: string, options: BridgeOptions): HostedLock {
  const { folder, crypto, actuator, firmware = 'doorwright-bridge', host = nodeHost() } = options;
  const { onAdvert = () => {}, onFault = () => {} } = options;
  const home = join(folder, lockId);
  return startLock({
    setup: readSetup(home, firmware, crypto),
    lockId,
    openRecords: () => openRecordFolder(join(home, 'records')),
    crypto,
    host,
    actuator,
    onAdvert: (bytes) => onAdvert(lockId, bytes),
    onFault: (error) => onFault(lockId, error),
  });
}
