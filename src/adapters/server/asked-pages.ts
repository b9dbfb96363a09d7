/** What pages ask of their server beside its files: answered when it is asked, and never kept. */

/** An answer as JSON. */
export interface AskedAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers to the pages of a server. */
export interface AskedPages {
  /** @param name - below the path of these answers, without query. @returns undefined where there is no such thing. */
  answer(name: string, query: URLSearchParams): Promise<AskedAnswer | undefined>;
}

/** Longest query that is read: a filter of events, and where to go on. */
const QUERY_CHARACTERS_MAX = 12_000;

/**
 * Reads the query and answers. A page elsewhere could have somebody's browser ask all the time, though it may not read
 * the answers: browsers say from where they ask, and only these pages and people themselves are answered.
 */
export async function askedAnswer(
  asked: AskedPages,
  name: string,
  query: string,
  header: (name: string) => string | undefined,
): Promise<AskedAnswer | undefined> {
  const from = header('sec-fetch-site');
  if (from !== undefined && from !== 'same-origin' && from !== 'none') {
    return { status: 403, body: JSON.stringify({ code: 'query', detail: 'asked from elsewhere' }) };
  }
  if (query.length > QUERY_CHARACTERS_MAX) {
    return { status: 414, body: JSON.stringify({ code: 'query', detail: 'too long' }) };
  }
  return await asked.answer(name, new URLSearchParams(query));
}
