import { describe, expect, it } from 'vitest';
import { appendRecord, recordOf } from '../../../protocol/lock/log.js';
import { segmentPrologue } from '../../../protocol/lock/log-reading.js';
import { pageName } from '../../../protocol/lock/records.js';
import { linkAfter } from '../../../protocol/objects/log-record.js';
import { parseSegment } from '../../../protocol/objects/log-segment.js';
import { readNoise, startNoise } from '../../../protocol/session/noise.js';
import type { LockHost } from '../../helpers/lock-host.js';
import {
  adminBytes,
  certificateOf,
  crypto,
  DAY,
  filled,
  grantBytes,
  keys,
  LOCK_ID,
  logAckBytes,
  logSecret,
  markOf,
  policyBytes,
  strangerKey,
  T0,
  TAGS,
  timeBytes,
} from '../../helpers/lock-objects.js';
import {
  handshake,
  type LockKeys,
  ownedLock,
  type PhoneSession,
} from '../../helpers/lock-phone.js';

function timed(owned: { host: LockHost; keys: LockKeys } = ownedLock()): PhoneSession {
  const session = handshake(owned.host, owned.keys);
  session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
  return session;
}

/** A session at a lock whose log names devices. */
function personal(): PhoneSession {
  const session = timed();
  const config = { version: 1, openSeconds: 5, personalLog: true };
  expect(session.carry('admin-update', adminBytes({ sequence: 1, config }))).toBe('applied');
  return session;
}

const logOf = (session: PhoneSession) => session.host.state.keeping!.log;
const lastOf = (session: PhoneSession, back = 0) =>
  recordOf(logOf(session), logOf(session).head - back);

describe('before a valid proof', () => {
  it('I5 the answer is the same whatever was wrong', () => {
    const marks = [markOf()];
    const answers = new Set<string>();
    const wrongs: ((session: PhoneSession) => unknown)[] = [
      (session) => session.request(grantBytes(), { signer: strangerKey }),
      (session) => session.request(grantBytes({ exp: T0 - 1 }), { signer: strangerKey }),
      (session) => session.request(grantBytes({}, strangerKey)),
      (session) => session.request(grantBytes({}, keys.policy)),
      (session) => session.request(filled(3, 200)),
      (session) => session.request(grantBytes({ lockId: filled(1, 8) })),
      (session) => session.request(grantBytes(), { operation: 8 }),
      (session) => session.request(grantBytes(), { request: 7 }),
      (session) =>
        session.request(grantBytes({ tags: [filled(1, 8), TAGS[1]] }), { signer: strangerKey }),
    ];
    const first = timed();
    first.carry('policy-update', policyBytes({ policyVersion: 1, marks }));
    first.say({ kind: 'close' });
    for (const wrong of wrongs) {
      const session = handshake(first.host, first.lockKeys);
      const writes = first.host.writes.length;
      answers.add(JSON.stringify(wrong(session)));
      expect(first.host.writes).toHaveLength(writes);
      session.say({ kind: 'close' });
    }
    expect([...answers]).toEqual(['{"status":"denied","receipt":null,"bytes":null}']);
    expect(first.host.moves).toEqual([]);
  });

  it('a receipt is given once, and only if a carry changed the lock; it names no grant and no reason', () => {
    const { host, keys: lockKeys } = ownedLock();
    const session = handshake(host, lockKeys);
    expect(session.carry('policy-update', policyBytes({ policyVersion: 4 }))).toBe('applied');
    const wrong = { signer: strangerKey };
    const answer = session.request(grantBytes(), wrong);
    expect(answer?.status).toBe('denied');
    expect(answer?.receipt).toMatchObject({
      status: 1,
      policyVersion: 4,
      post: filled(4, 16),
      sequence: 1,
    });
    expect(answer?.receipt).not.toHaveProperty('grantHash');
    expect(session.request(grantBytes(), wrong)?.receipt).toBeNull();
    expect(session.carry('policy-update', policyBytes({ policyVersion: 4 }))).toBe('already_known');
    expect(session.request(grantBytes(), wrong)?.receipt).toBeNull();
  });
});

describe('requests of one session', () => {
  it('are counted from 1; another number is denied', () => {
    const session = timed();
    expect(session.request(grantBytes(), { request: 2 })?.status).toBe('denied');
    expect(session.request(grantBytes())?.status).toBe('permitted');
    expect(session.request(grantBytes(), { request: 2 })?.status).toBe('denied');
  });

  it('the number in the message is the one that is due, whatever the proof is over', () => {
    const session = timed();
    const answer = session.request(grantBytes(), { request: 7, signed: { request: 1 } });
    expect(answer?.status).toBe('denied');
    expect(session.host.moves).toEqual([]);
  });

  it('D8 the same proof twice is denied the second time', () => {
    const session = timed();
    const message = session.requestMessage(grantBytes());
    const first = session.say(message);
    expect(first?.kind === 'answer' && session.read(first).status).toBe('permitted');
    const second = session.say(message);
    expect(second?.kind === 'answer' && session.read(second).status).toBe('denied');
    const renumbered = session.say({ ...message, request: 3 });
    expect(renumbered?.kind === 'answer' && session.read(renumbered).status).toBe('denied');
    expect(session.host.moves).toEqual(['unlock']);
  });

  it.each([
    [1, 'unlock'],
    [2, 'secure'],
    [4, 'hold-open'],
  ])('operation %d moves the bolt to %s', (operation, move) => {
    const session = timed();
    expect(session.request(grantBytes({ scope: 7 }), { operation })?.status).toBe('permitted');
    expect(session.host.moves).toEqual([move]);
    expect(session.host.openSeconds).toBe(operation === 1 ? 5 : 0);
  });

  it('a ranging grant opens after the lock’s own hardware measured the phone, not before', () => {
    const session = timed();
    const grant = grantBytes({ requirements: 8 });
    expect(session.request(grant, { asserted: 8 })?.status).toBe('ranging_missing');
    session.host.step({ kind: 'ranged', connection: 1, near: true });
    expect(session.request(grant, { asserted: 8 })?.status).toBe('permitted');
    session.host.step({ kind: 'ranged', connection: 1, near: false });
    expect(session.request(grant, { asserted: 8 })?.status).toBe('ranging_missing');
  });
});

describe('receipts', () => {
  it('are numbered without a gap, name the grant, and are true of memory', () => {
    const session = timed();
    const grant = grantBytes();
    for (let sequence = 1; sequence <= 3; sequence++) {
      session.host.elapsedMs += 2000;
      const receipt = session.request(grant)?.receipt;
      const journal = session.host.state.keeping?.journal;
      expect(receipt).toMatchObject({
        sequence,
        status: 0,
        iat: journal?.committed.lo,
        committed: journal?.committed,
        trustEpoch: 1,
        counter: session.hello.counter,
        grantHash: crypto.sha256(grant).slice(0, 8),
        logHead: logOf(session).link,
        firmware: 'test 1',
        battery: 80,
      });
    }
    expect(session.host.fork().state.keeping?.journal.receiptSequence).toBe(3);
  });

  it('refusals after a proof have one too, and say why', () => {
    const session = timed();
    const answer = session.request(grantBytes({ exp: T0 - 30 }));
    expect(answer).toMatchObject({ status: 'expired', receipt: { status: 9, sequence: 1 } });
  });

  it('G4 the last number is given once; after it nothing opens', () => {
    const session = timed();
    const { state } = session.host;
    const keeping = state.keeping!;
    const journal = { ...keeping.journal, receiptSequence: 0xffff_fffe };
    session.host.state = { ...state, keeping: { ...keeping, journal } };
    expect(session.request(grantBytes())?.receipt?.sequence).toBe(0xffff_ffff);
    const next = session.request(grantBytes());
    expect(next).toEqual({ status: 'storage_failed', receipt: null, bytes: null });
    expect(session.host.moves).toHaveLength(1);
  });
});

describe('the log', () => {
  it('intent before the bolt, outcome after it, chained', () => {
    const session = personal();
    session.host.bolt = 'silent';
    const message = session.requestMessage(grantBytes());
    session.say(message);
    expect(lastOf(session)).toMatchObject({ tag: TAGS[0], operation: 1, result: 255 });
    expect(session.host.moves).toEqual(['unlock']);
    session.host.step({ kind: 'bolt', order: 1, moved: true });
    expect(lastOf(session)).toMatchObject({ tag: TAGS[0], operation: 1, result: 0 });
    expect(lastOf(session)?.link).toEqual(linkAfter(crypto, lastOf(session, 1)!));
    const answer = session.hear();
    expect(answer?.kind === 'answer' && session.read(answer).status).toBe('permitted');
  });

  it('a bolt that jams is no opening', () => {
    const session = personal();
    session.host.bolt = 'jams';
    const answer = session.request(grantBytes());
    expect(answer).toMatchObject({ status: 'bolt_failed', receipt: { status: 22 } });
    expect(lastOf(session)?.result).toBe(22);
  });

  it('a bolt that never answers is no opening after ten seconds; its late answer changes nothing', () => {
    const session = personal();
    session.host.bolt = 'silent';
    session.request(grantBytes());
    session.host.pass(9999);
    expect(session.host.state.orders).toHaveLength(1);
    session.host.pass(1);
    const answer = session.hear();
    expect(answer?.kind === 'answer' && session.read(answer).status).toBe('bolt_failed');
    const { head } = logOf(session);
    session.host.step({ kind: 'bolt', order: 1, moved: true });
    expect(logOf(session).head).toBe(head);
  });

  it('a bolt that answers just when it is late is believed', () => {
    const session = personal();
    session.host.bolt = 'silent';
    session.request(grantBytes());
    session.host.elapsedMs += 10_000;
    session.host.step({ kind: 'bolt', order: 1, moved: true });
    const answer = session.hear();
    expect(answer?.kind === 'answer' && session.read(answer).status).toBe('permitted');
  });

  it('without personal entries it names nobody', () => {
    const session = timed();
    session.request(grantBytes());
    expect(lastOf(session)).toMatchObject({ tag: filled(0, 8), operation: 1, result: 0 });
  });

  it('G5 a full personal log opens for nobody until the server has read it', () => {
    const session = personal();
    fill(session.host, 512 - 2);
    expect(session.request(grantBytes())?.status).toBe('permitted');
    expect(session.request(grantBytes())).toMatchObject({
      status: 'log_full',
      receipt: { status: 24 },
    });
    const released = logOf(session).head - 509;
    expect(session.carry('log-ack', logAckBytes(released))).toBe('applied');
    expect(session.request(grantBytes())?.status).toBe('permitted');
    expect(session.host.moves).toHaveLength(2);
  });

  it('G5 a log that begins to name devices keeps nobody out for what it held before', () => {
    const session = timed();
    fill(session.host, 600);
    const config = { version: 1, openSeconds: 5, personalLog: true };
    session.host.writes = [];
    expect(session.carry('admin-update', adminBytes({ sequence: 1, config }))).toBe('applied');
    expect(session.host.writes).toEqual(['journal', 'journal']);
    const { head } = logOf(session);
    expect(session.host.state.keeping?.journal.logReleased).toBe(head);
    expect(session.host.fork().state.self).not.toBeNull();
    fill(session.host, 510);
    expect(session.request(grantBytes())?.status).toBe('permitted');
    expect(session.request(grantBytes())?.status).toBe('log_full');
    // Wanted anew, it does not let go of names that are in it.
    const again = adminBytes({ sequence: 2, config: { ...config, version: 2 } });
    expect(session.carry('admin-update', again)).toBe('applied');
    expect(session.request(grantBytes())?.status).toBe('log_full');
  });

  it('an alarm and a new key that nobody read of are still awaited then', () => {
    const session = timed();
    session.host.step({ kind: 'rekey' });
    session.carry('policy-update', policyBytes({ policyVersion: 1 }));
    session.carry('policy-update', policyBytes({ policyVersion: 1, post: filled(9, 16) }));
    const { head } = logOf(session);
    const config = { version: 1, openSeconds: 5, personalLog: true };
    session.carry('admin-update', adminBytes({ sequence: 1, config }));
    const { journal } = session.host.state.keeping!;
    expect(journal).toMatchObject({ logReleased: head, alarm: { status: 'fork' } });
    expect(session.carry('log-ack', logAckBytes(1))).toBe('already_known');
    expect(session.carry('log-ack', logAckBytes(head))).toBe('applied');
    expect(session.host.state.keeping?.journal).toMatchObject({ logReleased: head, alarm: null });
    expect(session.host.state.self?.rekeying?.until).toBe(T0 - 5 + 30 * DAY);
    expect(session.carry('log-ack', logAckBytes(head))).toBe('already_known');
  });

  it('G5 a full log without personal entries gives up its oldest record', () => {
    const session = timed();
    fill(session.host, 512);
    expect(session.request(grantBytes())?.status).toBe('permitted');
    expect(recordOf(logOf(session), 1)).toBeUndefined();
    expect(session.host.fork().state.self).not.toBeNull();
  });

  it('who is refused all day never fills more than half of it', () => {
    const session = personal();
    fill(session.host, 255);
    const { head } = logOf(session);
    for (let trial = 0; trial < 4; trial++) session.request(grantBytes({ exp: T0 - 30 }));
    expect(logOf(session).head).toBe(head + 1);
  });

  it('G4 at its last sequence nothing opens', () => {
    const session = timed();
    const { state } = session.host;
    const keeping = state.keeping!;
    session.host.state = {
      ...state,
      keeping: { ...keeping, log: { ...keeping.log, head: 0xffff_fffe } },
    };
    expect(session.request(grantBytes())?.status).toBe('log_full');
    expect(session.host.moves).toEqual([]);
  });
});

describe('I3 reading the log', () => {
  const reading = grantBytes({ scope: 9 });

  it('needs a permitted read-log request of this session', () => {
    const session = timed();
    expect(session.say({ kind: 'read-log', from: 1 })).toEqual({ kind: 'segment', sealed: null });
    expect(session.request(grantBytes(), { operation: 8 })?.status).toBe('denied');
    expect(session.say({ kind: 'read-log', from: 1 })).toEqual({ kind: 'segment', sealed: null });
    expect(session.request(reading, { operation: 8 })?.status).toBe('permitted');
    expect(session.host.moves).toEqual([]);
    const answer = session.say({ kind: 'read-log', from: 1 });
    expect(answer?.kind === 'segment' && answer.sealed).toBeInstanceOf(Uint8Array);
  });

  it('gives sealed pieces that only the server opens, whole and in order', () => {
    const session = personal();
    fill(session.host, 100);
    session.request(reading, { operation: 8 });
    const sequences: number[] = [];
    let from = 1;
    for (let piece = 0; piece < 4; piece++) {
      const answer = session.say({ kind: 'read-log', from });
      if (answer?.kind !== 'segment' || answer.sealed === null) break;
      const opened = open(answer.sealed);
      expect(opened?.sender).toEqual(session.lockKeys.staticKey);
      const segment = parseSegment(opened!.payload, crypto);
      expect(segment.ok).toBe(true);
      if (!segment.ok) break;
      expect(segment.value.lockId).toEqual(LOCK_ID);
      sequences.push(...segment.value.records.map(({ sequence }) => sequence));
      from = (sequences.at(-1) as number) + 1;
    }
    expect(sequences).toEqual(Array.from({ length: logOf(session).head }, (_, index) => index + 1));
  });

  it('an altered piece, one for another lock, or under another key opens for nobody', () => {
    const session = personal();
    session.request(reading, { operation: 8 });
    const answer = session.say({ kind: 'read-log', from: 1 });
    const sealed = answer?.kind === 'segment' ? (answer.sealed as Uint8Array) : new Uint8Array(0);
    expect(open(sealed)).toBeDefined();
    for (let at = 0; at < sealed.length; at += 5) {
      const changed = sealed.slice();
      changed[at] = (changed[at] as number) ^ 1;
      expect(open(changed)).toBeUndefined();
    }
    expect(open(sealed, filled(1, 8))).toBeUndefined();
    expect(open(sealed, LOCK_ID, filled(0x23))).toBeUndefined();
  });

  it('two pieces share no ephemeral key though the random bytes repeat', () => {
    const session = personal();
    session.host.fixedRandom = filled(1);
    session.request(reading, { operation: 8 });
    const heads = [1, 1, 2].map((from) => {
      const answer = session.say({ kind: 'read-log', from });
      return String(answer?.kind === 'segment' && answer.sealed?.slice(0, 32));
    });
    expect(new Set(heads).size).toBe(3);
  });

  it('I4 reading releases nothing: the same piece is there until the server acknowledged it', () => {
    const session = personal();
    session.request(reading, { operation: 8 });
    const { head } = logOf(session);
    session.say({ kind: 'read-log', from: 1 });
    const later = session.host.fork();
    expect(later.state.keeping?.journal.logReleased).toBe(head - 1);
    expect(recordOf(later.state.keeping!.log, head)).toBeDefined();
  });

  function open(sealed: Uint8Array, lockId: Uint8Array = LOCK_ID, secret: Uint8Array = logSecret) {
    const state = startNoise(crypto, {
      pattern: 'X',
      initiator: false,
      prologue: segmentPrologue(lockId),
      static: secret,
    });
    const read = readNoise(crypto, state, sealed);
    return read && { payload: read.payload, sender: read.state.remoteStatic };
  }
});

describe('C11 uses', () => {
  const grant = grantBytes({ uses: { useId: filled(9, 8), count: 2 } });

  it('are counted over all grants of a share, sessions and power losses', () => {
    const session = timed();
    expect(session.request(grant)?.status).toBe('permitted');
    const reissued = grantBytes({
      id: filled(2, 8),
      iat: T0 - 20,
      uses: { useId: filled(9, 8), count: 2 },
    });
    session.host.boot();
    const later = timed({ host: session.host, keys: session.lockKeys });
    expect(later.request(reissued)?.status).toBe('permitted');
    expect(later.request(grant)?.status).toBe('uses_spent');
    expect(session.host.moves).toHaveLength(2);
  });

  it('a use whose bolt jammed is spent', () => {
    const session = timed();
    session.host.bolt = 'jams';
    session.request(grant);
    session.request(grant);
    expect(session.request(grant)?.status).toBe('uses_spent');
  });

  it('reading the log spends none', () => {
    const session = timed();
    const both = grantBytes({ scope: 9, uses: { useId: filled(9, 8), count: 1 } });
    expect(session.request(both, { operation: 8 })?.status).toBe('permitted');
    expect(session.host.state.keeping?.uses).toEqual([]);
    expect(session.request(both)?.status).toBe('permitted');
  });

  it('the seventeenth share has no place, also when the grants of all others are over', () => {
    const session = timed();
    for (let share = 0; share < 16; share++) {
      const one = grantBytes({ exp: T0 + 100, uses: { useId: filled(share, 8), count: 1 } });
      expect(session.request(one)?.status).toBe('permitted');
    }
    const one = grantBytes({ uses: { useId: filled(99, 8), count: 1 } });
    expect(session.request(one)?.status).toBe('uses_full');
    session.carry('time-token', timeBytes({ iat: T0 + 110 }));
    session.carry('time-token', timeBytes({ iat: T0 + 110, nonce: session.hello.nonce }));
    expect(session.request(one)?.status).toBe('uses_full');
    expect(session.host.state.keeping?.uses).toHaveLength(16);
  });
});

describe('changing the X25519 key', () => {
  const until = T0 + 30 * DAY;

  it('serves both keys, and receipts bring the new one, until 30 days after the server’s ack', () => {
    const { host, keys: lockKeys } = ownedLock();
    host.step({ kind: 'rekey' });
    const session = timed({ host, keys: lockKeys });
    const receipt = session.request(grantBytes())?.receipt;
    const renewed = { ...lockKeys, staticKey: receipt?.newStaticKey as Uint8Array };
    expect(renewed.staticKey).not.toEqual(lockKeys.staticKey);
    session.say({ kind: 'close' });
    const second = timed({ host, keys: renewed });
    expect(second.request(grantBytes())?.status).toBe('permitted');
    expect(second.carry('log-ack', logAckBytes(logOf(second).head))).toBe('applied');
    expect(host.state.self?.rekeying?.until).toBeGreaterThan(until - 60);
    second.say({ kind: 'close' });
    expect(() => handshake(host, lockKeys)).not.toThrow();
    host.boot();
    expect(() => handshake(host, lockKeys)).not.toThrow();
    host.step({ kind: 'disconnected', connection: 1 });
    const third = handshake(host, renewed);
    const deadline = host.state.self?.rekeying?.until as number;
    third.carry('time-token', timeBytes({ iat: deadline - 5, radius: 5 }));
    third.say({ kind: 'close' });
    // Ten seconds before it the former key serves; at it no more, though it is not yet forgotten.
    expect(() => handshake(host, lockKeys)).not.toThrow();
    host.step({ kind: 'disconnected', connection: 1 });
    host.pass(12_000);
    expect(() => handshake(host, lockKeys)).toThrow();
    expect(host.state.self?.secrets.reveal().formerStatic).not.toBeNull();
    host.pass(3_600_000);
    expect(host.state.self?.secrets.reveal().formerStatic).toBeNull();
    expect(() => handshake(host, lockKeys)).toThrow();
    expect(() => handshake(host, renewed)).not.toThrow();
  });

  it('an ack of an earlier record is none of the new key', () => {
    const { host, keys: lockKeys } = ownedLock();
    host.step({ kind: 'rekey' });
    const session = timed({ host, keys: lockKeys });
    expect(session.carry('log-ack', logAckBytes(1))).toBe('applied');
    expect(host.state.self?.rekeying?.until).toBeNull();
  });

  it('one change at a time, and none without an owner', () => {
    const { host } = ownedLock();
    host.step({ kind: 'rekey' });
    const { self } = host.state;
    host.step({ kind: 'rekey' });
    expect(host.state.self).toBe(self);
    host.step({ kind: 'reset' });
    host.step({ kind: 'rekey' });
    expect(host.state.self?.rekeying).toBeNull();
  });
});

it('a certificate carried in the same session counts at once', () => {
  const session = timed();
  const renewed = certificateOf('bundle');
  expect(session.carry('certificate', renewed)).toBe('applied');
  expect(handshake(session.host, session.lockKeys, { id: 2 }).hello.knownKeys).toHaveLength(5);
});

/** Puts records into the log until so many are unread. */
function fill(host: LockHost, unread: number): void {
  const keeping = host.state.keeping!;
  while (host.state.keeping!.log.head - keeping.journal.logReleased < unread) {
    const log = host.state.keeping!.log;
    const added = appendRecord(log, { lo: T0, tag: filled(1, 8), operation: 1, result: 0 }, crypto);
    host.state = { ...host.state, keeping: { ...host.state.keeping!, log: added.log } };
    host.store(pageName(added.page), added.log.pages[added.page] as Uint8Array);
  }
}
