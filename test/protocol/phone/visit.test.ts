import { describe, expect, test } from 'vitest';
import { checkNow } from '../../../protocol/crypto/steps.js';
import { logAckClaims } from '../../../protocol/objects/acknowledgements.js';
import { adminUpdateClaims } from '../../../protocol/objects/admin-update.js';
import type { Bundle } from '../../../protocol/objects/bundle.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import { openEnvelope, parseEnvelope } from '../../../protocol/objects/envelope.js';
import { REQUIREMENT_BITS } from '../../../protocol/objects/grant.js';
import { proofPayload } from '../../../protocol/objects/proof.js';
import { timeTokenClaims } from '../../../protocol/objects/time-token.js';
import type { Wish } from '../../../protocol/phone/event.js';
import type { LockMessage, PhoneMessage } from '../../../protocol/session/messages.js';
import { STATUS_NUMBERS, type Status } from '../../../protocol/status.js';
import { crypto, filled, NOW, signerOf } from '../../helpers/issuing.js';
import {
  bundleBytes,
  device,
  doorOf,
  grantBytes,
  LOCK_ID,
  nextEpoch,
  policyBytes,
  SCRIPT,
  sealed,
  setup,
  signers,
  timeBytes,
} from './bundles.js';
import { type PhoneHost, phoneHost } from './phone-host.js';
import { HELLO, receiptOf, type Script, type ScriptedLock, scriptedLock } from './scripted-lock.js';

const WISH: Wish = { lockId: LOCK_ID, operation: 'unlock', asserted: 1 };

/** Answers each message in the plainest way; requests get this status and a right receipt. */
function plainly(status: Status, message: PhoneMessage): LockMessage {
  const number = STATUS_NUMBERS[status];
  switch (message.kind) {
    case 'carry':
      return { kind: 'carried', status: STATUS_NUMBERS.applied };
    case 'request':
      return { kind: 'answer', status: number, receipt: receiptOf(SCRIPT, { status: number }) };
    case 'read-log':
      return { kind: 'segment', sealed: null };
    case 'close':
      return { kind: 'closed' };
  }
}

interface Table {
  readonly host: PhoneHost;
  readonly lock: ScriptedLock;
}

/** A phone with a bundle, beside a lock. */
function table(script: Partial<Script> = {}, bundle: Partial<Bundle> = {}): Table {
  const answer = (message: PhoneMessage) => plainly('permitted', message);
  const lock = scriptedLock({ ...SCRIPT, answer, ...script });
  const host = phoneHost(setup, device, lock);
  host.send({ kind: 'bundle', bytes: bundleBytes(bundle) });
  host.effects.length = 0;
  return { host, lock };
}

function open({ host }: Table, wish: Wish = WISH) {
  host.send({ kind: 'open', wish });
  const results = host.results();
  expect(results).toHaveLength(1);
  return results[0]!;
}

const told = ({ lock }: Table) => lock.heard.map((message) => message.kind);
const cargo = ({ lock }: Table) =>
  lock.heard.flatMap((message) => (message.kind === 'carry' ? [message.object] : []));
const requests = ({ lock }: Table) =>
  lock.heard.flatMap((message) => (message.kind === 'request' ? [message] : []));

describe('a visit', () => {
  test('opens the door, keeps the receipt, closes and lets go of the link', () => {
    const scene = table();
    expect(open(scene)).toEqual({
      wish: WISH,
      code: 'permitted',
      status: 'permitted',
      missing: 0,
      mayHaveActed: true,
      retryable: false,
      receipt: 'kept',
    });
    expect(told(scene)).toEqual(['carry', 'request', 'close']);
    expect(scene.host.state.visit).toBeNull();
    expect(scene.host.effects.at(-1)).toEqual({ kind: 'disconnect', link: 1 });
    expect(scene.host.state.outbox.map(({ kind }) => kind)).toEqual(['device-ack', 'receipt']);
  });

  test.each([23, 50, 185, 517])('works at MTU %i', (mtu) => {
    const scene = table({ mtu });
    scene.host.mtu = mtu;
    expect(open(scene).code).toBe('permitted');
  });

  test('works on noble as it does on node:crypto', () => {
    const answer = (message: PhoneMessage) => plainly('permitted', message);
    const lock = scriptedLock({ ...SCRIPT, answer });
    const host = phoneHost(setup, device, lock, new Map(), crypto);
    host.send({ kind: 'bundle', bytes: bundleBytes() });
    expect(open({ host, lock })).toMatchObject({ code: 'permitted', receipt: 'kept' });
  });

  test('the proof is over everything: session, lock, grant, operation, assertions, counter, number', () => {
    const hashes: Uint8Array[] = [];
    const scene = table({
      answer: (message, { hash }) => {
        hashes.push(hash);
        return plainly('permitted', message);
      },
    });
    open(scene, { ...WISH, asserted: 3 });
    const [request] = requests(scene);
    const envelope = parseEnvelope(request!.proof, 'proof');
    const payload = proofPayload({
      handshakeHash: hashes[0]!,
      lockId: LOCK_ID,
      grantHash: crypto.sha256(request!.grant),
      operation: 1,
      asserted: 3,
      counter: HELLO.counter,
      request: 1,
    });
    expect(request).toMatchObject({ operation: 1, asserted: 3, request: 1, grant: grantBytes() });
    const key = envelope.ok
      ? checkNow(openEnvelope(envelope.value, [device.publicKey], crypto, payload), crypto)
      : undefined;
    expect(key).toEqual(device.publicKey);
  });

  test('bit 4 is what enrolment said of the key, whatever the app asserts', () => {
    const soft = table();
    open(soft, { ...WISH, asserted: 5 });
    expect(requests(soft)[0]!.asserted).toBe(1);
    const lock = scriptedLock({ ...SCRIPT, answer: (message) => plainly('permitted', message) });
    const host = phoneHost({ ...setup, hardwareKey: true }, device, lock);
    host.send({ kind: 'bundle', bytes: bundleBytes() });
    open({ host, lock });
    expect(requests({ host, lock })[0]!.asserted).toBe(5);
  });

  test('a wish out of range is the app’s mistake', () => {
    const { host } = table();
    for (const asserted of [-1, 32, 1.5]) {
      expect(() => host.send({ kind: 'open', wish: { ...WISH, asserted } })).toThrow(RangeError);
    }
  });

  test('a second wish while one is on its way is told so, and the first goes on', () => {
    const scene = table({ answer: () => undefined });
    scene.host.send({ kind: 'open', wish: WISH });
    scene.host.send({ kind: 'open', wish: WISH });
    expect(scene.host.results().map(({ code }) => code)).toEqual(['busy']);
    expect(scene.host.state.visit).not.toBeNull();
  });
});

describe('which grant:', () => {
  test('no door, no grant for the operation, a grant of another device or lock: no_grant', () => {
    expect(open(table(), { ...WISH, lockId: filled(1, 8) }).code).toBe('no_grant');
    expect(open(table(), { ...WISH, operation: 'read-log' }).code).toBe('no_grant');
    for (const edits of [{ key: signerOf(9).publicKey }, { lockId: filled(2, 8) }]) {
      const scene = table({}, { doors: [doorOf({ grants: [grantBytes(edits)] })] });
      expect(open(scene).code).toBe('no_grant');
      expect(scene.lock.handshakes).toBe(0);
    }
    expect(open(table({}, { doors: [doorOf({ grants: [filled(1, 9)] })] })).code).toBe('no_grant');
  });

  test('what is missing is said of the grant that asks least', () => {
    const grants = [grantBytes({ requirements: 19 }), grantBytes({ requirements: 3 })];
    const scene = table({}, { doors: [doorOf({ grants })] });
    expect(open(scene)).toMatchObject({ code: 'requirement_missing', missing: 2, retryable: true });
    expect(scene.lock.handshakes).toBe(0);
  });

  test('the first that can be satisfied and is open by the phone’s clock', () => {
    const strict = grantBytes({ requirements: REQUIREMENT_BITS['second-factor'] });
    const later = grantBytes({ nbf: NOW + 60 });
    const shut = grantBytes({ windows: [10, 20] });
    const good = grantBytes({ windows: [0, 20], id: filled(8, 8) });
    const scene = table({}, { doors: [doorOf({ grants: [strict, later, shut, good] })] });
    open(scene);
    expect(requests(scene).map(({ grant }) => grant)).toEqual([good]);
  });

  test('the lock’s clock decides: the others are offered after a refusal, each with its own proof', () => {
    const grants = [grantBytes({ nbf: NOW + 60 }), grantBytes()];
    let count = 0;
    const scene = table(
      {
        answer: (message) => {
          if (message.kind === 'request') count += 1;
          return plainly(count === 2 ? 'permitted' : 'expired', message);
        },
      },
      { doors: [doorOf({ grants })] },
    );
    expect(open(scene)).toMatchObject({ code: 'permitted' });
    expect(requests(scene).map(({ grant }) => grant)).toEqual([grants[1], grants[0]]);
    expect(requests(scene).map(({ request }) => request)).toEqual([1, 2]);
    expect(requests(scene)[0]!.proof).not.toEqual(requests(scene)[1]!.proof);
  });

  test('at most four are offered, and the first reason is told', () => {
    const grants = [1, 2, 3, 4, 5, 6].map((n) => grantBytes({ id: filled(n, 8) }));
    const reasons: Status[] = ['denied', 'inactive_hours', 'expired', 'pending'];
    let count = -1;
    const scene = table(
      {
        answer: (message) => {
          if (message.kind === 'request') count += 1;
          return plainly(reasons[count] ?? 'denied', message);
        },
      },
      // No withheld certificate: the lock knows no key.
      { doors: [doorOf({ grants })] },
    );
    expect(open(scene)).toMatchObject({ code: 'refused', status: 'inactive_hours' });
    expect(requests(scene)).toHaveLength(4);
  });
});

describe('what is carried first:', () => {
  const known = Object.values(signers).map(({ signer }) => keyId(crypto, signer.publicKey));

  test('certificates the lock does not know, and of those only what its objects need', () => {
    expect(cargo(table())).toEqual([]);
    const scene = table();
    open(scene);
    expect(cargo(scene)).toEqual(['certificate']);
    const withAll = table({}, { doors: [doorOf({ snapshot: policyBytes() })], time: timeBytes() });
    open(withAll);
    expect(cargo(withAll)).toEqual([
      'certificate',
      'certificate',
      'certificate',
      'policy-update',
      'time-token',
    ]);
    const knowing = table(
      { hello: { ...HELLO, knownKeys: known } },
      { doors: [doorOf({ snapshot: policyBytes() })], time: timeBytes() },
    );
    open(knowing);
    expect(cargo(knowing)).toEqual(['policy-update', 'time-token']);
  });

  test('the certificate of an update that is older than it: nothing changed since the key was renewed', () => {
    const old = NOW - 80 * 86_400;
    const scene = table({}, { doors: [doorOf({ snapshot: policyBytes({ iat: old }) })] });
    open(scene);
    expect(cargo(scene)).toEqual(['certificate', 'certificate', 'policy-update']);
  });

  test('a change of the root before all else, then every certificate, as the lock has none of its own', () => {
    const { update, chain } = nextEpoch;
    const bundle = {
      trust: [update],
      chain,
      doors: [doorOf({ snapshot: policyBytes() })],
      time: timeBytes(),
    };
    const scene = table({ hello: { ...HELLO, knownKeys: known } }, bundle);
    expect(open(scene).code).toBe('permitted');
    expect(cargo(scene)).toEqual([
      'trust-update',
      'certificate',
      'certificate',
      'certificate',
      'policy-update',
      'time-token',
    ]);
    expect(scene.lock.heard[0]).toMatchObject({ bytes: update });
    const there = table({ hello: { ...HELLO, trustEpoch: 2, knownKeys: known } }, bundle);
    open(there);
    expect(cargo(there)).toEqual(['policy-update', 'time-token']);
  });

  test('a time token always, the newest one: of the bundle or fetched since', () => {
    const fresh = timeBytes(undefined, NOW + 50);
    const scene = table({ hello: { ...HELLO, knownKeys: known } }, { time: timeBytes() });
    scene.host.send({ kind: 'time-token', bytes: fresh });
    scene.host.send({ kind: 'time-token', bytes: timeBytes(undefined, NOW - 400) });
    open(scene);
    expect(scene.lock.heard[0]).toEqual({ kind: 'carry', object: 'time-token', bytes: fresh });
  });

  test('no time token that a key of the site did not sign', () => {
    const time = timeBytes();
    const scene = table({ hello: { ...HELLO, knownKeys: known } }, { time });
    const forged = { iat: NOW + 99, radius: 1 };
    scene.host.send({
      kind: 'time-token',
      bytes: sealed('time-token', signers.grant.signer, timeTokenClaims.encode(forged)),
    });
    scene.host.send({ kind: 'time-token', bytes: filled(1, 30) });
    open(scene);
    expect(scene.lock.heard[0]).toEqual({ kind: 'carry', object: 'time-token', bytes: time });
  });

  const snapshot = policyBytes({ policyVersion: 9 });
  const delta = policyBytes({ policyVersion: 9, base: 4 });
  const POLICIES: readonly (readonly [string, number, Uint8Array[]])[] = [
    ['current', 9, []],
    ['ahead', 12, []],
    ['at the delta’s base', 4, [delta]],
    ['between base and newest', 7, [delta]],
    ['behind the delta’s base', 3, [snapshot]],
    ['fresh', 0, [snapshot]],
  ];
  test.each(POLICIES)('a lock that is %s gets what fits', (_, policyVersion, expected) => {
    const hello = { ...HELLO, policyVersion, knownKeys: known };
    const scene = table({ hello }, { doors: [doorOf({ snapshot, delta })] });
    open(scene);
    const carried = scene.lock.heard.flatMap((message) =>
      message.kind === 'carry' && message.object === 'policy-update' ? [message.bytes] : [],
    );
    expect(carried).toEqual(expected);
  });

  test('an older delta does not stand for a newer snapshot', () => {
    const old = policyBytes({ policyVersion: 6, base: 4 });
    const hello = { ...HELLO, policyVersion: 4, knownKeys: known };
    const scene = table({ hello }, { doors: [doorOf({ snapshot, delta: old })] });
    open(scene);
    expect(scene.lock.heard[0]).toMatchObject({ object: 'policy-update', bytes: snapshot });
  });

  test('a delta that the lock cannot take is followed by the snapshot, once', () => {
    const hello = { ...HELLO, policyVersion: 5, knownKeys: known };
    const scene = table(
      {
        hello,
        answer: (message) =>
          message.kind === 'carry'
            ? { kind: 'carried', status: STATUS_NUMBERS.base_missing }
            : plainly('permitted', message),
      },
      { doors: [doorOf({ snapshot, delta })] },
    );
    open(scene);
    const bytes = scene.lock.heard.flatMap((message) =>
      message.kind === 'carry' ? [message.bytes] : [],
    );
    expect(bytes).toEqual([delta, snapshot]);
  });

  test('an admin update that wants a floor first comes again after the policy', () => {
    const clock = { lo: NOW - 5, from: NOW + 86_400 };
    const claims = { version: 1, lockId: LOCK_ID, iat: NOW - 5, sequence: 1, clock };
    const admin = sealed('admin-update', signers.admin.signer, adminUpdateClaims.encode(claims));
    let seen = 0;
    const scene = table(
      {
        hello: { ...HELLO, knownKeys: known },
        answer: (message) => {
          const isAdmin = message.kind === 'carry' && message.object === 'admin-update';
          if (isAdmin) seen += 1;
          if (isAdmin && seen === 1)
            return { kind: 'carried', status: STATUS_NUMBERS.floor_missing };
          return plainly('permitted', message);
        },
      },
      { doors: [doorOf({ snapshot, admin: [admin] })], time: timeBytes() },
    );
    open(scene);
    expect(cargo(scene)).toEqual(['admin-update', 'policy-update', 'admin-update', 'time-token']);
  });

  test('certificates under known key ids follow a `denied`, because the lock may know an older one', () => {
    let requests = 0;
    const scene = table({
      hello: { ...HELLO, knownKeys: known },
      answer: (message) => {
        if (message.kind === 'request') requests += 1;
        return plainly(requests === 2 ? 'permitted' : 'denied', message);
      },
    });
    expect(open(scene).code).toBe('permitted');
    expect(told(scene)).toEqual(['request', 'carry', 'request', 'close']);
  });

  test('log acknowledgements follow the request, only this lock’s, with the certificate they need', () => {
    const ack = (lockId: Uint8Array) =>
      sealed(
        'log-ack',
        signers.policy.signer,
        logAckClaims.encode({ version: 1, lockId, iat: NOW - 5, sequence: 30 }),
      );
    const logAcks = [ack(filled(3, 8)), ack(LOCK_ID)];
    const scene = table({}, { logAcks });
    open(scene);
    expect(told(scene)).toEqual(['carry', 'request', 'carry', 'carry', 'close']);
    expect(scene.lock.heard[3]).toEqual({ kind: 'carry', object: 'log-ack', bytes: logAcks[1] });
    const full = table(
      {
        answer: (message, { heard }) =>
          plainly(
            heard.some((one) => one.kind === 'carry' && one.object === 'log-ack')
              ? 'permitted'
              : 'log_full',
            message,
          ),
      },
      { logAcks },
    );
    expect(open(full).code).toBe('permitted');
    expect(told(full)).toEqual(['carry', 'request', 'carry', 'carry', 'request', 'close']);
  });

  test('what does not fit a message stays behind', () => {
    const marks = Array.from({ length: 90 }, (_, index) => ({
      tag: filled(index, 8),
      issuedUntil: NOW,
      version: 3,
      until: NOW,
    }));
    const large = policyBytes({ policyVersion: 9, marks });
    expect(large.length).toBeGreaterThan(2048 - 24);
    expect(large.length).toBeLessThanOrEqual(2048);
    const scene = table(
      { hello: { ...HELLO, knownKeys: known } },
      { doors: [doorOf({ snapshot: large })] },
    );
    expect(open(scene).code).toBe('permitted');
    expect(cargo(scene)).toEqual([]);
  });
});
