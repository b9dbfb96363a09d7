/** What all hooks under one provider share: the source, one subscription to it, and one timer for the earliest end. */
import { type AccessSource, type Deciding, type ReadSource, readSource } from './source.js';

/** The longest timer a host keeps: `setTimeout` takes 31 bits and calls back at once beyond them. */
const TIMER_MS_MAX = 2 ** 31 - 1;
/**
 * How long we sleep without looking at the clock. A timer stands still while the device sleeps and knows nothing of a clock
 * that was set; the look costs a comparison, and asks the engine only when an end has come.
 */
const CLOCK_LOOK_MS = 60_000;

/** What a provider takes from its host; every part has a default. */
export interface SceneHost {
  /** Epoch milliseconds. Default: `Date.now`. The time of every question comes from here. */
  readonly clock?: () => number;
  /** Calls back once after so many milliseconds, at most `2 ** 31 - 1`; answers how to forget it. Default: `setTimeout`. */
  readonly setTimer?: (callback: () => void, milliseconds: number) => () => void;
  /**
   * Calls back when the app is looked at again; answers how to forget it. Default: `visibilitychange`, `pageshow` and
   * `focus`, where the host has them. In React Native: `AppState`.
   */
  readonly onWake?: (listener: () => void) => () => void;
  /** The longest wait between two looks at the clock, milliseconds. Default one minute. */
  readonly clockLookMs?: number;
}

/** What looks at a scene. */
export interface Watched {
  /** Epoch milliseconds at which it must look again; infinity for never. */
  readonly end: number;
  /** Looks again, and tells whoever listens if anything shown is different. Never throws. */
  refresh(): void;
}

/** A source and what watches it. Watches nothing itself while nobody does. */
export class Scene {
  readonly #source: ReadSource;
  readonly #clock: () => number;
  readonly #setTimer: NonNullable<SceneHost['setTimer']>;
  readonly #onWake: NonNullable<SceneHost['onWake']>;
  readonly #lookMs: number;
  readonly #watched = new Set<Watched>();
  #leave: (() => void)[] = [];
  #forgetTimer: (() => void) | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #deaf = false;

  /** @throws TypeError for a source that is none, RangeError for looks at the clock that no timer can wait for. */
  constructor(source: AccessSource | undefined | null, host: SceneHost = {}) {
    const { clockLookMs = CLOCK_LOOK_MS } = host;
    if (!(clockLookMs >= 1 && clockLookMs <= TIMER_MS_MAX)) {
      throw new RangeError('a look at the clock every 1 to 2^31 - 1 ms');
    }
    this.#source = readSource(source);
    this.#clock = host.clock ?? Date.now;
    this.#setTimer = host.setTimer ?? hostTimer;
    this.#onWake = host.onWake ?? hostWake;
    this.#lookMs = clockLookMs;
  }

  /** Epoch milliseconds; throws what the clock throws. */
  now(): number {
    return this.#clock();
  }

  /** What decides now; throws what the source throws, and when changes of it cannot be heard. */
  deciding(): Deciding {
    if (this.#deaf) throw new Error('the source cannot be subscribed to');
    return this.#source.deciding();
  }

  /** Has somebody refreshed at his end, on a changed source and after sleep; answers how to end it. */
  watch(watched: Watched): () => void {
    this.#watched.add(watched);
    if (this.#watched.size === 1) this.#enter();
    this.arm();
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size === 0) this.#exit();
      else this.arm();
    };
  }

  /** Sets the timer by the earliest end; to be called when an end has changed. */
  readonly arm = (): void => {
    let end = Number.POSITIVE_INFINITY;
    for (const watched of this.#watched) end = Math.min(end, watched.end);
    if (end === this.#armedFor) return;
    this.#disarm();
    this.#wait(end);
  };

  #wait(end: number): void {
    this.#armedFor = end;
    if (end === Number.POSITIVE_INFINITY) return;
    this.#forgetTimer = this.#setTimer(this.#look, this.#msUntil(end));
  }

  #msUntil(end: number): number {
    let left = Number.NaN;
    try {
      left = Math.ceil(end - this.#clock());
    } catch {
      // A clock that fails is looked at again as one that says nothing.
    }
    return Number.isNaN(left) ? this.#lookMs : Math.min(Math.max(left, 1), this.#lookMs);
  }

  /** One round after a timer, a change or sleep: everybody looks whether his answer still stands. */
  readonly #look = (): void => {
    this.#disarm();
    for (const watched of [...this.#watched]) watched.refresh();
    this.arm();
  };

  #disarm(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #enter(): void {
    try {
      this.#leave.push(this.#source.subscribe(this.#look));
      this.#leave.push(this.#onWake(this.#look));
    } catch {
      // Unheard changes would leave a withdrawn permit on the screen.
      this.#deaf = true;
      for (const watched of this.#watched) watched.refresh();
    }
  }

  #exit(): void {
    this.#disarm();
    this.#deaf = false;
    for (const leave of this.#leave.splice(0)) {
      try {
        leave();
      } catch {
        // Whoever cannot be left calls back into nothing.
      }
    }
  }
}

function hostTimer(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/** The part of a browser that tells of waking; React Native and Node have none of it. */
interface Wakeable {
  addEventListener?: (kind: string, listener: () => void) => void;
  removeEventListener?: (kind: string, listener: () => void) => void;
}

function hostWake(listener: () => void): () => void {
  const host = globalThis as Wakeable & { readonly document?: Wakeable };
  host.addEventListener?.('pageshow', listener);
  host.addEventListener?.('focus', listener);
  host.document?.addEventListener?.('visibilitychange', listener);
  return () => {
    host.removeEventListener?.('pageshow', listener);
    host.removeEventListener?.('focus', listener);
    host.document?.removeEventListener?.('visibilitychange', listener);
  };
}
