/** Who is to be told that he got or lost access by a change of the policy. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { compareText } from '../../engine/findings.js';
import type { Changes } from '../../policy/changes.js';
import type { EntityName } from '../events/event.js';
import type { Notice } from '../plan.js';
import type { Json, JsonObject } from '../record.js';
import { concernedUsers } from './concerned-users.js';
import { type HeldAccess, heldAccess } from './held-access.js';
import { type AccessNoticeKind, isTold, type NoticeWishes } from './preference.js';

/** A change and when it is made. */
export interface NoticedChange {
  readonly before: Engine;
  readonly after: Engine;
  readonly changes: Changes;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** What somebody got or lost. */
export interface AccessNews {
  readonly user: string;
  readonly kind: AccessNoticeKind;
  readonly access: readonly HeldAccess[];
}

/** Scopes that a notice lists; of the rest it tells the number. */
const SCOPES_MAX = 50;

/**
 * What people got and lost: scopes within which they hold a right that opens, compared before and after. Whoever keeps
 * a scope by another right is told nothing. What lies in a scope may change without a word, as may hours. Sorted by user.
 */
export function accessNews({ before, after, changes, time }: NoticedChange): AccessNews[] {
  const news: AccessNews[] = [];
  for (const user of concernedUsers(before, after, changes)) {
    const had = heldAccess(before, user, time);
    const has = heldAccess(after, user, time);
    const granted = [...has].filter(([scope]) => !had.has(scope)).map(([, access]) => access);
    const lost = [...had].filter(([scope]) => !has.has(scope)).map(([, access]) => access);
    if (granted.length > 0) news.push({ user, kind: 'access_granted', access: granted });
    if (lost.length > 0) news.push({ user, kind: 'access_withdrawn', access: lost });
  }
  return news;
}

/**
 * The notices of a change, one for each person and kind.
 * @param wishesOf - what bears on a person.
 * @param told - notices that the plan brings itself: nobody is told the same twice.
 */
export function noticesFor(
  change: NoticedChange,
  news: readonly AccessNews[],
  wishesOf: (user: string) => NoticeWishes,
  told: readonly Notice[] = [],
): Notice[] {
  const known = new Set(told.map(({ kind, to }) => `${kind} ${to.type} ${to.id}`));
  return news
    .filter(({ user, kind }) => !known.has(`${kind} user ${user}`))
    .filter(({ user, kind }) => isTold(engineOf(change, user), user, kind, wishesOf(user)))
    .map((each) => noticeOf(change, each));
}

/** The engine in which somebody is: he may have been deleted. */
function engineOf({ before, after }: NoticedChange, user: string): Engine {
  return findElement(after, 'users', user) === undefined ? before : after;
}

function noticeOf(change: NoticedChange, { user, kind, access }: AccessNews): Notice {
  const listed = [...access].sort((a, b) => compareText(a.id, b.id)).slice(0, SCOPES_MAX);
  const more = access.length - listed.length;
  return {
    kind,
    to: { type: 'user', id: user },
    object: objectOf(change, access),
    data: {
      scopes: listed.map(dataOf),
      ...(more > 0 ? { more } : {}),
      ...goneAddress(change, user),
    },
  };
}

/** The one scope, where it is one; else the organisation. Never a person: the object outlives an erasure. */
function objectOf({ after }: NoticedChange, access: readonly HeldAccess[]): EntityName {
  const [only, second] = access;
  if (only !== undefined && second === undefined) return { type: only.type, id: only.id };
  return { type: 'organization', id: snapshotOf(after).organization.id };
}

function dataOf({ type, id, name, from, until }: HeldAccess): Json {
  return {
    type,
    id,
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Somebody who is deleted by this very change can be looked up nowhere later. */
function goneAddress({ before, after }: NoticedChange, user: string): JsonObject {
  if (findElement(after, 'users', user) !== undefined) return {};
  const { email, name } = findElement(before, 'users', user) ?? {};
  return { ...(email === undefined ? {} : { email }), ...(name === undefined ? {} : { name }) };
}
