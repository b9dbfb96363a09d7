/** What a client asks of a list: filter, order, page and attributes, by GET or by `.search`. */
import type { Json, JsonObject } from '../record.js';
import { memberNamed } from './body.js';
import { refuse, type ScimOutcome } from './code.js';
import { PAGE_COUNT_DEFAULT, PAGE_COUNT_MAX } from './limits.js';

/** A question for a list. */
export interface ListQuery {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  /** From 1. */
  readonly startIndex: number;
  /** 0 asks for the total alone. */
  readonly count: number;
  readonly attributes: readonly string[] | undefined;
  readonly excludedAttributes: readonly string[] | undefined;
}

/** URN of a `.search` body. */
export const SEARCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
/** URN of a list. */
export const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/**
 * Reads the parameters of a URL.
 * @param parameter - the value of a parameter, undefined where there is none.
 * @returns codes `invalidValue`, `invalidFilter` for an empty filter.
 * @see RFC 7644 §3.4.2
 */
export function readParameters(
  parameter: (name: string) => string | undefined,
): ScimOutcome<ListQuery> {
  const listed = (name: string) =>
    parameter(name)
      ?.split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const numbers = { startIndex: parameter('startIndex'), count: parameter('count') };
  return makeQuery(
    {
      filter: parameter('filter'),
      sortBy: parameter('sortBy'),
      sortOrder: parameter('sortOrder'),
      attributes: listed('attributes'),
      excludedAttributes: listed('excludedAttributes'),
    },
    {
      startIndex: numbers.startIndex === undefined ? undefined : integerOf(numbers.startIndex),
      count: numbers.count === undefined ? undefined : integerOf(numbers.count),
    },
  );
}

/** Reads the body of a `.search`. @returns codes `invalidValue`, `invalidFilter`. @see RFC 7644 §3.4.3 */
export function readSearch(body: JsonObject): ScimOutcome<ListQuery> {
  const text = (name: string) => {
    const value = memberNamed(body, name);
    return typeof value === 'string' ? value : undefined;
  };
  const listed = (name: string) => {
    const value = memberNamed(body, name);
    if (typeof value === 'string') return value.split(',');
    if (!Array.isArray(value)) return undefined;
    return (value as readonly Json[]).filter((each) => typeof each === 'string');
  };
  const number = (name: string) => {
    const value = memberNamed(body, name);
    if (value === undefined || value === null) return undefined;
    return typeof value === 'number' ? value : integerOf(String(value));
  };
  return makeQuery(
    {
      filter: text('filter'),
      sortBy: text('sortBy'),
      sortOrder: text('sortOrder'),
      attributes: listed('attributes'),
      excludedAttributes: listed('excludedAttributes'),
    },
    { startIndex: number('startIndex'), count: number('count') },
  );
}

/** The body of a list. `totalResults` counts all that match, not the page. @see RFC 7644 §3.4.2 */
export function listBody(
  resources: readonly JsonObject[],
  totalResults: number,
  startIndex: number,
): JsonObject {
  return {
    schemas: [LIST_SCHEMA],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

interface Texts {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly attributes: readonly string[] | undefined;
  readonly excludedAttributes: readonly string[] | undefined;
}

function makeQuery(
  { filter, sortBy, sortOrder, attributes, excludedAttributes }: Texts,
  numbers: { readonly startIndex: number | undefined; readonly count: number | undefined },
): ScimOutcome<ListQuery> {
  const { startIndex = 1, count = PAGE_COUNT_DEFAULT } = numbers;
  if (!Number.isSafeInteger(startIndex) || !Number.isSafeInteger(count)) {
    return refuse('invalidValue', '`startIndex` and `count` are integers');
  }
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    return refuse('invalidValue', '`sortOrder` is `ascending` or `descending`');
  }
  if (filter !== undefined && filter.trim() === '') {
    return refuse('invalidFilter', 'the filter is empty');
  }
  return {
    ok: true,
    value: {
      filter,
      sortBy: sortBy === '' ? undefined : sortBy,
      descending: order === 'descending',
      startIndex: Math.max(1, startIndex),
      count: Math.min(PAGE_COUNT_MAX, Math.max(0, count)),
      attributes,
      excludedAttributes,
    },
  };
}

function integerOf(text: string): number {
  return /^[+-]?\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
}
