/** What no page may do: write an error into the console, throw, ask somebody else for something. */
import type { ConsoleMessage, Page } from 'playwright-core';

/**
 * Keeps what a page complains of from now on.
 * @param base - requests elsewhere are complaints.
 * @param isExpected - messages of the console that are none.
 */
export function listenFor(
  page: Page,
  base: string,
  complaints: string[],
  isExpected: (message: ConsoleMessage) => boolean = () => false,
): void {
  listenToConsole(page, complaints, isExpected);
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('data:')) complaints.push(`asked for ${url}`);
  });
}

/** The part of it that is about the page's own program. */
export function listenToConsole(
  page: Page,
  complaints: string[],
  isExpected: (message: ConsoleMessage) => boolean,
): void {
  page.on('console', (message) => {
    if (isExpected(message)) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
}

/** That a desk cannot be reached or refuses, the browser writes into its console by itself. */
export function isOfDesk(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return message.text().startsWith('Failed to load resource') && url.includes('/api/');
}
