/** Cutting a list into pages. */
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '../values/limits.js';
import { RequestError } from './request.js';
import type { SearchPage } from './search.js';

/**
 * One page of a list. The token of a page names the last entry of the one before and the revision, so
 * that pages concatenate to the whole list; a token of another revision is refused, since the list it
 * began is gone.
 * @throws RequestError for a limit that is no integer of 1 to 10 000, or a token not of this list.
 */
export function pageOf<T>(
  entries: readonly string[],
  page: { readonly token?: string; readonly limit?: number } | undefined,
  revision: number,
  shape: (entry: string) => T,
): SearchPage<T> {
  const limit = page?.limit ?? PAGE_LIMIT_DEFAULT;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT_MAX) {
    throw new RequestError('/page/limit', `not an integer from 1 to ${PAGE_LIMIT_MAX}`);
  }
  const start = startOf(entries, page?.token ?? '', revision);
  const shown = entries.slice(start, start + limit);
  const last = shown.at(-1);
  const more = last !== undefined && start + limit < entries.length;
  return {
    results: shown.map(shape),
    page: {
      next_token: more ? `${revision}.${last}` : '',
      count: shown.length,
      total: entries.length,
    },
  };
}

/** Index of the first entry after the one a token names. */
function startOf(entries: readonly string[], token: unknown, revision: number): number {
  if (token === '') return 0;
  const dot = typeof token === 'string' ? token.indexOf('.') : -1;
  if (typeof token !== 'string' || dot < 0)
    throw new RequestError('/page/token', 'not a page token');
  if (token.slice(0, dot) !== String(revision)) {
    throw new RequestError('/page/token', 'the policy has changed since: begin again');
  }
  const after = token.slice(dot + 1);
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
