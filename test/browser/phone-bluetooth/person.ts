/** Somebody before the phone's page: enrols, touches a lock, presses "Open", picks the lock, reads what the page says. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Air, Phone } from './air.js';
import type { AirLock } from './emulated-lock.js';
import type { Door, House } from './house.js';

/** What somebody sees after pressing "Open", and what the bolt did. */
export interface Seen {
  /** What became of the wish, and why the lock refused or nothing was chosen. */
  readonly code: string;
  readonly status: string | undefined;
  readonly mayBeOpen: boolean;
  /** The sentence for people. */
  readonly words: string;
  readonly moves: number;
}

/** How somebody opens. */
export interface Opening {
  /** False: closes the browser's dialogue. */
  readonly picks?: boolean;
  /** True: nobody waits so long in a test, so time passes faster in the page. */
  readonly isInVain?: boolean;
}

/** A person with an enrolled phone. */
export interface Person {
  readonly phone: Phone;
  readonly page: Page;
  /** Touches the lock of a door, and opens it. */
  open(door: Door, how?: Opening): Promise<Seen>;
  /** Updates the keys: brings what waits, and fetches what is new. */
  update(): Promise<void>;
  /** How much waits to be carried to the desk. */
  waiting(): Promise<number>;
}

/** The machine gives a wish a minute, and somebody a chooser. */
const END_MS = 90_000;

/** A step in which nothing is missed. */
const VAIN_MS = 500;

/** Opens the page with a code in its address, and enrols. */
export async function enrol(air: Air, house: House, name: string): Promise<Person> {
  const phone = await air.newPhone({ viewport: { width: 420, height: 900 } });
  const { page } = phone;
  // It goes as every clock, and can be made to go faster.
  await page.clock.install();
  await page.goto(`${house.address}#code=${await house.codeFor(name)}`);
  await page.click('button[type=submit]');
  await page.waitForSelector('.problem[data-code=ok]');
  return {
    phone,
    page,
    open: (door, { picks = true, isInVain = false } = {}) => {
      const lock = house.lockAt(door);
      phone.chooser.wants(picks ? lock.address : null);
      lock.signal('touched');
      return openDoor(page, door, lock, isInVain);
    },
    update: async () => {
      // Until the desk answers, the page may still say how the update before went.
      const answered = page.waitForResponse(/\/api\/bundle$/u);
      await page.getByRole('button', { name: 'Update the keys' }).click();
      await answered;
      await page.waitForSelector('.problem[data-code=ok]');
    },
    waiting: async () => Number(await page.getAttribute('.waiting', 'data-count')),
  };
}

async function openDoor(page: Page, door: Door, lock: AirLock, isInVain: boolean): Promise<Seen> {
  const before = lock.moved.length;
  let isOver = false;
  // What it said of an earlier wish may be the same.
  const end = page.evaluate(nextEnd, { door, limitMs: END_MS }).finally(() => {
    isOver = true;
  });
  // A press that fails is told first.
  end.catch(() => undefined);
  await page.click(`.key[data-door=${door}] .open`);
  while (isInVain && !isOver) await page.clock.runFor(VAIN_MS);
  const seen = await end;
  // The answer comes first, and then what the lock gives for others.
  await expect.poll(() => lock.isConnected, { timeout: 10_000 }).toBe(false);
  return { ...seen, moves: lock.moved.length - before };
}

/** In the page: what a door's line says when the wish that is to begin has ended. */
function nextEnd({ door, limitMs }: { door: string; limitMs: number }) {
  return new Promise<Omit<Seen, 'moves'>>((resolve, reject) => {
    const key = document.querySelector(`.key[data-door=${door}]`) as HTMLElement;
    let hasBegun = false;
    const observer = new MutationObserver(() => {
      const { dataset, textContent } = key.querySelector('.end') as HTMLElement;
      const { progress, code, status, mayBeOpen } = dataset;
      hasBegun ||= progress !== undefined;
      if (!hasBegun || progress !== undefined || code === undefined) return;
      observer.disconnect();
      clearTimeout(timer);
      resolve({ code, status, mayBeOpen: mayBeOpen === 'true', words: textContent ?? '' });
    });
    const timer = setTimeout(() => reject(new Error(`no end: ${key.textContent}`)), limitMs);
    observer.observe(key, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
}
