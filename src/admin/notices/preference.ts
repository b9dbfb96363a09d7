/** Whether somebody is told of access that he got or lost. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { JsonObject, SiteRecord } from '../record.js';

/** `default`: as it is usual; `always`, `never`: whatever is usual. */
export const NOTICE_PREFERENCES = ['default', 'always', 'never'] as const;

/** A wish. */
export type NoticePreference = (typeof NOTICE_PREFERENCES)[number];

/** Of what somebody is told. */
export type AccessNoticeKind = 'access_granted' | 'access_withdrawn';

/** The wishes that bear on one person, the nearest first. */
export interface NoticeWishes {
  readonly own: NoticePreference;
  /** Of whatever makes the change: a directory may be told never to send. */
  readonly plan: NoticePreference;
  readonly organization: NoticePreference;
}

/** Id of the organisation's record; a person's is `user:` and his id. */
export const ORGANIZATION_PREFERENCE_ID = 'organization';

/** Id of a person's record. */
export function preferenceId(user: string): string {
  return `user:${user}`;
}

/** The record of a wish. */
export function preferenceRecord(id: string, preference: NoticePreference): SiteRecord {
  return { kind: 'notice_preference', id, body: { preference } };
}

/** The wish in the body of a record; undefined when there is none in it. */
export function parsePreference(body: JsonObject | undefined): NoticePreference | undefined {
  return NOTICE_PREFERENCES.find((each) => each === body?.['preference']);
}

/**
 * Whether a person is told. The nearest wish that is not `default` decides. Where none is: a resident is told of both
 * (KIWI); anybody else of new access (OfficeRnD, Kisi), except under the role model `kiwi`, where nobody else is.
 * @param engine - in which the person is.
 */
export function isTold(
  engine: Engine,
  user: string,
  kind: AccessNoticeKind,
  { own, plan, organization }: NoticeWishes,
): boolean {
  const wish = [own, plan, organization].find((each) => each !== 'default');
  if (wish !== undefined) return wish === 'always';
  if (findElement(engine, 'users', user)?.segment === 'resident') return true;
  const { roles } = snapshotOf(engine).organization;
  const isKiwi = roles === 'kiwi' || (typeof roles === 'object' && roles.id === 'kiwi');
  return kind === 'access_granted' && !isKiwi;
}
