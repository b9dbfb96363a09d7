/**
 * What a lock on a bridge is built with: born here, kept in one file of its folder that only its owner
 * may read, and never moved: a bridge that is replaced is commissioned again (offline.md §3.1).
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Crypto } from '../../protocol/crypto/crypto.js';
import type { LockSetup } from '../../protocol/lock/state.js';
import { CAPABILITY_BITS, encodeCapabilities } from '../../protocol/session/advert.js';
import { labelPsk } from '../../protocol/session/opening.js';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import { textBytes } from '../../protocol/wire/text.js';
import { HOST_DRIFT_PPM } from './hosted-lock.js';
import { replaceFile, syncFolder } from './record-folder.js';

/** What stands on a lock's label; whoever reads it may commission the lock while its button allows. */
export interface LockLabel {
  /** 16 hexadecimal digits. */
  readonly lockId: string;
  /** X25519 key of the commissioning, 64 hexadecimal digits. */
  readonly setupKey: string;
  /** 32 hexadecimal digits. */
  readonly secret: string;
}

const FILE = 'setup.json';

/**
 * Makes a lock that never was: a folder and its setup, there at once and whole, or not at all.
 * @param random - 56 fresh random bytes: lock id, setup secret, label secret.
 * @throws the file system's error when it cannot, and when the lock exists: nothing is overwritten.
 */
export function bearLock(folder: string, random: Uint8Array, crypto: Crypto): LockLabel {
  if (random.length !== 56) throw new TypeError('a new lock takes 56 random bytes');
  const lockId = toHex(random.subarray(0, 8));
  const setupSecret = random.slice(8, 40);
  const secret = toHex(random.subarray(40));
  const kept = { version: 1, lockId, setupSecret: toHex(setupSecret), secret };
  // Under another name first: a bridge that starts after a power cut finds no half of a lock.
  const unborn = mkdtempSync(join(folder, `${lockId}.new-`));
  replaceFile(unborn, FILE, textBytes(`${JSON.stringify(kept)}\n`));
  mkdirSync(join(unborn, 'records'), { mode: 0o700 });
  syncFolder(unborn);
  renameSync(unborn, join(folder, lockId));
  syncFolder(folder);
  return { lockId, setupKey: toHex(crypto.x25519Public(setupSecret)), secret };
}

/**
 * The setup of a lock in its folder.
 * @throws TypeError naming the file when it is not what `bearLock` wrote.
 */
export function readSetup(home: string, firmware: string, crypto: Crypto): LockSetup {
  const file = join(home, FILE);
  const { version, ...texts } = parsed(file);
  const lockId = hexIn(texts['lockId'], 8);
  const setupSecret = hexIn(texts['setupSecret'], 32);
  const secret = hexIn(texts['secret'], 16);
  if (version !== 1 || lockId === undefined || setupSecret === undefined || secret === undefined) {
    throw new TypeError(`\`${file}\` is no setup of a lock`);
  }
  const bits = CAPABILITY_BITS.es256 | CAPABILITY_BITS['mains-powered'];
  const capabilities = encodeCapabilities({ version: 1, suites: 1, bits });
  return {
    lockId,
    setupSecret,
    setupPsk: labelPsk(crypto, lockId, secret),
    firmware,
    driftPpm: HOST_DRIFT_PPM,
    capabilities,
  };
}

function parsed(file: string): Record<string, unknown> {
  const text = readFileSync(file, 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, without a piece of the text: it holds secrets.
  }
  throw new TypeError(`\`${file}\` is no setup of a lock`);
}

function hexIn(text: unknown, size: number): Uint8Array | undefined {
  const bytes = typeof text === 'string' ? fromHex(text) : undefined;
  return bytes?.length === size ? bytes : undefined;
}
