/**
 * Days in a building with offline locks: people come and go, rights are taken away, power fails, the radio
 * is bad. Locks, phones and the issuer are the real ones; what is simulated is the world between them.
 */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import type { VisitResult, Wish } from '../../../protocol/phone/event.js';
import { type PermissionScore, type Score, scorePermission } from '../../sync/score.js';
import { type Building, type BuildingPlan, build, CARETAKER } from './building.js';
import { type Dice, dice } from './dice.js';
import type { Happening, TimelineEntry, Totals } from './happening.js';

/** What a simulation is like. */
export interface SimulationPlan extends BuildingPlan {
  readonly days: number;
  /** Each person's visits a day. */
  readonly visitsPerDay: number;
  /** People who lose their rights in all. */
  readonly withdrawals: number;
  /** Each lock's power cuts a day, half of them in the middle of what it writes. */
  readonly powerCutsPerDay: number;
  /** How often a phone asks the server, in hours. */
  readonly refreshHours: number;
  /** Chance that somebody whose rights were taken away never uploads anything. */
  readonly withheld: number;
}

/** A simulation under way. */
export interface Simulation {
  readonly building: Building;
  readonly totals: Totals;
  readonly timeline: readonly TimelineEntry[];
  readonly endMs: number;
  /** Goes on until this time, in milliseconds since the beginning. */
  runUntil(ms: number): void;
  /** Somebody goes to a door now. */
  visit(person: string, door: string): void;
  /** Somebody's phone meets the server now. */
  meetServer(person: string): void;
  /** Somebody's rights end now. */
  withdraw(person: string): void;
}

const DAY_MS = 86_400_000;

/** Records of a lock's log that the caretaker lets come together before reading it. */
const LOG_DUE = 100;

/** Prepares the days; nothing happens before `runUntil`. */
export function simulationOf(plan: SimulationPlan, crypto: Crypto): Simulation {
  const building = build(plan, crypto);
  const days = new Days(plan, building);
  days.schedule();
  return days;
}

class Days implements Simulation {
  readonly building: Building;
  readonly totals: Totals = {
    visits: 0,
    results: {},
    refusals: {},
    powerCuts: 0,
    bundles: 0,
    receipts: 0,
    openedAfterWithdrawal: 0,
    early: 0,
  };
  readonly timeline: TimelineEntry[] = [];
  readonly endMs: number;
  readonly #plan: SimulationPlan;
  readonly #startMs: number;
  /** What locks were last seen to hold, and what was last said of withdrawn permissions. */
  readonly #versions = new Map<string, number>();
  readonly #scores = new Map<string, Score>();
  readonly #withholding = new Set<string>();
  readonly #chance: Dice;

  constructor(plan: SimulationPlan, building: Building) {
    this.#plan = plan;
    this.building = building;
    this.#startMs = building.agenda.nowMs;
    this.endMs = this.#startMs + plan.days * DAY_MS;
    this.#chance = dice(plan.seed, 'days');
    for (const person of building.phones.keys()) this.meetServer(person);
  }

  runUntil(ms: number): void {
    this.building.agenda.runUntil(Math.min(ms, this.endMs));
  }

  /** Everything that comes by itself. */
  schedule(): void {
    const { visitsPerDay, refreshHours, powerCutsPerDay, withdrawals, days, seed } = this.#plan;
    const { phones, locks, server } = this.building;
    for (const person of phones.keys()) {
      const own = dice(seed, `days of ${person}`);
      const rate = person === CARETAKER ? visitsPerDay * 2 : visitsPerDay;
      this.#every(own, rate, () => {
        const doors = server.people.get(person)?.doors ?? [];
        this.visit(person, own.pick(doors));
      });
      this.#every(own, 24 / refreshHours, () => this.meetServer(person));
    }
    for (const [door, lock] of locks) {
      const own = dice(seed, `power of ${door}`);
      this.#every(own, powerCutsPerDay, () => {
        this.totals.powerCuts += 1;
        this.#tell({ kind: 'power_cut', door });
        lock.cutAfter(own.happens(0.5) ? 0 : own.between(1, 12));
      });
    }
    const others = [...phones.keys()].filter((person) => person !== CARETAKER);
    for (let count = 0; count < Math.min(withdrawals, others.length); count++) {
      const [person] = others.splice(this.#chance.between(0, others.length - 1), 1);
      const atMs = this.#startMs + (0.1 + 0.6 * this.#chance.share()) * days * DAY_MS;
      this.building.agenda.at(atMs, () => this.withdraw(person as string));
    }
  }

  visit(person: string, door: string): void {
    const { phones, locks } = this.building;
    const phone = phones.get(person);
    const lock = locks.get(door);
    if (phone === undefined || lock === undefined) throw new RangeError(`${person} at ${door}`);
    this.totals.visits += 1;
    lock.touch();
    const before = this.#scoreOf(person, door);
    const wish: Wish = { lockId: lock.setup.lockId, operation: 'unlock', asserted: 1 };
    phone.open(wish, (result) => {
      this.#ended(person, door, result, before);
      // The answer to the log request is told while this one still runs, so it waits for its turn.
      const { agenda } = this.building;
      agenda.at(agenda.nowMs + 5000, () => this.#afterVisit(person, door, result));
    });
  }

  meetServer(person: string): void {
    const { phones, server } = this.building;
    const phone = phones.get(person);
    if (phone === undefined) throw new RangeError(person);
    const now = this.building.now();
    if (!this.#withholding.has(person)) this.#upload(person);
    const bundle = server.bundleFor(person, now);
    if (bundle === undefined) return;
    this.totals.bundles += 1;
    if (!phone.takeBundle(bundle)) throw new TypeError(`${person} refused a bundle`);
    this.#upload(person);
    this.#lookAtScores();
  }

  withdraw(person: string): void {
    const { server } = this.building;
    const doors = server.people.get(person)?.doors ?? [];
    server.withdraw(person, this.building.now());
    if (this.#chance.happens(this.#plan.withheld)) this.#withholding.add(person);
    this.#tell({ kind: 'withdrawn', person, doors });
    this.#lookAtScores();
  }

  #every(own: Dice, perDay: number, happen: () => void): void {
    const { agenda } = this.building;
    agenda.at(agenda.nowMs + 1000 * own.waitSeconds(perDay), () => {
      happen();
      this.#every(own, perDay, happen);
    });
  }

  #upload(person: string): void {
    const { phones, server } = this.building;
    const phone = phones.get(person);
    const items = [...(phone?.outbox ?? [])];
    for (const item of items) {
      if (item.kind === 'receipt') this.totals.receipts += 1;
      server.take(person, item, this.building.now());
    }
    phone?.uploaded(items.map(({ id }) => id));
    this.#lookAtScores();
  }

  #ended(
    person: string,
    door: string,
    result: VisitResult,
    before: PermissionScore | undefined,
  ): void {
    const { results, refusals } = this.totals;
    results[result.code] = (results[result.code] ?? 0) + 1;
    if (result.code === 'refused' || result.code === 'refresh_needed') {
      const status = result.status ?? 'unknown';
      refusals[status] = (refusals[status] ?? 0) + 1;
    }
    this.#lookAtLock(door, person);
    if (before === undefined) return;
    const opened = result.code === 'permitted';
    const { status } = result;
    this.#tell({ kind: 'after_withdrawal', person, door, opened, status, score: before.score });
    if (!opened) return;
    this.totals.openedAfterWithdrawal += 1;
    const { exposedUntil } = before;
    const isOver = typeof exposedUntil === 'number' && this.building.now() >= exposedUntil;
    if (before.score >= 3 || exposedUntil === null || isOver) {
      this.totals.early += 1;
      this.#tell({ kind: 'early', person, door });
    }
  }

  #afterVisit(person: string, door: string, result: VisitResult): void {
    const { server, locks, phones } = this.building;
    const lock = locks.get(door);
    this.#lookAtLock(door, person);
    if (person !== CARETAKER || result.code !== 'permitted' || lock?.state === undefined) return;
    const row = server.doors.get(door)?.row;
    const head = lock.state.keeping?.log.head ?? 0;
    if (row === undefined || head - server.logs.recordsOf(row.lockId) < LOG_DUE) return;
    lock.touch();
    const wish: Wish = { lockId: lock.setup.lockId, operation: 'read-log', asserted: 1 };
    phones.get(person)?.open(wish, () => undefined);
  }

  /** Who stood before a lock when it learned something brought the news. */
  #lookAtLock(door: string, by: string): void {
    const policy = this.building.locks.get(door)?.state?.keeping?.policy;
    if (policy === undefined) return;
    const { policyVersion } = policy;
    const before = this.#versions.get(door) ?? 0;
    if (policyVersion <= before) return;
    this.#versions.set(door, policyVersion);
    if (before > 0) this.#tell({ kind: 'lock_learned', door, by, policyVersion });
  }

  #lookAtScores(): void {
    for (const { person, doors, isWithdrawn } of this.building.server.people.values()) {
      if (!isWithdrawn) continue;
      for (const door of doors) {
        const score = this.#scoreOf(person, door);
        if (score === undefined) continue;
        const name = `${person} ${door}`;
        const from = this.#scores.get(name) ?? 5;
        this.#scores.set(name, score.score);
        if (from === score.score) continue;
        const { score: to, reasons } = score;
        this.#tell({ kind: 'score', person, door, from, to, reasons });
      }
    }
  }

  /** What the server says of a withdrawn permission; undefined while it is not withdrawn. */
  #scoreOf(person: string, door: string): PermissionScore | undefined {
    const { server } = this.building;
    if (server.people.get(person)?.isWithdrawn !== true) return undefined;
    // What has ended and is proved is forgotten: nothing is pending for it any more.
    if (server.sync.permissions[person] === undefined) return undefined;
    return scorePermission(server.sync, person, door, this.building.now());
  }

  #tell(happening: Happening): void {
    this.timeline.push({ ...happening, at: this.building.now() });
  }
}
