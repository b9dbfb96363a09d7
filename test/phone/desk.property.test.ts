/**
 * Whatever people do in whatever order, with real locks: no lock opens for a phone whose right was withdrawn once a phone with later news was
 * there, every other phone with a grant gets in, and no row says that a lock knows before its receipt did.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lindenhof } from './lindenhof.js';
import type { NodePhone } from './node-phone.js';

const DOOR = 'l4-cellar';
/** Each has one right of its own at the door, which rests on nobody else's. */
const PEOPLE = ['johanna', 'lukas', 'hildegard'] as const;
const KINDS = ['enrol', 'bundle', 'withdraw', 'give', 'visit', 'carry', 'restart'] as const;

type Person = (typeof PEOPLE)[number];
type Step = readonly [(typeof KINDS)[number], Person];

/** What must be true of one person, told by numbers that rise with every step. */
interface Fate {
  phone: NodePhone | undefined;
  isWithdrawn: boolean;
  /** When the bundle was made that the phone has, and whether it has a grant. */
  bundleAt: number;
  hasGrant: boolean;
  /** Whether any grant was ever given out, and when it was last withdrawn since. */
  everGranted: boolean;
  withdrawnAt: number;
  /** What the lock held when it signed the newest receipt that the phone still has. */
  receiptOf: number;
}

class World {
  readonly site: Lindenhof;
  readonly fates = new Map<Person, Fate>();
  /** The latest news that the lock has heard, and that the desk has its word for. */
  lockHeard = -1;
  deskProof = -1;
  #now = 0;

  constructor(site: Lindenhof) {
    this.site = site;
    for (const person of PEOPLE) {
      this.fates.set(person, {
        ...{ phone: undefined, isWithdrawn: false, bundleAt: -1, hasGrant: false },
        ...{ everGranted: false, withdrawnAt: -1, receiptOf: -1 },
      });
    }
  }

  async take([kind, person]: Step): Promise<void> {
    this.#now += 1;
    const fate = this.fates.get(person) as Fate;
    const { desk } = this.site.building;
    if (kind === 'restart') await this.site.restart();
    else if (kind === 'withdraw') await this.#withdraw(fate, () => desk.withdraw(person));
    else if (kind === 'give') {
      await desk.give(person);
      fate.isWithdrawn = false;
    } else if (kind === 'enrol') await this.#enrol(fate, person);
    else if (fate.phone !== undefined) await this.#use(kind, fate, fate.phone);
    await this.#checkRows();
  }

  async #enrol(fate: Fate, person: Person): Promise<void> {
    if (fate.phone !== undefined) return;
    fate.phone = this.site.phone();
    await fate.phone.enrol(await this.site.building.desk.makeCode(person));
  }

  async #withdraw(fate: Fate, withdraw: () => Promise<unknown>): Promise<void> {
    await withdraw();
    // Twice is as once: the second time nothing is taken.
    if (!fate.isWithdrawn && fate.everGranted) fate.withdrawnAt = this.#now;
    fate.isWithdrawn = true;
  }

  async #use(kind: Step[0], fate: Fate, phone: NodePhone): Promise<void> {
    if (kind === 'carry') {
      await phone.carry();
      this.deskProof = Math.max(this.deskProof, fate.receiptOf);
      return;
    }
    if (kind === 'bundle') {
      await phone.refresh();
      fate.bundleAt = this.#now;
      fate.hasGrant = !fate.isWithdrawn;
      fate.everGranted ||= fate.hasGrant;
      return;
    }
    const { code, status } = await phone.open(this.site.lock(DOOR));
    expect(`${code} ${status}`).toBe(this.#expected(fate));
    if (!fate.hasGrant) return;
    // The news goes in before anything is asked, whatever the answer.
    this.lockHeard = Math.max(this.lockHeard, fate.bundleAt);
    fate.receiptOf = this.lockHeard;
  }

  #expected({ hasGrant, bundleAt, withdrawnAt }: Fate): string {
    if (!hasGrant) return 'no_grant null';
    const isTaken = withdrawnAt > bundleAt;
    return isTaken && this.lockHeard > withdrawnAt ? 'refused revoked' : 'permitted permitted';
  }

  async #checkRows(): Promise<void> {
    const rows = await this.site.building.desk.syncRows();
    for (const [person, { withdrawnAt }] of this.fates) {
      const row = rows.find(({ permission }) => permission === `${person}-house`);
      const isProved = this.deskProof >= 0 && this.deskProof > withdrawnAt;
      expect([person, row?.knows]).toEqual([person, isProved]);
    }
  }
}

const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom('enrol' as const, 'restart' as const) },
      { weight: 4, arbitrary: fc.constantFrom(...KINDS.slice(1, 6)) },
    ),
    fc.constantFrom(...PEOPLE),
  ),
  { minLength: 10, maxLength: 24 },
);

/** Everybody begins with a phone, or most of what is drawn would be about nobody. */
const BEGINNING: readonly Step[] = PEOPLE.flatMap((person): Step[] => [
  ['enrol', person],
  ['bundle', person],
]);

const TIMES = Number(process.env['DOORWRIGHT_RUNS'] ?? 1);

test(
  'no lock opens for who was withdrawn after news was there, and no row knows too early',
  async () => {
    const runs = 12 * TIMES;
    await fc.assert(
      fc.asyncProperty(steps, async (drawn) => {
        const site = await new Lindenhof([DOOR]).start();
        try {
          const world = new World(site);
          for (const step of [...BEGINNING, ...drawn]) await world.take(step);
          expect(site.faults).toEqual([]);
        } finally {
          site.building.stop();
        }
      }),
      { numRuns: runs, seed: 7 },
    );
  },
  60_000 * TIMES,
);
