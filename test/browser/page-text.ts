/** What stands on a page, as a reader sees it: without the white space of its source. */
import type { Page } from 'playwright-core';

/** The text of the first that fits. */
export async function text(page: Page, selector: string): Promise<string> {
  return inOneLine((await page.textContent(selector)) ?? '');
}

/** The texts of all that fit. */
export async function texts(page: Page, selector: string): Promise<string[]> {
  return (await page.locator(selector).allTextContents()).map(inOneLine);
}

function inOneLine(content: string): string {
  return content.replace(/\s+/gu, ' ').trim();
}
