/** Lists of JSON over HTTP, page by page: all of them or an error. */

import { bodyBytes } from '../body-chunks.js';
import { httpsBase } from '../loopback.js';
import { DirectorySourceError } from './source.js';

/** Where lists are read and within which bounds. */
export interface HttpPagesOptions {
  /** The address under which the lists lie. `https`, or `http` on the loopback interface. */
  readonly baseUrl: string;
  /** The bearer token, asked for before each run, so that it may change. Never logged. */
  readonly token: () => string | Promise<string>;
  /** Of one answer. Default 30 s. */
  readonly timeoutMilliseconds?: number;
  /** Elements asked for in one page. Default 50, which is the most OfficeRnD gives. */
  readonly pageSize?: number;
  /** Default 50 000 pages a list: two and a half million elements. */
  readonly pagesMax?: number;
  /** Of one page. Default 8 MiB. */
  readonly bytesMax?: number;
}

/** One page as it is answered: `results`, where to go on, and perhaps how many there are in all. */
interface Page {
  readonly results: readonly unknown[];
  readonly next: string | undefined;
  readonly total: number | undefined;
}

/**
 * Every element of a list. A page that fails, a cursor that comes twice, or fewer elements than the pages say there
 * are make the whole list an error. Redirects are not followed: they would carry the token elsewhere.
 * @throws DirectorySourceError
 */
export async function readAllPages(
  list: string,
  options: HttpPagesOptions,
  token: string,
  signal: AbortSignal,
): Promise<unknown[]> {
  const { pagesMax = 50_000 } = options;
  const elements: unknown[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await readPage(list, cursor, options, token, signal);
    for (const element of page.results) elements.push(element);
    if (page.next === undefined) {
      if (page.total !== undefined && page.total !== elements.length) {
        const text = `${list}: ${elements.length} elements of ${page.total}`;
        throw new DirectorySourceError('partial', text);
      }
      return elements;
    }
    if (seen.has(page.next))
      throw new DirectorySourceError('partial', `${list}: pages in a circle`);
    seen.add(page.next);
    cursor = page.next;
  }
  throw new DirectorySourceError('too_large', `${list}: more than ${pagesMax} pages`);
}

/** The address lists are read from. @throws TypeError for one that would show the token to the network. */
export function requireBaseUrl(baseUrl: string): URL {
  return httpsBase(baseUrl, 'a directory is read over https');
}

async function readPage(
  list: string,
  cursor: string | undefined,
  options: HttpPagesOptions,
  token: string,
  signal: AbortSignal,
): Promise<Page> {
  const { timeoutMilliseconds = 30_000, pageSize = 50, bytesMax = 8 * 2 ** 20 } = options;
  const url = new URL(list, requireBaseUrl(options.baseUrl));
  url.searchParams.set('$limit', String(pageSize));
  if (cursor !== undefined) url.searchParams.set('$cursorNext', cursor);
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.any([signal, timeout]),
    });
    if (response.status === 401 || response.status === 403) {
      throw new DirectorySourceError('refused', `${list}: status ${response.status}`);
    }
    if (!response.ok)
      throw new DirectorySourceError('status', `${list}: status ${response.status}`);
    return pageOf(list, await readText(list, response, bytesMax));
  } catch (error) {
    if (error instanceof DirectorySourceError) throw error;
    const why = timeout.aborted ? 'no answer in time' : 'no answer';
    throw new DirectorySourceError('unreachable', `${list}: ${why}`, { cause: error });
  }
}

async function readText(list: string, response: Response, bytesMax: number): Promise<string> {
  const bytes = await bodyBytes(response, bytesMax);
  if (bytes === undefined) {
    throw new DirectorySourceError('too_large', `${list}: a page of more than ${bytesMax} bytes`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DirectorySourceError('malformed', `${list}: not UTF-8`);
  }
}

function pageOf(list: string, text: string): Page {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new DirectorySourceError('malformed', `${list}: not JSON`);
  }
  const { results, cursorNext, total } = Object(body) as Readonly<Record<string, unknown>>;
  const isNext = cursorNext === undefined || cursorNext === null || typeof cursorNext === 'string';
  const isTotal = total === undefined || Number.isSafeInteger(total);
  if (!Array.isArray(results) || !isNext || !isTotal) {
    throw new DirectorySourceError('malformed', `${list}: not a page of results`);
  }
  return {
    results,
    next: cursorNext === null || cursorNext === '' ? undefined : cursorNext,
    total: total as number | undefined,
  };
}
