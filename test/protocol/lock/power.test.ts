import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../protocol/lock/log.js';
import {
  eachCut,
  type Flash,
  LockHost as Host,
  type LockHost,
  SETUP,
} from '../../helpers/lock-host.js';
import {
  adminBytes,
  certificateOf,
  DAY,
  filled,
  grantBytes,
  logAckBytes,
  markOf,
  nextRoot,
  policyBytes,
  T0,
  timeBytes,
  trustBytes,
} from '../../helpers/lock-objects.js';
import {
  handshake,
  type LockKeys,
  ownedLock,
  type PhoneSession,
  tryHandshake,
} from '../../helpers/lock-phone.js';

const { host: base, keys: lockKeys } = ownedLock();
const FLASH: Flash = new Map(base.flash);

/** What somebody outside knows for certain of a lock: nothing of it may ever become untrue. */
interface Known {
  receipts: number;
  policyVersion: number;
  trustEpoch: number;
  adminSequence: number;
}

const nothing = (): Known => ({ receipts: 0, policyVersion: 0, trustEpoch: 1, adminSequence: 0 });

function timed(host: LockHost, keys: LockKeys = lockKeys): PhoneSession {
  const session = handshake(host, keys);
  session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
  return session;
}

/** Power comes back: the lock is whole, and nothing that was known went back. */
function restart(host: LockHost, known: Known): LockHost {
  const boots = host.state.boots;
  const after = host.fork();
  const { keeping, self } = after.state;
  expect(self?.owner, 'the lock lost its owner').not.toBeNull();
  expect(after.state.boots).toBeGreaterThan(boots);
  expect(keeping!.journal.receiptSequence).toBeGreaterThanOrEqual(known.receipts);
  expect(keeping!.policy.policyVersion).toBeGreaterThanOrEqual(known.policyVersion);
  expect(self!.owner!.trust.trustEpoch).toBeGreaterThanOrEqual(known.trustEpoch);
  expect(keeping!.journal.adminSequence).toBeGreaterThanOrEqual(known.adminSequence);
  return after;
}

/** Runs `work` with a cut before every write, and `judge` on the lock after it. */
function cutEverywhere(
  flash: Flash,
  work: (host: LockHost, known: Known) => void,
  judge: (after: LockHost, known: Known, before: LockHost) => void,
): number {
  let known = nothing();
  let cuts = 0;
  const start = (host: LockHost) => {
    known = nothing();
    work(host, known);
  };
  for (const { host, name } of eachCut(flash, start)) {
    cuts += 1;
    try {
      judge(restart(host, known), known, host);
    } catch (error) {
      throw new Error(name, { cause: error });
    }
  }
  return cuts;
}

describe('G1 F16 power fails before any write of', () => {
  it('a snapshot, then a delta: what was answered as applied still refuses', () => {
    const marks = [markOf({ issuedUntil: T0 - 30 })];
    const dead = grantBytes();
    const cuts = cutEverywhere(
      FLASH,
      (host, known) => {
        const session = timed(host);
        for (const update of [
          policyBytes({ policyVersion: 3, marks }),
          policyBytes({
            policyVersion: 4,
            base: 3,
            marks: [markOf({ tag: filled(5, 8) })],
            iat: T0 - 4,
          }),
        ]) {
          expect(session.carry('policy-update', update)).toBe('applied');
          known.policyVersion = known.policyVersion === 0 ? 3 : 4;
        }
      },
      (after, known) => {
        const { policy } = after.state.keeping!;
        // All of a version or none of it.
        expect(policy.marks).toHaveLength({ 0: 0, 3: 1, 4: 2 }[policy.policyVersion as 0 | 3 | 4]);
        const session = timed(after);
        const answer = session.request(dead);
        if (known.policyVersion > 0) expect(answer?.status).toBe('revoked');
        expect(answer?.status === 'permitted').toBe(policy.policyVersion === 0);
      },
    );
    expect(cuts).toBeGreaterThan(12);
  });

  it('a commit and the purge after it: no mark goes while the lock may think it is earlier', () => {
    const host = new Host(FLASH, SETUP, 1);
    const marks = [markOf({ until: T0 + 60 })];
    expect(timed(host).carry('policy-update', policyBytes({ policyVersion: 1, marks }))).toBe(
      'applied',
    );
    cutEverywhere(
      new Map(host.flash),
      (cut) => {
        const session = handshake(cut, lockKeys);
        session.carry('policy-update', policyBytes({ policyVersion: 2, base: 1, iat: T0 + 60 }));
      },
      (after) => {
        const { policy, journal } = after.state.keeping!;
        if (policy.marks.length === 0) expect(journal.committed.lo).toBeGreaterThanOrEqual(T0 + 60);
        const status = timed(after).request(
          grantBytes({ policyVersion: 1, timePolicy: 1, exp: T0 + 59 }),
        )?.status;
        expect(['revoked', 'expired']).toContain(status);
      },
    );
  });

  it('C11 a use: two uses are never three', () => {
    const grant = grantBytes({ uses: { useId: filled(9, 8), count: 2 } });
    cutEverywhere(
      FLASH,
      (host) => {
        const session = timed(host);
        for (let use = 0; use < 3; use++) session.request(grant);
      },
      (after, _, before) => {
        const session = timed(after);
        for (let use = 0; use < 3; use++) session.request(grant);
        expect(before.moves.length + after.moves.length).toBeLessThanOrEqual(2);
      },
    );
  });

  it('an opening: no bolt moves that the log does not say, and no receipt number comes twice', () => {
    const seen: number[] = [];
    cutEverywhere(
      FLASH,
      (host, known) => {
        const session = timed(host);
        for (let visit = 0; visit < 2; visit++) {
          const receipt = session.request(grantBytes())?.receipt;
          known.receipts = receipt?.sequence ?? known.receipts;
        }
      },
      (after, known, before) => {
        const { log } = after.state.keeping!;
        const results = Array.from(
          { length: log.head },
          (_, index) => recordOf(log, index + 1)?.result,
        );
        expect(results.filter((result) => result === 255).length).toBeGreaterThanOrEqual(
          before.moves.length,
        );
        const next = timed(after).request(grantBytes())?.receipt?.sequence as number;
        expect(next).toBeGreaterThan(known.receipts);
        seen.push(next);
      },
    );
    expect(seen.length).toBeGreaterThan(8);
  });

  it('E9 the clock: lo is what it was, or what it became', () => {
    const before = base.state.clock.lo;
    cutEverywhere(
      FLASH,
      (host) => {
        host.pass(3_600_000);
        handshake(host, lockKeys).carry('time-token', timeBytes({ iat: T0 + 7200 }));
      },
      (after) => {
        expect([before, before + 3599, T0 + 7195]).toContain(after.state.clock.lo);
        expect(after.state.clock.hi).toBeNull();
      },
    );
  });

  it('F15 a trust update: the new root for good, or the old one still', () => {
    cutEverywhere(
      FLASH,
      (host, known) => {
        const session = timed(host);
        expect(session.carry('trust-update', trustBytes())).toBe('applied');
        known.trustEpoch = 2;
        session.carry('certificate', certificateOf('grant', { trustEpoch: 2 }, nextRoot));
      },
      (after) => {
        const session = handshake(after, lockKeys);
        const { trustEpoch } = after.state.self!.owner!.trust;
        expect(session.hello.trustEpoch).toBe(trustEpoch);
        const again = session.carry('trust-update', trustBytes());
        expect(again).toBe(trustEpoch === 2 ? 'already_known' : 'applied');
        expect(session.carry('certificate', certificateOf('policy'))).toBe('carry_untrusted');
      },
    );
  });

  it('a clock reset: once, and only below its floor', () => {
    const host = new Host(FLASH, SETUP, 1);
    const first = handshake(host, lockKeys);
    first.carry('time-token', timeBytes({ iat: T0 + 20 * DAY }));
    const floor = { issuedUntil: T0 - 5, version: 0 };
    expect(first.carry('policy-update', policyBytes({ policyVersion: 1, floor }))).toBe('applied');
    const reset = adminBytes({
      sequence: 1,
      clock: { lo: T0 - 10, from: T0 + DAY },
      config: { version: 1, openSeconds: 7, personalLog: true },
    });
    cutEverywhere(
      new Map(host.flash),
      (cut, known) => {
        const session = handshake(cut, lockKeys);
        expect(session.carry('admin-update', reset)).toBe('applied');
        known.adminSequence = 1;
        session.carry('time-token', timeBytes({ iat: T0 + 100 }));
      },
      (after) => {
        const { journal } = after.state.keeping!;
        // Sequence, configuration and clock go together.
        const isDone = journal.adminSequence === 1;
        expect(journal.config.openSeconds).toBe(isDone ? 7 : 5);
        expect(after.state.clock.lo < T0 + DAY).toBe(isDone);
        const session = handshake(after, lockKeys);
        session.carry('time-token', timeBytes({ iat: T0 + 10 * DAY }));
        const again = session.carry('admin-update', reset);
        expect(again).toBe(isDone ? 'already_known' : 'applied');
      },
    );
  });

  it('a log ack, and the end of a change of key', () => {
    const host = new Host(FLASH, SETUP, 1);
    host.step({ kind: 'rekey' });
    cutEverywhere(
      new Map(host.flash),
      (cut) => {
        const session = timed(cut);
        session.carry('log-ack', logAckBytes(2));
        session.carry(
          'policy-update',
          policyBytes({ policyVersion: 1, base: 0, iat: T0 + 25 * DAY }),
        );
        session.say({ kind: 'close' });
        const later = handshake(cut, lockKeys);
        later.carry(
          'policy-update',
          policyBytes({ policyVersion: 2, base: 0, iat: T0 + 28 * DAY }),
        );
        cut.pass(3 * DAY * 1000);
      },
      (after) => {
        const { self, clock } = after.state;
        const { rekeying, secrets } = self!;
        expect(secrets.reveal().formerStatic !== null).toBe(rekeying !== null);
        // Once its time is over the former key serves nobody, forgotten or not.
        const isServed =
          rekeying !== null && (rekeying.until === null || clock.lo < rekeying.until);
        expect(tryHandshake(after, lockKeys) !== undefined).toBe(isServed);
      },
    );
  });

  it('a change of key: phones with the old key are served throughout', () => {
    cutEverywhere(
      FLASH,
      (host) => {
        host.step({ kind: 'rekey' });
        timed(host).request(grantBytes());
      },
      (after) => {
        const receipt = timed(after).request(grantBytes())?.receipt;
        const renewed = receipt?.newStaticKey;
        if (renewed !== undefined) handshake(after, { ...lockKeys, staticKey: renewed }, { id: 2 });
      },
    );
  });
});

it('a log record commits the clock: power that fails after the intent brings back its lo', () => {
  const host = new Host(FLASH, SETUP, 1);
  const session = timed(host);
  host.pass(9000);
  host.bolt = 'silent';
  session.request(grantBytes());
  expect(host.state.keeping?.journal.committed.lo).toBe(T0 - 5);
  expect(host.fork().state.clock.lo).toBe(T0 + 3);
});
