import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bootLock } from '../../../protocol/lock/machine.js';
import { newestCopy, sealCopy } from '../../../protocol/lock/record-copies.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import { advertBytes, parseAdvert } from '../../../protocol/session/advert.js';
import { addFrame, NO_FRAMES, splitFrames } from '../../../protocol/session/frames.js';
import { openM1, sealM1 } from '../../../protocol/session/opening.js';
import { LockHost, SETUP } from '../../helpers/lock-host.js';
import { crypto, filled } from '../../helpers/lock-objects.js';
import { ownedLock, tryCommission } from '../../helpers/lock-phone.js';

/** Hands a Node Buffer over and overwrites it afterwards, as a host does that reads into the same memory again. */
function lent<T>(bytes: Uint8Array, take: (buffer: Uint8Array) => T): T {
  const buffer = Buffer.from(bytes);
  const taken = take(buffer);
  buffer.fill(0xee);
  return taken;
}

describe('B18 what was read stays as it was, though its buffer is used again', () => {
  it('a record', () => {
    const found = lent(sealCopy(filled(7), 3), (image) => newestCopy(image, undefined));
    expect(found).toMatchObject({ kind: 'whole', payload: filled(7) });
  });

  it('an advert', () => {
    const bytes = advertBytes(crypto, filled(1), filled(2, 8), Uint8Array.of(1, 1, 0));
    expect(lent(bytes, parseAdvert)).toEqual({
      tag: bytes.subarray(0, 5),
      salt: filled(2, 8),
      capabilities: Uint8Array.of(1, 1, 0),
    });
  });

  it('a first message', () => {
    const m1 = sealM1(crypto, filled(1), filled(2, 8), filled(3, 48));
    const opened = lent(m1, (bytes) => openM1(crypto, filled(1), filled(2, 8), bytes));
    expect(opened).toEqual(filled(3, 48));
  });

  it('frames, and the one before that may come twice', () => {
    const message = Uint8Array.from({ length: 60 }, (_, index) => index);
    const frames = splitFrames(message, 23);
    let state = NO_FRAMES;
    let whole: Uint8Array | null = null;
    for (const frame of frames.flatMap((one) => [one, one])) {
      const added = lent(frame, (bytes) => addFrame(state, bytes));
      if (!added.ok) throw new Error(added.detail);
      state = added.value.state;
      whole ??= added.value.message;
    }
    expect(whole).toEqual(message);
  });

  it('the id of a key, though a host’s own backend hashes into Buffers and a caller writes into its id', () => {
    const sha256 = (message: Uint8Array) => createHash('sha256').update(message).digest();
    const key = { kind: 'ed25519', x: filled(0xb1) } as const;
    const backend = { ...crypto, sha256 };
    const id = keyId(backend, key);
    const before = [...id];
    id.fill(0);
    expect([...keyId(backend, key)]).toEqual(before);
  });

  it('the id of a key, of which one backend is not believed what another said', () => {
    const key = { kind: 'ed25519', x: filled(0x5b) } as const;
    const wrong = { ...crypto, sha256: () => filled(0) };
    expect([...keyId(wrong, key)]).toEqual([...filled(0, 8)]);
    expect([...keyId(crypto, key)]).not.toEqual([...filled(0, 8)]);
  });

  it('the label of a lock', () => {
    const buffers = {
      lockId: Buffer.from(SETUP.lockId),
      setupSecret: Buffer.from(SETUP.setupSecret),
      setupPsk: Buffer.from(SETUP.setupPsk),
      capabilities: Buffer.from(SETUP.capabilities),
    };
    const host = new LockHost(new Map(), { ...SETUP, ...buffers });
    for (const buffer of Object.values(buffers)) buffer.fill(0xee);
    expect(tryCommission(host)).toBeDefined();
  });

  it('the pages of its log', () => {
    const { host } = ownedLock();
    const records = new Map([...host.records()].map(([name, bytes]) => [name, Buffer.from(bytes)]));
    const moment = { elapsedMs: 0, random: filled(1), battery: 50 };
    const { state } = bootLock(SETUP, records, moment, crypto);
    const before = structuredClone(state.keeping?.log.pages);
    for (const buffer of records.values()) buffer.fill(0xee);
    expect(state.keeping?.log.pages).toEqual(before);
    expect(before).toHaveLength(32);
  });
});
