/** The logs of a simulated site's locks, as the server has them: each unbroken from its first record. */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { type InstantSigner, signNow } from '../../../protocol/crypto/steps.js';
import { followsOn, openSegment } from '../../../protocol/issuer/segments.js';
import { sealLogAck } from '../../../protocol/issuer/time-tokens.js';
import type { LogRecord } from '../../../protocol/objects/log-record.js';
import { fromHex } from '../../../protocol/wire/hex.js';
import type { Dice } from './dice.js';

/** Logs by lock id. */
export class LogBook {
  /** The key for whom locks seal their log. */
  readonly publicKey: Uint8Array;
  readonly #secret: Uint8Array;
  readonly #crypto: Crypto;
  readonly #last = new Map<string, LogRecord>();

  constructor(random: Dice, crypto: Crypto) {
    this.#crypto = crypto;
    this.#secret = random.bytes();
    this.publicKey = crypto.x25519Public(this.#secret);
  }

  /** How many records of a lock the server has. */
  recordsOf(lockId: string): number {
    return this.#last.get(lockId)?.sequence ?? 0;
  }

  /** Takes a segment as far as it goes on where the log ended. */
  take(lockId: string, staticKey: Uint8Array, sealed: Uint8Array): void {
    const lock = { lockId: idBytes(lockId), staticKeys: [staticKey] };
    const opened = openSegment(sealed, lock, this.#secret, this.#crypto);
    if (!opened.ok) return;
    for (const record of opened.value.records) {
      const last = this.#last.get(lockId);
      if (last !== undefined && record.sequence <= last.sequence) continue;
      if (!followsOn(last, record, this.#crypto).ok) return;
      this.#last.set(lockId, record);
    }
  }

  /** The acknowledgement for a lock; none while nothing came. */
  acknowledgement(lockId: string, policy: InstantSigner, now: number): readonly Uint8Array[] {
    const sequence = this.recordsOf(lockId);
    if (sequence === 0) return [];
    const ack = { lockId: idBytes(lockId), sequence, now };
    return [signNow(sealLogAck(ack, policy, this.#crypto))];
  }
}

function idBytes(lockId: string): Uint8Array {
  const bytes = fromHex(lockId);
  if (bytes === undefined) throw new TypeError('a lock id in hex');
  return bytes;
}
