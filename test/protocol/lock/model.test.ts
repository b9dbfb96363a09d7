import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Mark } from '../../../protocol/objects/policy-update.js';
import { LockHost, PowerCut, SETUP } from '../../helpers/lock-host.js';
import {
  DAY,
  filled,
  grantBytes,
  grantOf,
  markOf,
  policyBytes,
  T0,
  timeBytes,
} from '../../helpers/lock-objects.js';
import { handshake, ownedLock, type PhoneSession } from '../../helpers/lock-phone.js';
import { runs } from '../../helpers/runs.js';

const { host: base, keys } = ownedLock();
const HOUR = 3600;

/** The grants phones hold: an ordinary one, one with windows, one that needs news, one with two uses. */
const GRANTS = [
  grantOf({ exp: T0 + 6 * HOUR, timePolicy: 0 }),
  grantOf({ exp: T0 + 20 * DAY, windows: [30, 90, 120, 2000] }),
  grantOf({ exp: T0 + 20 * DAY, tags: [filled(2, 8), filled(3, 8)], policyVersion: 2 }),
  grantOf({
    exp: T0 + 20 * DAY,
    tags: [filled(4, 8), filled(5, 8)],
    uses: { useId: filled(6, 8), count: 2 },
  }),
].map((claims) => ({ claims, bytes: grantBytes(claims) }));

type Event =
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'power'; readonly offSeconds: number }
  | { readonly kind: 'policy'; readonly isDelta: boolean; readonly grants: readonly number[] }
  | {
      readonly kind: 'visit';
      readonly grant: number;
      readonly token: 'none' | 'plain' | 'nonce';
      /** Power fails before this write of the visit. */
      readonly cut: number;
    };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.integer({ min: 1, max: 2 * DAY }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.integer({ min: 1, max: 2 * HOUR }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('power' as const),
      offSeconds: fc.integer({ min: 0, max: 5 * DAY }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('policy' as const),
      isDelta: fc.boolean(),
      grants: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 1 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('visit' as const),
      grant: fc.integer({ min: 0, max: 3 }),
      token: fc.constantFrom('none' as const, 'plain' as const, 'nonce' as const),
      cut: fc.oneof({ weight: 3, arbitrary: fc.constant(1000) }, fc.integer({ min: 0, max: 9 })),
    }),
  },
);

/** The world around one lock: true time, what the issuer revoked, and what was answered to phones. */
class World {
  host = new LockHost(base.flash, SETUP, 300);
  truth = T0;
  issued = 0;
  marks: Mark[] = [];
  opened = [0, 0, 0, 0];
  /** The newest version the lock answered `applied` to. */
  applied = 0;
  receipt = 0;
  lo = 0;

  run(happened: Event): void {
    switch (happened.kind) {
      case 'wait':
        this.truth += happened.seconds;
        this.host.pass(happened.seconds * 1000);
        break;
      case 'power':
        this.truth += happened.offSeconds;
        this.restart();
        break;
      case 'policy':
        this.revoke(happened);
        break;
      case 'visit':
        this.visit(happened);
        break;
    }
    this.judgeMemory();
  }

  restart(): void {
    this.host.cutAfter = Number.POSITIVE_INFINITY;
    this.host.boot();
  }

  revoke({ isDelta, grants }: Extract<Event, { kind: 'policy' }>): void {
    this.issued += 1;
    for (const grant of grants) {
      const { tags, exp } = GRANTS[grant]!.claims;
      this.marks.push(
        markOf({ tag: tags[1] as Uint8Array, issuedUntil: T0 - 60, version: 0, until: exp }),
      );
    }
    const byTag = new Map(this.marks.map((mark) => [String(mark.tag), mark]));
    const update = policyBytes({
      policyVersion: this.issued,
      iat: this.truth - 5,
      marks: [...byTag.values()],
      ...(isDelta && { base: 0 }),
    });
    const session = handshake(this.host, keys);
    const status = session.carry('policy-update', update);
    // A certificate may be over by now; nothing else stands in the way.
    expect(['applied', 'carry_untrusted']).toContain(status);
    if (status === 'applied') this.applied = this.issued;
    session.say({ kind: 'close' });
  }

  visit({ grant, token, cut }: Extract<Event, { kind: 'visit' }>): void {
    this.host.moves = [];
    this.host.cutAfter = cut;
    this.host.isTorn = cut % 2 === 0;
    try {
      const session = handshake(this.host, keys);
      if (token !== 'none') this.tell(session, token);
      const answer = session.request(GRANTS[grant]!.bytes);
      this.receipt = this.judgeReceipt(answer?.receipt?.sequence ?? null);
      expect(answer?.status === 'permitted').toBe(this.host.moves.length === 1);
      if (token === 'nonce' && this.mustOpen(grant)) expect(answer?.status).toBe('permitted');
      session.say({ kind: 'close' });
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
    }
    if (this.host.moves.length > 0) this.judgeOpening(grant);
    if (this.host.cutAfter <= 0) this.restart();
    this.host.cutAfter = Number.POSITIVE_INFINITY;
  }

  tell(session: PhoneSession, token: 'plain' | 'nonce'): void {
    const { nonce } = session.hello;
    const iat = this.truth - 5;
    session.carry('time-token', timeBytes({ iat, radius: 5, ...(token === 'nonce' && { nonce }) }));
  }

  /** Every bolt that moved was right to move. */
  judgeOpening(grant: number): void {
    const { claims } = GRANTS[grant]!;
    this.opened[grant] = (this.opened[grant] as number) + 1;
    expect(this.isOpenAt(grant, this.truth), 'opened outside of its time').toBe(true);
    expect(this.isRevoked(grant), 'opened though revoked').toBe(false);
    expect(this.applied, 'opened without its news').toBeGreaterThanOrEqual(claims.policyVersion);
    if (claims.uses !== undefined)
      expect(this.opened[grant]).toBeLessThanOrEqual(claims.uses.count);
  }

  /** Nothing stands in the way, by a margin of a minute. */
  mustOpen(grant: number): boolean {
    const { claims } = GRANTS[grant]!;
    const isSure = [-60, 0, 60].every((margin) => this.isOpenAt(grant, this.truth + margin));
    const isUsed = claims.uses !== undefined && (this.opened[grant] as number) > 0;
    const isNear = this.truth - this.host.state.clock.lo < 20 * DAY;
    return (
      isSure && isNear && !isUsed && !this.isRevoked(grant) && this.applied >= claims.policyVersion
    );
  }

  isOpenAt(grant: number, t: number): boolean {
    const { nbf, exp, windows } = GRANTS[grant]!.claims;
    if (t < nbf || t >= exp) return false;
    const minute = (t - 60 * Math.floor(nbf / 60)) / 60;
    return (
      windows === undefined ||
      windows.some(
        (start, at) => at % 2 === 0 && start <= minute && minute < (windows[at + 1] as number),
      )
    );
  }

  /** Revoked by a version that the lock said it applied. */
  isRevoked(grant: number): boolean {
    const { tags, iat } = GRANTS[grant]!.claims;
    const { policy } = this.host.state.keeping!;
    expect(policy.policyVersion).toBeGreaterThanOrEqual(this.applied);
    if (this.applied < this.issued) return false;
    return this.marks.some(
      (mark) => String(mark.tag) === String(tags[1]) && iat <= mark.issuedUntil,
    );
  }

  judgeReceipt(sequence: number | null): number {
    if (sequence === null) return this.receipt;
    expect(sequence).toBeGreaterThan(this.receipt);
    return sequence;
  }

  judgeMemory(): void {
    const { keeping, self } = this.host.state;
    expect(self?.owner).not.toBeNull();
    expect(keeping!.policy.policyVersion).toBeGreaterThanOrEqual(this.applied);
    const { lo } = keeping!.journal.committed;
    expect(lo).toBeGreaterThanOrEqual(this.lo);
    expect(lo).toBeLessThanOrEqual(this.truth);
    this.lo = lo;
  }
}

it('whatever happens, every bolt that moved was right to, and an honest phone with news and time is let in', () => {
  let opened = 0;
  fc.assert(
    fc.property(fc.array(event, { minLength: 4, maxLength: 14 }), (events) => {
      const world = new World();
      for (const happened of events) world.run(happened);
      opened += world.opened.reduce((sum, count) => sum + count, 0);
    }),
    { seed: 66, numRuns: runs(60) },
  );
  // The property would also hold of a lock that never opens.
  expect(opened).toBeGreaterThan(40);
});
