import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  CARRIED_KINDS,
  type CarriedKind,
  encodePhoneMessage,
} from '../../../protocol/session/messages.js';
import { sealTransport } from '../../../protocol/session/noise-cipher.js';
import { type CborValue, encodeCbor } from '../../../protocol/wire/cbor.js';
import type { LockHost } from '../../helpers/lock-host.js';
import {
  adminBytes,
  certificateOf,
  crypto,
  grantBytes,
  logAckBytes,
  markOf,
  policyBytes,
  timeBytes,
  trustBytes,
} from '../../helpers/lock-objects.js';
import { deliver, handshake, ownedLock, tryCommission } from '../../helpers/lock-phone.js';
import { runs } from '../../helpers/runs.js';

const { host: base, keys } = ownedLock();

/** Good objects of every kind, to be spoilt. */
const OBJECTS: Readonly<Record<CarriedKind, Uint8Array>> = {
  certificate: certificateOf('bundle'),
  'policy-update': policyBytes({ policyVersion: 1, marks: [markOf()] }),
  'time-token': timeBytes(),
  'trust-update': trustBytes(),
  'log-ack': logAckBytes(1),
  'admin-update': adminBytes({ sequence: 1 }),
};
const GRANT = grantBytes();

const cbor: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ min: 0, max: 12 }),
    fc.constant(null),
    fc.boolean(),
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 7 }),
  ),
})).value;

const spoilt = (good: Uint8Array) =>
  fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((changes) => {
      const bytes = good.slice();
      for (const [at, by] of changes) bytes[at] = (bytes[at] as number) ^ by;
      return bytes;
    });

const kinds = Object.keys(CARRIED_KINDS) as CarriedKind[];

/** Plaintexts that no honest phone seals. */
const plain: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  cbor.map(encodeCbor),
  fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.array(cbor, { maxLength: 6 }))
    .map(([first, rest]) => encodeCbor([first, ...rest])),
  ...kinds.map((object) =>
    spoilt(OBJECTS[object]).map((bytes) => encodePhoneMessage({ kind: 'carry', object, bytes })),
  ),
  fc
    .tuple(fc.constantFrom(...kinds), cbor)
    .map(([object, value]) =>
      encodePhoneMessage({ kind: 'carry', object, bytes: encodeCbor([value]) }),
    ),
  fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds))
    .filter(([a, b]) => a !== b)
    .map(([object, other]) => encodePhoneMessage({ kind: 'carry', object, bytes: OBJECTS[other] })),
  spoilt(GRANT).chain((grant) =>
    fc.uint8Array({ minLength: 1, maxLength: 90 }).map((proof) =>
      encodePhoneMessage({
        kind: 'request',
        grant,
        operation: 1,
        asserted: 0,
        proof,
        request: 1,
      }),
    ),
  ),
);

/** What a lock must still be after anything a stranger did. */
function expectUntouched(host: LockHost, writes: number): void {
  expect(host.moves).toEqual([]);
  expect(host.writes).toHaveLength(writes);
}

it('no message under a right seal makes the lock throw, write or open', () => {
  fc.assert(
    fc.property(fc.array(plain, { maxLength: 8 }), (plains) => {
      const host = base.fork();
      const session = handshake(host, keys);
      const writes = host.writes.length;
      for (const bytes of plains) {
        if (bytes.length === 0 || session.isDropped) continue;
        const sealed = sealTransport(crypto, session.transport, bytes);
        session.transport = sealed.transport;
        deliver(host, 1, sealed.message);
        host.take(1);
      }
      expectUntouched(host, writes);
    }),
    { seed: 67, numRuns: runs(120) },
  );
});

it('no frame, connection or touch in any order makes the lock throw, write or open', () => {
  const connection = fc.integer({ min: 0, max: 3 });
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('connected' as const),
      connection,
      mtu: fc.integer({ min: 0, max: 600 }),
    }),
    fc.record({ kind: fc.constant('disconnected' as const), connection }),
    fc.record({
      kind: fc.constant('frame' as const),
      connection,
      bytes: fc.uint8Array({ maxLength: 80 }),
    }),
    fc.record({
      kind: fc.constant('frame' as const),
      connection,
      bytes: fc
        .uint8Array({ minLength: 1, maxLength: 60 })
        .map((rest) => Uint8Array.of(0xc0, 0, rest.length, ...rest)),
    }),
    fc.record({ kind: fc.constant('bolt' as const), order: fc.nat(3), moved: fc.boolean() }),
    fc.record({ kind: fc.constant('ranged' as const), connection, near: fc.boolean() }),
    fc.constantFrom(
      { kind: 'touched' as const },
      { kind: 'button' as const },
      { kind: 'tick' as const },
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.integer({ min: 0, max: 4000 })), { maxLength: 40 }),
      (events) => {
        for (const host of [base.fork()]) {
          const writes = host.writes.length;
          for (const [happened, later] of events) {
            host.elapsedMs += later;
            host.step(happened);
          }
          expectUntouched(host, writes);
        }
      },
    ),
    { seed: 68, numRuns: runs(200) },
  );
});

it('no setup message leaves a free lock half owned', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        cbor.map((value) => encodeCbor([1, value, value])),
      ),
      (message) => {
        const host = base.fork();
        host.step({ kind: 'reset' });
        const writes = host.writes.length;
        expect(tryCommission(host, { message })).toBeUndefined();
        expect(host.state.keeping).toBeNull();
        expectUntouched(host, writes);
      },
    ),
    { seed: 69, numRuns: runs(40) },
  );
});

it('memory of any bytes boots to a lock that is whole or shut, never to a throw', () => {
  const names = [...base.flash.keys()];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.oneof(fc.uint8Array({ maxLength: 600 }), cbor.map(encodeCbor)),
      (name, bytes) => {
        const host = base.fork();
        host.store(name, bytes);
        const after = host.fork();
        if (after.state.self?.owner != null)
          expect(handshake(after, keys).hello.trustEpoch).toBe(1);
        after.step({ kind: 'touched' });
        expect(after.moves).toEqual([]);
      },
    ),
    { seed: 70, numRuns: runs(150) },
  );
});
