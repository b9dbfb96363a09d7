/** "Watch a revocation travel" in a real browser: real locks, phones and the issuer run in the page. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { text, texts } from './page-text.js';
import { shoot } from './portal-page.js';
import { expectFit, portalSuite, TWO_LOOKS } from './portal-suite.js';

const portal = portalSuite();

const DAYS = '#/locks?site=club&people=4&locks=2&seed=2';
const DOORS = '.player tbody tr';

/** What one step shows. */
interface Shown {
  readonly title: string;
  readonly notes: string[];
  /** By door: its name, the attempt, what the lock knows, the light, until when. */
  readonly doors: string[][];
}

/** Plays the days, and reads every step from the first to the last. */
async function readSteps(page: Page): Promise<Shown[]> {
  await page.click('button:text("Play these days")');
  await page.waitForSelector('.player');
  const shown: Shown[] = [];
  for (;;) {
    const title = await text(page, '.step h3');
    const doors = await Promise.all(
      (await page.locator(DOORS).all()).map((row) => row.locator('td').allTextContents()),
    );
    shown.push({ title, notes: await texts(page, '.step li'), doors });
    const [, at, count] = /Step (\d+) of (\d+)/u.exec(title) ?? [];
    if (at === count) return shown;
    await page.click('button:text("Step forward")');
    await page.waitForFunction(
      (before) => document.querySelector('.step h3')?.textContent !== before,
      title,
    );
  }
}

// Fails when the score is drawn and not reckoned, or when an attempt does not ask the lock.
test('a revocation is followed from the server to each lock, and at no step is the score too good', async () => {
  const page = await portal.open(DAYS);
  const steps = await readSteps(page);
  expect(steps[0]?.notes).toEqual(['Everybody may still open what they always could.']);
  for (const [, attempt] of steps[0]?.doors ?? []) expect(attempt).toContain('it would open');
  const notes = steps.flatMap((step) => step.notes);
  expect(notes.some((note) => /^person-\d loses the right to door-\d/u.test(note))).toBe(true);
  expect(notes.some((note) => /^The phone of person-\d now carries the news/u.test(note))).toBe(
    true,
  );
  expect(notes.some((note) => /^door-\d learns it from person-\d\.$/u.test(note))).toBe(true);
  expect(notes.some((note) => note.includes('too good'))).toBe(false);
  for (const { doors, title } of steps.slice(1)) {
    for (const [door, attempt, news, light] of doors) {
      const about = `${title}: ${door}`;
      if (/green|yellow/u.test(light ?? '')) expect(attempt, about).not.toContain('open');
      if (news?.startsWith('knows it')) expect(attempt, about).toContain('was taken away');
    }
  }
  const last = steps.at(-1);
  for (const [, attempt, , light, until] of last?.doors ?? []) {
    expect(attempt).not.toContain('it would open');
    expect(light).toContain('dark green');
    expect(until).toBe('not at all');
  }
  await shoot(page, 'revocation-end');
});

test('a step has an address, which shows the same to somebody else; back and forth is the same again', async () => {
  const page = await portal.open(`${DAYS}&step=4`);
  await page.waitForSelector('.player');
  const title = await text(page, '.step h3');
  expect(title).toMatch(/^Step 4 of \d+ · .* UTC$/u);
  const table = await texts(page, DOORS);
  await page.click('button:text("Step forward")');
  expect(page.url()).toContain('step=5');
  await page.click('button:text("Step back")');
  expect(await text(page, '.step h3')).toBe(title);
  expect(await texts(page, DOORS)).toEqual(table);
  const again = await portal.open(new URL(page.url()).hash);
  await again.waitForSelector('.player');
  expect(await text(again, '.step h3')).toBe(title);
  expect(await texts(again, DOORS)).toEqual(table);
  // Other settings are other days, and what was played before is gone.
  await again.selectOption('label:text("Locks") + select', '1');
  expect(await again.locator('.player').count()).toBe(0);
  expect(again.url()).not.toContain('step=');
});

test('it plays by itself and can be paused, but not for whoever asked for no movement', async () => {
  const page = await portal.open(`${DAYS}&step=1`);
  await page.waitForSelector('.player');
  await page.click('button:text-is("Play")');
  await page.waitForFunction(() =>
    /^Step 2 /u.test(document.querySelector('.step h3')?.textContent ?? ''),
  );
  await page.click('button:text-is("Pause")');
  expect(await page.locator('button:text-is("Play")').count()).toBe(1);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.reload();
  await page.waitForSelector('.player');
  expect(await page.locator('button:text-is("Play")').count()).toBe(0);
  expect(await page.locator('button:text("Step forward")').count()).toBe(1);
  // A line that moved would have an animation.
  const moves = await page.evaluate(() => document.getAnimations().length);
  expect(moves).toBe(0);
});

test('the days can be stopped while they are played, and settings of an address that are none are not taken', async () => {
  const page = await portal.open('#/locks?site=club&people=1000000&locks=x&seed=-1&loss=7');
  expect(await page.inputValue('label:text-is("People") + select')).toBe('3');
  await page.selectOption('label:text-is("People") + select', '8');
  await page.selectOption('label:text-is("Locks") + select', '4');
  await page.click('button:text("Play these days")');
  await page.click('button:text-is("Stop")');
  expect(await page.locator('progress').count()).toBe(0);
  expect(await page.locator('.player').count()).toBe(0);
});

test('everything is said in German, and each step is accessible, light and dark, wide and on a phone', async () => {
  for (const { scheme, width } of TWO_LOOKS) {
    const page = await portal.open(`${DAYS}&step=3`, { scheme, width, language: 'de' });
    await page.waitForSelector('.player');
    expect(await text(page, '.step h3')).toMatch(/^Schritt 3 von \d+ · .* UTC$/u);
    expect(await text(page, '.player thead')).toContain('Stünde person-');
    await expectFit(page, `revocation-${scheme}-${width}`);
  }
});
