/** Days in a simulated building in which somebody loses a right: every step of the news, from the server to each lock. */
import { type Score, scorePermission } from 'doorwright/sync';
import type { BuildingMoment, SimulationPlan, TimelineEntry } from 'doorwright/transport';

/** What can be set. */
export interface Settings {
  readonly seed: number;
  readonly people: number;
  readonly locks: number;
  /** Shares, 0 to 1. */
  readonly online: number;
  readonly loss: number;
}

/** One thing that is told of a step. */
export type Note =
  | { readonly kind: 'before' }
  | { readonly kind: 'fetched'; readonly person: string; readonly doors: readonly string[] }
  | Told;

type Told = Exclude<TimelineEntry, { readonly kind: 'power_cut' }>;

/** A moment, and why it is shown. */
export interface Step {
  readonly moment: BuildingMoment;
  readonly notes: readonly Note[];
}

/** Who lost the right, and what happened then; without steps when nobody did. */
export interface Story {
  readonly person: string;
  readonly doors: readonly string[];
  readonly steps: readonly Step[];
}

const HOUR = 3600;
/** Played in one go, so that the page stays awake in between. */
const SLICE_SECONDS = 2 * HOUR;
/** The last score, at which nothing taken away can open a door. */
const DONE: Score = 5;

/** The days that these settings stand for. */
export function planOf({ seed, people, locks, online, loss }: Settings): SimulationPlan {
  return {
    ...{ seed, people, locks, online, days: 5, doorsEach: 2, grantLife: 48 * HOUR },
    ...{ visitsPerDay: 3, withdrawals: 1, powerCutsPerDay: 0, refreshHours: 8, withheld: 0.5 },
    faults: { loss, delayMs: [5, 40] },
  };
}

/**
 * Plays the days until every lock knows, or they are over. The library's machines are loaded only now.
 * @param onProgress - told the share that is played, 0 to 1.
 * @throws what `signal` was aborted with.
 */
export async function playRevocation(
  settings: Settings,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Story> {
  const [{ watchBuilding }, { nobleCrypto }] = await Promise.all([
    import('doorwright/transport'),
    import('doorwright/noble'),
  ]);
  signal.throwIfAborted();
  const watch = watchBuilding(planOf(settings), nobleCrypto());
  const from = watch.now;
  const story = new StoryBook(watch.look());
  while (watch.now < watch.until && !story.isOver()) {
    story.take(watch.look(), watch.play(SLICE_SECONDS));
    onProgress((watch.now - from) / (watch.until - from));
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return story.told();
}

class StoryBook {
  readonly #steps: Step[] = [];
  /** What was told once and is not told again: refusals, and what a phone carries. */
  readonly #said = new Set<string>();
  #before: BuildingMoment;

  constructor(first: BuildingMoment) {
    this.#before = first;
  }

  /** Takes what was played since `start`. */
  take(start: BuildingMoment, moments: readonly BuildingMoment[]): void {
    let before = start;
    for (const moment of moments) {
      const thief = thiefOf(moment);
      if (thief !== undefined) {
        if (this.#steps.length === 0) {
          this.#steps.push({ moment: before, notes: [{ kind: 'before' }] });
        }
        const happened = this.#happened(moment);
        // What the server says of it comes last: it follows from the rest.
        const notes = [
          ...happened.filter(({ kind }) => kind !== 'score'),
          ...this.#carried(moment, thief.doors),
          ...happened.filter(({ kind }) => kind === 'score'),
        ];
        if (notes.length > 0) this.#steps.push({ moment, notes });
      }
      before = moment;
    }
    this.#before = before;
  }

  /** Whether nothing more can happen: every lock knows, and the server knows that it does. */
  isOver(): boolean {
    const { sync, at, doors } = this.#before;
    const thief = thiefOf(this.#before);
    if (thief === undefined) return false;
    return thief.doors.every((name) => {
      const door = doors.find((one) => one.door === name);
      const isKnown = door !== undefined && door.known === door.issued;
      const isScored = sync.permissions[thief.person] !== undefined;
      return isKnown && (!isScored || scorePermission(sync, thief.person, name, at).score === DONE);
    });
  }

  told(): Story {
    const thief = thiefOf(this.#before);
    const { person = '', doors = [] } = thief ?? {};
    return { person, doors, steps: this.#steps };
  }

  #happened({ happenings }: BuildingMoment): Note[] {
    return happenings.filter((entry): entry is Told => {
      if (entry.kind === 'power_cut') return false;
      if (entry.kind !== 'after_withdrawal' || entry.opened) return true;
      return this.#isNew(`${entry.kind} ${entry.door} ${entry.status}`);
    });
  }

  /** Whose phone now carries what these doors' locks do not know. */
  #carried({ people, doors }: BuildingMoment, about: readonly string[]): Note[] {
    return people.flatMap(({ person, carries }): Note[] => {
      const news = doors.filter(({ door, known, issued }) => {
        if (!about.includes(door) || known === undefined || known >= issued) return false;
        return (
          (carries[door] ?? 0) === issued && this.#isNew(`fetched ${person} ${door} ${issued}`)
        );
      });
      if (news.length === 0) return [];
      return [{ kind: 'fetched', person, doors: news.map(({ door }) => door) }];
    });
  }

  #isNew(what: string): boolean {
    const isNew = !this.#said.has(what);
    this.#said.add(what);
    return isNew;
  }
}

/** Who has lost a right by then. */
export function thiefOf({ people }: BuildingMoment) {
  return people.find(({ isWithdrawn }) => isWithdrawn);
}
