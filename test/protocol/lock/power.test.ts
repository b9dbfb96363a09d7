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
  crypto,
  DAY,
  filled,
  grantBytes,
  logAckBytes,
  markOf,
  nextRoot,
  policyBytes,
  strangerKey,
  T0,
  timeBytes,
  trustBytes,
} from '../../helpers/lock-objects.js';
import {
  handshake,
  type LockKeys,
  ownedLock,
  type PhoneSession,
  tryCommission,
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
      clock: T0 - 10,
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

describe('power fails while a lock gets or loses its owner', () => {
  it('G1 first power-up: a lock that was never whole is new', () => {
    for (const { host } of eachCut(new Map(), (cut) => cut.boot(), false)) {
      const after = host.fork();
      expect(after.state.self?.owner).toBeNull();
      expect(tryCommission(after)).toBeDefined();
    }
  });

  it('G1 commissioning: all of it, or a lock that may be commissioned', () => {
    const factory = new Host();
    const outcomes = new Set<boolean>();
    let answered: LockKeys | undefined;
    const work = (host: LockHost) => {
      answered = undefined;
      answered = tryCommission(host);
      timed(host, answered as LockKeys).carry('certificate', certificateOf('bundle'));
    };
    for (const { host, name } of eachCut(new Map(factory.flash), work)) {
      const after = host.fork();
      const isOwned = after.state.self?.owner != null;
      outcomes.add(isOwned);
      if (answered !== undefined) expect(isOwned, name).toBe(true);
      expect(after.state.keeping !== null, name).toBe(isOwned);
      if (isOwned) {
        expect(tryCommission(after), name).toBeUndefined();
        const { staticKey, identityKey } = answered ?? keysOf(after);
        expect(handshake(after, { staticKey, identityKey }).hello.policyVersion).toBe(0);
      } else {
        expect(tryCommission(after), name).toBeDefined();
      }
    }
    expect(outcomes.size).toBe(2);
  });

  it('J4 G1 reset: the owner whole, or nothing of him', () => {
    const secrets = base.state.self!.secrets.reveal();
    const rich = new Host(FLASH, SETUP, 1);
    timed(rich).request(grantBytes({ uses: { useId: filled(9, 8), count: 2 } }));
    for (const { host, name } of eachCut(new Map(rich.flash), (cut) =>
      cut.step({ kind: 'reset' }),
    )) {
      const after = host.fork();
      expect(after.state.self, name).not.toBeNull();
      if (after.state.self?.owner != null) {
        expect(handshake(after, lockKeys).hello.policyVersion).toBe(0);
        continue;
      }
      // The boot erased what the cut left behind.
      expect([...after.flash.keys()].sort(), name).toEqual(['boots', 'self']);
      expect(tryCommission(after), name).toBeDefined();
      const renewed = after.state.self!.secrets.reveal();
      for (const kind of ['device', 'static', 'identity'] as const) {
        expect(renewed[kind], name).not.toEqual(secrets[kind]);
      }
    }
  });

  function keysOf(host: LockHost): LockKeys {
    const { static: staticSecret, identity } = host.state.self!.secrets.reveal();
    return {
      staticKey: crypto.x25519Public(staticSecret),
      identityKey: crypto.ed25519Public(identity).x,
    };
  }
});

describe('memory that is not whole', () => {
  const names = [...FLASH.keys()];

  /** Opens for nobody, answers nobody, and only the reset revives it. */
  function expectShut(host: LockHost): void {
    expect(host.state.self).toBeNull();
    host.step({ kind: 'touched' });
    host.step({ kind: 'button' });
    host.step({ kind: 'rekey' });
    expect(host.advert).toBeNull();
    host.step({ kind: 'connected', connection: 1, mtu: 247 });
    expect(host.dropped.has(1)).toBe(true);
    host.pass(4_000_000);
    expect(host.moves).toEqual([]);
    host.step({ kind: 'reset' });
    expect(host.state.self?.owner).toBeNull();
    expect(tryCommission(host)).toBeDefined();
    const after = host.fork();
    expect(after.state.self?.owner).not.toBeNull();
  }

  it('the lock under test has every kind of record', () => {
    expect(names.sort()).toEqual(
      ['boots', 'certificates', 'journal', 'log-00', 'policy', 'self', 'uses'].sort(),
    );
  });

  it.each(names)('G3 without its record %s the lock is shut', (name) => {
    const flash = new Map(FLASH);
    flash.delete(name);
    expectShut(new Host(flash, SETUP, 1));
  });

  it.each(names)('G3 with both copies of %s broken the lock is shut', (name) => {
    const flash = new Map(FLASH);
    const { a } = flash.get(name)!;
    const broken = a.slice();
    broken[9] = (broken[9] as number) ^ 1;
    flash.set(name, { a: broken, b: broken });
    expectShut(new Host(flash, SETUP, 1));
  });

  it.each(names.filter((name) => name !== 'boots'))(
    'G3 with other bytes under a right CRC in %s the lock is shut',
    (name) => {
      const host = new Host(FLASH, SETUP, 1);
      host.store(name, filled(1, 40));
      expectShut(host.fork());
    },
  );

  it('G3 one flipped bit in one copy loses no revocation, no use, no owner and no epoch', () => {
    const host = new Host(FLASH, SETUP, 1);
    const session = timed(host);
    session.carry(
      'policy-update',
      policyBytes({ policyVersion: 1, marks: [markOf({ tag: filled(3, 8) })] }),
    );
    session.carry('trust-update', trustBytes());
    session.carry('certificate', certificateOf('grant', { trustEpoch: 2 }, nextRoot));
    const uses = { useId: filled(9, 8), count: 1 };
    expect(session.request(grantBytes({ policyVersion: 1, uses }))?.status).toBe('permitted');
    for (const name of ['self', 'policy', 'uses']) {
      for (const place of ['a', 'b'] as const) {
        const flash = new Map(host.flash);
        const copies = flash.get(name)!;
        const broken = copies[place].slice();
        broken[10] = (broken[10] as number) ^ 16;
        flash.set(name, { ...copies, [place]: broken });
        const after = new Host(flash, SETUP, 2);
        expect(after.state.self?.owner?.trust.trustEpoch).toBe(2);
        expect(after.state.keeping?.policy.policyVersion).toBe(1);
        expect(after.state.keeping?.uses).toHaveLength(1);
      }
    }
  });

  it('G3 a log that lost its newest page, or one in the middle, shuts the lock', () => {
    const host = new Host(FLASH, SETUP, 1);
    const session = timed(host);
    for (let visit = 0; visit < 12; visit++) session.request(grantBytes());
    expect(host.state.keeping?.log.head).toBe(25);
    expect(host.fork().state.self).not.toBeNull();
    for (const name of ['log-00', 'log-01']) {
      const flash = new Map(host.flash);
      flash.delete(name);
      expect(new Host(flash, SETUP, 2).state.self).toBeNull();
    }
  });

  it('G3 an altered log record shuts the lock, unless the server has it', () => {
    const host = new Host(FLASH, SETUP, 1);
    const session = timed(host);
    for (let visit = 0; visit < 3; visit++) session.request(grantBytes());
    const page = host.records().get('log-00') as Uint8Array;
    const altered = page.slice();
    altered[40] = (altered[40] as number) ^ 1;
    const other = host.fork();
    other.store('log-00', altered);
    expect(other.fork().state.self).toBeNull();
    session.carry('log-ack', logAckBytes(3));
    host.store('log-00', altered);
    expect(host.fork().state.self).not.toBeNull();
  });

  it('G2 an image of last week gives receipts that contradict those the server has', () => {
    const host = new Host(FLASH, SETUP, 1);
    const image = new Map(host.flash);
    const session = timed(host);
    session.carry('policy-update', policyBytes({ policyVersion: 1 }));
    const first = session.request(grantBytes({}, strangerKey));
    const restored = new Host(image, SETUP, 900);
    const second = timed(restored).request(grantBytes());
    expect(second?.receipt?.sequence).toBe(first?.receipt?.sequence);
    expect(second?.bytes).not.toEqual(first?.bytes);
    expect(second?.receipt?.policyVersion).toBeLessThan(first?.receipt?.policyVersion as number);
  });
});

describe('G4 G6 power-ups', () => {
  it('are counted before anything else, each once, also when nothing else happens', () => {
    const host = new Host(FLASH, SETUP, 1);
    const before = host.state.boots;
    for (let count = 1; count <= 50; count++) {
      host.writes = [];
      host.boot();
      expect(host.writes).toEqual(['boots']);
      expect(host.state.boots).toBe(before + count);
    }
  });

  it('a boot that fails at its first write leaves the counter as it was', () => {
    const host = new Host(FLASH, SETUP, 1);
    const { boots } = host.state;
    for (let trial = 0; trial < 20; trial++) {
      host.cutAfter = 0;
      host.isTorn = trial % 2 === 0;
      expect(() => host.boot()).toThrow();
    }
    host.cutAfter = Number.POSITIVE_INFINITY;
    host.boot();
    expect(host.state.boots).toBe(boots + 1);
  });

  it('at 2^32-1 the lock is shut for good', () => {
    const host = new Host(FLASH, SETUP, 1);
    host.store('boots', Uint8Array.of(255, 255, 255, 253));
    host.boot();
    expect(handshake(host, lockKeys).hello.counter.slice(0, 4)).toEqual(
      Uint8Array.of(255, 255, 255, 254),
    );
    host.boot();
    expect(host.state.self).toBeNull();
    host.step({ kind: 'reset' });
    expect(host.state.self).toBeNull();
    host.boot();
    expect(host.state.self).toBeNull();
  });

  it('at 2^32-1 sessions of one boot no hand is shaken', () => {
    const host = new Host(FLASH, SETUP, 1);
    host.state = { ...host.state, sessions: 0xffff_fffe };
    expect(handshake(host, lockKeys).hello.counter.slice(4)).toEqual(filled(255, 4));
    expect(() => handshake(host, lockKeys, { id: 2 })).toThrow();
  });
});
