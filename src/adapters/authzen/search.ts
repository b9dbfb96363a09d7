/** Subject, Resource and Action Search. @see AuthZEN 1.0, "Subject Search API" and the two after it */
import { type AccessRequest, RequestError } from '../../engine/request.js';
import type { SearchPage } from '../../engine/search.js';
import { PAGE_LIMIT_DEFAULT } from '../../values/limits.js';
import type { PdpView } from '../pdp/pdp.js';
import { after, found, type Later, notNow, refused } from './answers.js';
import { type Asked, readAsked } from './asked.js';
import type { Sent } from './body.js';
import type { Client } from './client.js';
import type { Answer, Exchange } from './exchange.js';
import { hashOfList, type PageAsked, readPage, writePage } from './page-token.js';
import { readQuestion } from './question.js';
import { forbidden, malformed, type Refusal } from './refusal.js';
import type { Setup } from './setup.js';
import { viewFor } from './view-for.js';

/** What is searched for. */
export type SearchKind = 'subject' | 'resource' | 'action';

/** One result: an entity, or the name of an action. */
type Result = { readonly id: string } | { readonly name: string };

/** Answers a page of a list. A list is of the newest policy or not given at all: nobody can refuse one entry of it later. */
export function answerSearch(
  kind: SearchKind,
  setup: Setup,
  client: Client,
  body: Sent,
  exchange: Exchange,
): Later<Answer> {
  if (client.search === false) return refusedBy(forbidden('this client may not search'));
  const asked = readAsked(body['options'], client);
  if (!asked.ok) return refusedBy(asked);
  if (asked.explain || asked.reasons || asked.grants || asked.validUntil) {
    return refusedBy(malformed('/options', 'a list has no reasons: evaluate its entries'));
  }
  const now = setup.now();
  const question = readQuestion(body, client, now, kind);
  if (!question.ok) return refusedBy(question);
  return after(viewFor(setup, asked, exchange), (view) => {
    if (!view.ok) {
      const isCallers = view.code === 'token_unknown' || view.code === 'not_retained';
      return isCallers
        ? refused(400, `/options/consistency/token: ${view.detail}`)
        : notNow('no policy that is new enough');
    }
    if (view.value.stale) return notNow('no policy that is new enough');
    const { time, ...facts } = question.request.context;
    const hash = (): string =>
      hashOf(kind, question.request, view.value.token, [facts, time === now ? 0 : time]);
    const page = readPage(body['page'], hash);
    if (!page.ok) return refusedBy(page);
    return pageOf(kind, setup, question.request, view.value, page, asked, hash);
  });
}

/** Everything a list depends on but the time of our clock: of every page each entry holds when it is given. */
function hashOf(
  kind: SearchKind,
  { subject, action, resource }: AccessRequest,
  token: string,
  rest: readonly unknown[],
): string {
  const who = kind === 'subject' ? [subject.type] : [subject.type, subject.id];
  const what = kind === 'resource' ? [resource.type] : [resource.type, resource.id];
  const name = kind === 'action' ? null : action.name;
  return hashOfList([kind, who, name, what, resource.properties ?? null, token, ...rest]);
}

function pageOf(
  kind: SearchKind,
  setup: Setup,
  request: AccessRequest,
  view: PdpView,
  { limit, after }: PageAsked,
  asked: Asked,
  hash: () => string,
): Answer {
  const { revision } = view.engine;
  const page = {
    limit: Math.min(limit ?? PAGE_LIMIT_DEFAULT, setup.limits.pageResults),
    ...(after === undefined ? {} : { token: `${revision}.${after}` }),
  };
  let list: SearchPage<Result>;
  try {
    list = searched(kind, view, request, page);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return refusedBy(malformed(error.pointer, 'missing or ill-typed'));
  }
  const last = list.results.at(-1);
  const more = list.page.next_token !== '' && last !== undefined;
  const entry = last === undefined ? '' : 'id' in last ? last.id : last.name;
  const answer = {
    results: list.results,
    page: { ...list.page, next_token: more ? writePage(limit, hash(), entry) : '' },
    ...(asked.state ? { context: { revision, token: view.token } } : {}),
  };
  return found(JSON.stringify(answer));
}

function searched(
  kind: SearchKind,
  { engine }: PdpView,
  request: AccessRequest,
  page: { readonly limit: number; readonly token?: string },
): SearchPage<Result> {
  switch (kind) {
    case 'subject':
      return engine.searchSubjects({ ...request, page });
    case 'resource':
      return engine.searchResources({ ...request, page });
    case 'action':
      return engine.searchActions({ ...request, action: undefined, page });
    default: {
      const never: never = kind;
      return never;
    }
  }
}

function refusedBy({ status, message }: Refusal): Answer {
  return refused(status, message);
}
