/** Buildings for the tests of the simulation, and what the locks in them would really do. */
import { judgeMarks } from '../../protocol/lock/policy-store.js';
import { judgeTime } from '../../protocol/lock/time-check.js';
import { parseEnvelope } from '../../protocol/objects/envelope.js';
import { type Grant, grantClaims } from '../../protocol/objects/grant.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import type { LockOnRadio } from '../../src/adapters/simulation/lock-on-radio.js';
import type { PhoneOnRadio } from '../../src/adapters/simulation/phone-on-radio.js';
import {
  type Simulation,
  type SimulationPlan,
  simulationOf,
} from '../../src/adapters/simulation/simulation.js';

export const HOUR_MS = 3_600_000;
export const HOUR = 3600;

/** A building in which nothing happens by itself. */
export const QUIET: SimulationPlan = {
  seed: 1,
  days: 60,
  locks: 2,
  people: 4,
  doorsEach: 2,
  grantLife: 24 * HOUR,
  online: 1,
  faults: {},
  visitsPerDay: 0,
  withdrawals: 0,
  powerCutsPerDay: 0,
  refreshHours: Number.POSITIVE_INFINITY,
  withheld: 0,
};

const crypto = nodeCrypto();

export const simulation = (plan: Partial<SimulationPlan> = {}): Simulation =>
  simulationOf({ ...QUIET, ...plan }, crypto);

/** Lets so many hours pass. */
export function pass(days: Simulation, hours: number): void {
  days.runUntil(days.building.agenda.nowMs + hours * HOUR_MS);
}

/** A visit and the minute in which it happens. */
export function visitNow(days: Simulation, person: string, door: string): void {
  days.visit(person, door);
  pass(days, 1 / 30);
}

/** Every grant a phone holds for this lock, as claims. */
export function grantsOf(phone: PhoneOnRadio, lock: LockOnRadio): Grant[] {
  const doors = phone.state.carried?.bundle.doors ?? [];
  const door = doors.find(({ lockId }) => Buffer.compare(lockId, lock.setup.lockId) === 0);
  return (door?.grants ?? []).flatMap((bytes) => {
    const envelope = parseEnvelope(bytes, 'grant');
    const claims = envelope.ok ? grantClaims.parse(envelope.value.payload!) : undefined;
    return claims?.ok ? [claims.value as Grant] : [];
  });
}

/**
 * Whether the lock, as it is now, would open for a grant whose holder proves himself and brings it a
 * perfect time token: by the lock's own rules on its own state.
 */
export function wouldOpen(lock: LockOnRadio, grant: Grant, now: number): boolean {
  const policy = lock.state?.keeping?.policy;
  const interval = lock.interval();
  if (policy === undefined || interval === undefined) return false;
  if (judgeMarks(policy, grant) !== undefined) return false;
  const life = { from: grant.nbf, until: grant.exp };
  const perfect = { lo: Math.max(interval.lo, now - 10), hi: Math.max(interval.lo, now) };
  const asIs = judgeTime(grant, life, interval, false) === undefined;
  return asIs || judgeTime(grant, life, perfect, true) === undefined;
}
