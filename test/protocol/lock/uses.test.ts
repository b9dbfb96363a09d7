import { describe, expect, it } from 'vitest';
import { DAY, filled, grantBytes, T0, timeBytes } from '../../helpers/lock-objects.js';
import { handshake, ownedLock, type PhoneSession } from '../../helpers/lock-phone.js';

type Owned = ReturnType<typeof ownedLock>;

/** A session in which the lock is told the time. */
function at(owned: Owned, now: number): PhoneSession {
  const session = handshake(owned.host, owned.keys);
  session.carry('time-token', timeBytes({ iat: now, nonce: session.hello.nonce }));
  return session;
}

/** A day's grant of one share for one opening, issued at `iat`. */
const grantAt = (iat: number, share = 5) =>
  grantBytes({
    iat,
    nbf: iat,
    exp: iat + DAY,
    id: filled(iat % 251, 8),
    uses: { useId: filled(share, 8), count: 1 },
  });

describe('C11 a share that is issued anew', () => {
  it('is spent once, also when the grant that counted is over', () => {
    const owned = ownedLock();
    const first = at(owned, T0);
    expect(first.request(grantAt(T0 - 60))?.status).toBe('permitted');
    first.say({ kind: 'close' });
    owned.host.pass(DAY * 1000);
    const second = at(owned, T0 + DAY);
    expect(second.request(grantAt(T0 - 60))?.status).toBe('expired');
    expect(second.request(grantAt(T0 + DAY / 2))?.status).toBe('uses_spent');
    expect(owned.host.moves).toHaveLength(1);
  });
});

describe('a counter is dropped by the clock that is in memory', () => {
  it('and not by one that is ahead of it', () => {
    const owned = ownedLock();
    const { host } = owned;
    const first = at(owned, T0);
    expect(first.request(grantAt(T0 - 60))?.status).toBe('permitted');
    first.say({ kind: 'close' });
    const over = T0 - 60 + 31 * DAY;
    // Just before the counter may go: the clock in memory says so, and half an hour passes unwritten.
    const keeping = host.state.keeping!;
    const committed = { lo: over - 600, hi: null };
    const grant = grantAt(over - 900);
    host.state = {
      ...host.state,
      keeping: { ...keeping, journal: { ...keeping.journal, committed } },
      clock: { ...host.state.clock, lo: over - 600, loSetMs: 0, hi: over - 590, hiSetMs: 0 },
    };
    host.elapsedMs = 1_800_000;
    const facts = handshake(host, owned.keys);
    const { certificates } = host.state.keeping!;
    const longer = certificates.map((known) => ({ ...known, exp: T0 + 60 * DAY }));
    host.state = { ...host.state, keeping: { ...host.state.keeping!, certificates: longer } };
    expect(host.state.keeping!.journal.committed.lo).toBe(over - 600);
    expect(facts.request(grant)?.status).toBe('uses_spent');
    expect(host.state.keeping!.journal.committed.lo).toBeGreaterThan(over);
    expect(facts.request(grant)?.status).toBe('permitted');
  });
});
