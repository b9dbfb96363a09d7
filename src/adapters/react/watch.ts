/** One thing that is shown and kept true: a store for `useSyncExternalStore`, which knows nothing of React. */
import type { Scene, Watched } from './scene.js';
import { endOf } from './shown.js';
import type { Deciding } from './source.js';

/** What can be kept true: it says until when it holds. */
export interface Shown {
  readonly validUntil: string | null;
}

/** How something is found out. */
export interface Finding<T extends Shown> {
  /** Never throws. */
  readonly find: (deciding: Deciding, time: number) => T;
  /** What is shown where source or clock fail. */
  readonly fault: T;
  /** What is shown in HTML from a server, and while that is taken over: a refusal. */
  readonly onServer: T;
}

/** Keeps one answer: the same object until anything in it is different. Its methods may be handed on alone. */
export class Watch<T extends Shown> implements Watched {
  readonly #scene: Scene;
  readonly #finding: Finding<T>;
  readonly #listeners = new Set<() => void>();
  #shown: T | undefined;
  /** What was decided by; undefined after a failure, so that the next look asks again. */
  #by: Deciding | undefined;
  #wasStale = false;
  #from = Number.POSITIVE_INFINITY;
  #leave: () => void = () => undefined;
  end: number = Number.POSITIVE_INFINITY;

  constructor(scene: Scene, finding: Finding<T>) {
    this.#scene = scene;
    this.#finding = finding;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // A wrapper of its own: the same listener may be given twice.
    const heard = () => listener();
    this.#listeners.add(heard);
    if (this.#listeners.size === 1) this.#leave = this.#scene.watch(this);
    return () => {
      if (this.#listeners.delete(heard) && this.#listeners.size === 0) this.#leave();
    };
  };

  /** What holds now. Looks at the clock, so that nothing rendered is older than its end. */
  readonly getSnapshot = (): T => {
    const end = this.end;
    const shown = this.#current();
    if (this.end !== end && this.#listeners.size > 0) this.#scene.arm();
    return shown;
  };

  readonly getServerSnapshot = (): T => this.#finding.onServer;

  refresh(): void {
    const before = this.#shown;
    if (this.#current() === before) return;
    for (const listener of [...this.#listeners]) listener();
  }

  #current(): T {
    try {
      const time = Math.floor(this.#scene.now());
      const deciding = this.#scene.deciding();
      // Before its own beginning an answer holds as little as after its end: the clock was put back.
      const same = sameDeciding(this.#by, deciding) && this.#wasStale === isStale(deciding);
      const stands = same && time >= this.#from && time < this.end;
      return stands && this.#shown !== undefined ? this.#shown : this.#find(deciding, time);
    } catch {
      this.#by = undefined;
      this.end = Number.POSITIVE_INFINITY;
      return this.#keep(this.#finding.fault);
    }
  }

  #find(deciding: Deciding, time: number): T {
    const found = this.#finding.find(deciding, time);
    this.#by = deciding;
    this.#wasStale = isStale(deciding);
    this.#from = time;
    this.end = endOf(found.validUntil);
    return this.#keep(found);
  }

  /** The object shown before, if it says the same. */
  #keep(found: T): T {
    if (this.#shown === undefined || JSON.stringify(this.#shown) !== JSON.stringify(found)) {
      this.#shown = found;
    }
    return this.#shown;
  }
}

function sameDeciding(a: Deciding | undefined, b: Deciding): boolean {
  if (a === undefined || a.ok !== b.ok) return false;
  if (!a.ok || !b.ok) return !a.ok && !b.ok && a.code === b.code;
  return a.view === b.view;
}

/** Of the view as it is now: it may become stale and stay the same view. */
function isStale(deciding: Deciding): boolean {
  return deciding.ok && deciding.view.stale;
}
