/** Telling people of access they got or lost, and what they and the organisation wish to be told. */
import { accessNews, noticesFor } from '../../admin/notices/access-notices.js';
import {
  NOTICE_PREFERENCES,
  type NoticePreference,
  type NoticeWishes,
  ORGANIZATION_PREFERENCE_ID,
  parsePreference,
  preferenceId,
  preferenceRecord,
} from '../../admin/notices/preference.js';
import { findElement } from '../../engine/elements.js';
import type { StoreReader } from '../store/store.js';
import { allRecords } from './all-records.js';
import type { Consequence } from './consequence.js';
import { personNeed, settingsNeed } from './event-rights.js';
import type { Actor, Site, WriteResult } from './site.js';

/** From so many people on, all wishes are read at once instead of one by one. */
const MANY = 100;

/** Every change of the policy tells whom it gives or takes access, as far as they wish. */
export const noticeConsequence: Consequence = async ({ before, after, changes, plan }, view) => {
  const change = { before, after, changes, time: view.time };
  const news = accessNews(change);
  if (news.length === 0) return {};
  const organization = await wishAt(view.store, ORGANIZATION_PREFERENCE_ID);
  const own = await ownWishes(
    view.store,
    news.map(({ user }) => user),
  );
  const wishesOf = (user: string): NoticeWishes => ({
    own: own.get(user) ?? 'default',
    plan: plan.noticePreference ?? 'default',
    organization,
  });
  return { notices: noticesFor(change, news, wishesOf, plan.notices) };
};

/** Sets what the organisation wishes for everybody who has no wish of his own. */
export function setOrganizationNotices(
  site: Site,
  actor: Actor,
  preference: NoticePreference,
): Promise<WriteResult<undefined, 'preference'>> {
  return site.write<undefined, 'preference'>({
    actor,
    operation: 'notice_preference.set',
    plan: ({ engine }) => {
      if (!isPreference(preference)) return noPreference(preference);
      const put = [preferenceRecord(ORGANIZATION_PREFERENCE_ID, preference)];
      const needs = [settingsNeed(engine)];
      const audit = { data: { preference } };
      return { ok: true, value: { value: undefined, records: { put }, needs, audit } };
    },
  });
}

/** Sets what a person wishes: he himself may, and whoever may update people. */
export function setPersonNotices(
  site: Site,
  actor: Actor,
  user: string,
  preference: NoticePreference,
): Promise<WriteResult<undefined, 'preference' | 'unknown_user'>> {
  return site.write<undefined, 'preference' | 'unknown_user'>({
    actor,
    operation: 'notice_preference.set',
    plan: ({ engine }) => {
      if (!isPreference(preference)) return noPreference(preference);
      if (findElement(engine, 'users', user) === undefined)
        return { ok: false, code: 'unknown_user', detail: `unknown user \`${user}\`` };
      const put = [preferenceRecord(preferenceId(user), preference)];
      const isOwn = actor.type === 'user' && actor.id === user;
      const may = isOwn ? ({ own: true } as const) : { needs: [personNeed(engine, 'update')] };
      const audit = { object: { type: 'user', id: user }, data: { preference } };
      return { ok: true, value: { value: undefined, records: { put }, ...may, audit } };
    },
  });
}

async function ownWishes(
  store: StoreReader,
  users: readonly string[],
): Promise<ReadonlyMap<string, NoticePreference>> {
  if (users.length <= MANY) {
    const wishes = users.map(
      async (user) => [user, await wishAt(store, preferenceId(user))] as const,
    );
    return new Map(await Promise.all(wishes));
  }
  const prefix = preferenceId('');
  const records = await allRecords(store, 'notice_preference', prefix);
  return new Map(
    records.map(({ id, body }) => [id.slice(prefix.length), parsePreference(body) ?? 'default']),
  );
}

async function wishAt(store: StoreReader, id: string): Promise<NoticePreference> {
  const record = await store.record('notice_preference', id);
  return parsePreference(record?.body) ?? 'default';
}

function isPreference(value: string): boolean {
  return NOTICE_PREFERENCES.some((each) => each === value);
}

function noPreference(value: string): { ok: false; code: 'preference'; detail: string } {
  return { ok: false, code: 'preference', detail: `no preference \`${value}\`` };
}
