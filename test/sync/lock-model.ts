/**
 * A lock as the design describes it, small enough to be believed: policy versions, marks, a floor and an
 * interval clock. Everything random or true (time, drift) comes in. The interface is what the world of the
 * properties needs, so that the real lock machine can stand behind it.
 */
import { createHash } from 'node:crypto';
import type { ReceiptFacts } from '../../src/sync/event.js';
import { CLOCK_ANCHOR_SECONDS_MAX } from '../../src/sync/limits.js';

/** A revocation mark: refuses grants of the device issued until `t`, or lowered before version `v`. */
export interface Mark {
  readonly device: string;
  readonly t: number;
  readonly v: number;
  readonly until: number;
}

/** A policy update; a delta has the version it builds on. */
export interface Update {
  readonly base?: number;
  readonly trustEpoch: number;
  readonly pv: number;
  readonly post: string;
  readonly floor: { readonly iat: number; readonly v: number };
  readonly marks: readonly Mark[];
}

/** A grant as the lock reads it. */
export interface Grant {
  readonly hash: string;
  readonly lock: string;
  readonly device: string;
  readonly permissions: readonly string[];
  readonly iat: number;
  readonly from: number;
  readonly exp: number;
  readonly tpol: 0 | 1 | 2;
  readonly minpv: number;
}

/** A signed time: no more than `radius` from the truth when it was signed. With `fresh`, just now. */
export interface Stamp {
  readonly t: number;
  readonly radius: number;
  readonly fresh: boolean;
}

/** What the world does with a lock. */
export interface SimulatedLock {
  /** True seconds go by. */
  pass(seconds: number): void;
  carryUpdate(update: Update): void;
  carryStamp(stamp: Stamp): void;
  /** Somebody asks to open with a grant; the answer is the receipt. */
  request(grant: Grant, stamp?: Stamp): ReceiptFacts;
  /** Whether it would open now, with this fresh stamp if it asks for one; changes nothing. */
  wouldOpen(grant: Grant, stamp: Stamp): boolean;
  /** Power is gone and comes back: the clock is lost but for its committed lower bound. */
  cutPower(): void;
  /** A copy of its flash, and putting one back. */
  image(): unknown;
  restore(image: unknown): void;
  /** Physical reset: new keys, nothing remembered. */
  reset(): void;
}

/** What survives a power cut. */
interface Flash {
  readonly trustEpoch: number;
  readonly pv: number;
  readonly post: string;
  readonly floor: Update['floor'];
  readonly marks: readonly Mark[];
  readonly lo: number;
  readonly seq: number;
  readonly boots: number;
}

/** Before anything in the world happens. */
const CLOCK_START = 1_800_000_000 - 100;

const BLANK: Flash = {
  trustEpoch: 1,
  pv: 0,
  post: '00'.repeat(16),
  floor: { iat: 0, v: 0 },
  marks: [],
  // Whoever commissions a lock sets its clock, as far as it is sure.
  lo: CLOCK_START,
  seq: 0,
  boots: 0,
};

/** A lock whose clock drifts by `drift` (a fraction within ±ρ) and allows for ρ = `driftPpm`. */
export function modelLock(id: string, driftPpm: number, drift: number): SimulatedLock {
  let flash = BLANK;
  let lo = BLANK.lo;
  let hi = Number.POSITIVE_INFINITY;
  let sinceAnchor = 0;
  let session = 0;
  const rho = driftPpm / 1_000_000;

  const commit = (): void => {
    const committed = Math.max(flash.lo, Math.floor(lo));
    const marks = flash.marks.filter(({ until }) => committed < until);
    flash = { ...flash, lo: committed, marks };
  };
  const isOpenAt = ({ from, exp }: Grant, at: number): boolean => from <= at && at < exp;
  const verdict = (grant: Grant, low: number, high: number): 'open' | 'shut' | 'uncertain' => {
    if (high < grant.from || low >= grant.exp || grant.iat > high) return 'shut';
    return isOpenAt(grant, low) && isOpenAt(grant, high) ? 'open' : 'uncertain';
  };
  const permits = (grant: Grant, stamp: Stamp | undefined): boolean => {
    const { floor, pv, marks } = flash;
    if (grant.lock !== id || pv < grant.minpv) return false;
    if (grant.iat <= floor.iat || grant.minpv < floor.v) return false;
    const isMarked = marks.some(
      ({ device, t, v }) => device === grant.device && (grant.iat <= t || grant.minpv < v),
    );
    if (isMarked) return false;
    const now = verdict(grant, Math.floor(lo), Math.ceil(hi));
    if (now !== 'uncertain') return now === 'open';
    if (grant.tpol === 1) return isOpenAt(grant, Math.floor(lo));
    if (grant.tpol === 0 || stamp?.fresh !== true) return false;
    const low = Math.max(Math.floor(lo), stamp.t - stamp.radius);
    return verdict(grant, low, Math.min(Math.ceil(hi), stamp.t + stamp.radius)) === 'open';
  };

  return {
    pass(seconds) {
      const measured = seconds * (1 + drift);
      lo += measured * (1 - rho);
      hi += measured * (1 + rho);
      sinceAnchor += measured;
      if (sinceAnchor > CLOCK_ANCHOR_SECONDS_MAX) hi = Number.POSITIVE_INFINITY;
      // Hourly, and more often by chance.
      if (seconds >= 3600) commit();
    },
    carryUpdate(update) {
      if (update.pv <= flash.pv || update.pv > flash.pv + 65_536) return;
      if (update.trustEpoch !== flash.trustEpoch) return;
      if (update.base !== undefined && flash.pv < update.base) return;
      const isSnapshot = update.base === undefined;
      const floor = isSnapshot
        ? update.floor
        : {
            iat: Math.max(flash.floor.iat, update.floor.iat),
            v: Math.max(flash.floor.v, update.floor.v),
          };
      const marks = isSnapshot ? update.marks : joined(flash.marks, update.marks);
      flash = { ...flash, pv: update.pv, post: update.post, floor, marks };
    },
    carryStamp({ t, radius, fresh }) {
      const low = t - radius;
      if (low > hi) hi = Number.POSITIVE_INFINITY;
      if (low > lo) lo = Math.min(low, lo + CLOCK_ANCHOR_SECONDS_MAX);
      if (fresh && t + radius >= lo && t + radius < hi) {
        hi = t + radius;
        sinceAnchor = 0;
      }
    },
    request(grant, stamp) {
      const isPermitted = permits(grant, stamp);
      session += 1;
      commit();
      flash = { ...flash, seq: flash.seq + 1 };
      const facts = {
        lockId: id,
        seq: flash.seq,
        trustEpoch: flash.trustEpoch,
        pv: flash.pv,
        post: flash.post,
        committedLo: flash.lo,
        hi: Number.isFinite(hi) ? Math.max(flash.lo, Math.ceil(hi)) : null,
        ctr: hex(flash.boots, 8) + hex(session, 8),
        status: isPermitted ? 'permitted' : 'denied',
        grantHash: grant.hash,
      };
      return { ...facts, sha256: sha256(JSON.stringify(facts)) };
    },
    wouldOpen: (grant, stamp) => permits(grant, undefined) || permits(grant, stamp),
    cutPower() {
      flash = { ...flash, boots: flash.boots + 1 };
      session = 0;
      lo = flash.lo;
      hi = Number.POSITIVE_INFINITY;
    },
    image: () => flash,
    restore(image) {
      flash = image as Flash;
      this.cutPower();
    },
    reset() {
      flash = BLANK;
      this.cutPower();
    },
  };
}

/** A delta only adds: the strongest mark of each device. */
function joined(old: readonly Mark[], added: readonly Mark[]): Mark[] {
  const marks = new Map(old.map((mark) => [mark.device, mark]));
  for (const mark of added) {
    const before = marks.get(mark.device);
    marks.set(mark.device, {
      device: mark.device,
      t: Math.max(before?.t ?? 0, mark.t),
      v: Math.max(before?.v ?? 0, mark.v),
      until: Math.max(before?.until ?? 0, mark.until),
    });
  }
  return [...marks.values()];
}

/** Lower-case hex of so many digits. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** SHA-256 of a text, hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
