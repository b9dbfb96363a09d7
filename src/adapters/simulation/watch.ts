/** Days in a simulated building, to be looked at moment by moment: what everybody knows, and what would happen next. */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { parseEnvelope } from '../../../protocol/objects/envelope.js';
import { policyUpdateClaims } from '../../../protocol/objects/policy-update.js';
import type { VisitResult } from '../../../protocol/phone/event.js';
import { toHex } from '../../../protocol/wire/hex.js';
import type { SyncState } from '../../sync/state.js';
import { memoryRadio } from '../memory-transport.js';
import { agendaOf } from './agenda.js';
import type { Building } from './building.js';
import { dice } from './dice.js';
import type { TimelineEntry, Totals } from './happening.js';
import type { PhoneOnRadio } from './phone-on-radio.js';
import { type Simulation, type SimulationPlan, simulationOf } from './simulation.js';

/** A building under way. The same plan gives the same days. */
export interface BuildingWatch {
  readonly totals: Totals;
  /** Unix seconds. */
  readonly now: number;
  /** Unix seconds: when its days are over. */
  readonly until: number;
  /** The present moment. */
  look(): BuildingMoment;
  /** Lets so many seconds pass, and tells the moments in which something happened, to the minute. */
  play(seconds: number): readonly BuildingMoment[];
}

/** One moment: it stays as it was while the building goes on. */
export interface BuildingMoment {
  /** Unix seconds. */
  readonly at: number;
  /** What happened since the moment before. */
  readonly happenings: readonly TimelineEntry[];
  /** What the server knows: the sync score is reckoned from it. A person's right is the permission of the same name. */
  readonly sync: SyncState;
  readonly doors: readonly WatchedDoor[];
  readonly people: readonly WatchedPerson[];
  /**
   * What would become of it if somebody stood there now, online and on a radio that loses nothing: the real phone asks
   * the real lock, as they are at this moment, and nothing of it stays. Undefined while the lock has no power.
   * @throws RangeError for a person or door that is not in the building.
   */
  attempt(person: string, door: string): VisitResult | undefined;
}

/** A door and the news for it. */
export interface WatchedDoor {
  readonly door: string;
  /** The newest policy version the server issued for its lock. */
  readonly issued: number;
  /** The one the lock goes by; undefined while it has no power. */
  readonly known: number | undefined;
}

/** Somebody with a phone. */
export interface WatchedPerson {
  readonly person: string;
  /** What the sync state calls the phone. */
  readonly device: string;
  readonly doors: readonly string[];
  readonly isWithdrawn: boolean;
  /** The policy version that the phone carries, by door. */
  readonly carries: Readonly<Record<string, number>>;
}

/** A building whose first people have come, and in which nothing has happened yet. */
export function watchBuilding(plan: SimulationPlan, crypto: Crypto): BuildingWatch {
  return new Watch(plan, simulationOf(plan, crypto));
}

/** How finely time is looked at. */
const TICK_MS = 60_000;
/** Longer than the longest visit. */
const ATTEMPT_MS = 120_000;

class Watch implements BuildingWatch {
  readonly #days: Simulation;
  readonly #seed: number;
  readonly #startMs: number;
  readonly #versions = new WeakMap<object, Readonly<Record<string, number>>>();
  #told = 0;
  #carried: string;

  constructor({ seed }: SimulationPlan, days: Simulation) {
    this.#days = days;
    this.#seed = seed;
    this.#startMs = days.building.now() * 1000 - days.building.agenda.nowMs;
    this.#carried = this.#newsInPockets();
  }

  get totals(): Totals {
    return this.#days.totals;
  }

  get now(): number {
    return this.#days.building.now();
  }

  get until(): number {
    return Math.floor((this.#startMs + this.#days.endMs) / 1000);
  }

  look(): BuildingMoment {
    return this.#moment([]);
  }

  play(seconds: number): readonly BuildingMoment[] {
    const { building, timeline, endMs } = this.#days;
    const { agenda } = building;
    const moments: BuildingMoment[] = [];
    const untilMs = Math.min(agenda.nowMs + seconds * 1000, endMs);
    while (agenda.nowMs < untilMs) {
      this.#days.runUntil(Math.min(agenda.nowMs + TICK_MS, untilMs));
      const carried = this.#newsInPockets();
      if (timeline.length === this.#told && carried === this.#carried) continue;
      moments.push(this.#moment(timeline.slice(this.#told)));
      this.#told = timeline.length;
      this.#carried = carried;
    }
    return moments;
  }

  #moment(happenings: readonly TimelineEntry[]): BuildingMoment {
    const { building } = this.#days;
    const { server, locks, phones } = building;
    const at = building.now();
    return {
      at,
      happenings,
      sync: server.sync,
      doors: [...server.doors.values()].map(({ door, row }) => {
        const { state } = locks.get(door) ?? {};
        const known = state && (state.keeping?.policy.policyVersion ?? 0);
        return { door, issued: row.policyVersion, known };
      }),
      people: [...server.people.values()].map(({ person, doors, isWithdrawn, device }) => {
        const carries = this.#carriedBy(phones.get(person));
        return { person, device: device.deviceId, doors, isWithdrawn, carries };
      }),
      attempt: attempts(building, this.#seed),
    };
  }

  /** Whose phone carries what its lock does not know, as a text that changes when that does. */
  #newsInPockets(): string {
    const { locks, phones } = this.#days.building;
    const news: string[] = [];
    for (const [person, phone] of phones) {
      for (const [door, version] of Object.entries(this.#carriedBy(phone))) {
        const known = locks.get(door)?.state?.keeping?.policy.policyVersion;
        if (known !== undefined && version > known) news.push(`${person} ${door} ${version}`);
      }
    }
    return news.join();
  }

  /** The policy version for each door in a phone's bundle, which is read once. */
  #carriedBy(phone: PhoneOnRadio | undefined): Readonly<Record<string, number>> {
    const carried = phone?.state.carried;
    if (!carried) return {};
    const known = this.#versions.get(carried);
    if (known !== undefined) return known;
    const { doors } = this.#days.building.server;
    const names = new Map([...doors.values()].map(({ door, row }) => [row.lockId, door]));
    const versions = carried.bundle.doors.flatMap(({ lockId, snapshot }) => {
      const door = names.get(toHex(lockId));
      const version = snapshot === null ? undefined : versionOf(snapshot);
      return door === undefined || version === undefined ? [] : [[door, version] as const];
    });
    const read = Object.fromEntries(versions);
    this.#versions.set(carried, read);
    return read;
  }
}

function versionOf(snapshot: Uint8Array): number | undefined {
  const envelope = parseEnvelope(snapshot, 'policy-update');
  const payload = envelope.ok ? envelope.value.payload : null;
  const claims = payload === null ? undefined : policyUpdateClaims.parse(payload);
  return claims?.ok ? claims.value.policyVersion : undefined;
}

/** Visits to a building as it is now. */
function attempts(building: Building, seed: number): BuildingMoment['attempt'] {
  const { agenda, server, locks, phones } = building;
  const { nowMs } = agenda;
  const now = building.now();
  const phoneCopies = new Map([...phones].map(([person, phone]) => [person, phone.copy()]));
  const lockCopies = new Map(
    [...locks].map(([door, lock]) => [door, { setup: lock.setup, copy: lock.copy() }]),
  );
  return (person, door) => {
    const phoneCopy = phoneCopies.get(person);
    const kept = lockCopies.get(door);
    if (phoneCopy === undefined || kept === undefined) throw new RangeError(`${person} at ${door}`);
    if (kept.copy === undefined) return undefined;
    const radio = memoryRadio(0);
    const own = agendaOf(radio);
    own.runUntil(nowMs);
    const place = { radio, agenda: own, dice: dice(seed, `attempt of ${person} at ${door}`) };
    const lock = kept.copy(place);
    const timeToken = (nonce: Uint8Array) => server.timeToken(now, nonce);
    const phone = phoneCopy({ ...place, net: { timeToken } });
    let result: VisitResult | undefined;
    lock.touch();
    const wish = { lockId: kept.setup.lockId, operation: 'unlock', asserted: 1 } as const;
    phone.open(wish, (ended) => {
      result = ended;
    });
    own.runUntil(nowMs + ATTEMPT_MS);
    if (result === undefined) throw new TypeError('a visit without an end');
    return result;
  };
}
