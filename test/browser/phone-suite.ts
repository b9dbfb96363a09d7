/** What the tests of the phone's page share: the page, a desk, and phones that are put away after each test. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type BuiltPhone, builtPhone } from './phone-build.js';
import { type DeskHouse, openHouse } from './phone-desk.js';
import { type PhoneSite, servePhone } from './phone-page.js';

/** How long a page may take, on a machine that does much else. */
export const BOUND = { timeout: 15_000 };

/** How a phone is looked at, and where its clock begins. */
export type PhoneLook = Parameters<PhoneSite['phone']>[0];

/** The page and whatever stands behind it. */
export interface PhoneSuite {
  readonly site: PhoneSite;
  readonly house: DeskHouse;
  /** A browser in which nobody is enrolled, with the desk behind the page. */
  newPhone(look?: PhoneLook): Promise<BrowserContext>;
  /** Somebody with an enrolled phone, as it is after its first update. */
  enrolled(
    person: string,
    look?: PhoneLook,
  ): Promise<{ readonly phone: BrowserContext; readonly page: Page }>;
}

/** Opens all of it for the tests of one file. No test may end with a complaint of a page. */
export function phoneSuite(): PhoneSuite {
  let site: PhoneSite;
  let house: DeskHouse;
  let built: BuiltPhone;
  const phones: BrowserContext[] = [];
  beforeAll(async () => {
    house = await openHouse(['l4-f07', 'l4-f08', 'l6-f09', 'u11-f02', 'l4-cellar', 'l4-laundry']);
    built = await builtPhone();
    site = await servePhone(built.folder);
  });
  afterAll(async () => {
    await site?.close();
    house?.close();
    built?.remove();
  });
  afterEach(async () => {
    for (const phone of phones.splice(0)) await phone.close();
    site.desk = undefined;
    site.isDown = false;
    site.change = undefined;
    expect(site.complaints.splice(0)).toEqual([]);
  });
  const suite: PhoneSuite = {
    get site() {
      return site;
    },
    get house() {
      return house;
    },
    async newPhone(look = {}) {
      site.desk = house.answer;
      const phone = await site.phone({ startsAt: house.nowMs(), ...look });
      phones.push(phone);
      return phone;
    },
    async enrolled(person, look = {}) {
      const phone = await suite.newPhone(look);
      const page = await site.open(phone, `#code=${await house.desk.makeCode(person)}`);
      await page.click('button[type=submit]');
      await page.waitForSelector('.problem[data-code=ok]', BOUND);
      return { phone, page };
    },
  };
  return suite;
}

/** The doors that the page lists. */
export function doors(page: Page): Promise<string[]> {
  return page.locator('.key h2').allTextContents();
}
