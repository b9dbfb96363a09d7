/** What the tests of the portal's pages share: a browser for each file, and pages that never complain. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openPortal, type Portal, shoot, type View, violations } from './portal-page.js';

/** Opens the portal for the tests of one file. No test may end with a complaint of a page. */
export function portalSuite(): Pick<Portal, 'open' | 'complaints'> {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal?.close());
  afterEach(() => {
    expect(portal.complaints.splice(0)).toEqual([]);
  });
  return {
    open: (hash, view) => portal.open(hash, view),
    get complaints() {
      return portal.complaints;
    },
  };
}

/** Light and dark, wide and on a phone: all four. */
export const LOOKS: readonly Required<Pick<View, 'scheme' | 'width'>>[] = [
  { scheme: 'light', width: 1100 },
  { scheme: 'light', width: 360 },
  { scheme: 'dark', width: 1100 },
  { scheme: 'dark', width: 360 },
];

/** Two of them that between them have each. */
export const TWO_LOOKS: typeof LOOKS = LOOKS.filter(
  ({ scheme, width }) => (scheme === 'light') === (width === 1100),
);

/** That axe finds nothing and nothing stands out at the side; keeps a picture, and puts the page away. */
export async function expectFit(page: Page, name: string): Promise<void> {
  expect(await violations(page)).toEqual([]);
  // What is wider than the window scrolls by itself.
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await shoot(page, name);
  await page.context().close();
}
