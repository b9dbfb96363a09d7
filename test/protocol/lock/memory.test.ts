import { describe, expect, it } from 'vitest';
import {
  eachCut,
  type Flash,
  LockHost as Host,
  type LockHost,
  SETUP,
} from '../../helpers/lock-host.js';
import {
  certificateOf,
  crypto,
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
} from '../../helpers/lock-phone.js';

const { host: base, keys: lockKeys } = ownedLock();
const FLASH: Flash = new Map(base.flash);

function timed(host: LockHost, keys: LockKeys = lockKeys): PhoneSession {
  const session = handshake(host, keys);
  session.carry('time-token', timeBytes({ iat: T0, nonce: session.hello.nonce }));
  return session;
}

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
