/** Handing doors over to tenants and taking them back. */
import {
  isTold,
  ORGANIZATION_PREFERENCE_ID,
  parsePreference,
  preferenceId,
} from '../../admin/notices/preference.js';
import type { Notice } from '../../admin/plan.js';
import type { Draft } from '../../admin/provisioning/planning.js';
import {
  type HandOverOrder,
  planHandOver,
  planReturn,
  type TenancyCode,
} from '../../admin/tenancy/tenancies.js';
import type { Outcome } from '../../values/outcome.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, SiteView, WriteResult } from './site.js';

/** Hands a door over: from then on it is the tenant's to open and to let others in, and nobody else's. */
export function handOverDoor(
  site: Site,
  actor: Person,
  order: HandOverOrder,
  options?: WriteOptions,
): Promise<
  WriteResult<{ readonly assignment: string | undefined; readonly since: string }, TenancyCode>
> {
  return writePlanned(
    site,
    actor,
    'tenancy.hand_over',
    (p, view) => onlyTold(planHandOver(p, order), view),
    options,
  );
}

/** Takes a door back: what the tenancy brought ends, what rested counts again. */
export function returnDoor(
  site: Site,
  actor: Person,
  order: { readonly door: string },
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, TenancyCode>> {
  return writePlanned(
    site,
    actor,
    'tenancy.return',
    (p, view) => onlyTold(planReturn(p, order), view),
    options,
  );
}

/** The plan with the notices to those alone who are told of rights by wish or by custom. */
async function onlyTold<T, Code extends string>(
  planned: Outcome<Draft<T>, Code>,
  { engine, store }: SiteView,
): Promise<Outcome<Draft<T>, Code>> {
  if (!planned.ok) return planned;
  const wishAt = async (id: string) =>
    parsePreference((await store.record('notice_preference', id))?.body) ?? 'default';
  const organization = await wishAt(ORGANIZATION_PREFERENCE_ID);
  const notices: Notice[] = [];
  for (const notice of planned.value.notices ?? []) {
    const { id } = notice.to;
    const kind = notice.kind === 'access_granted' ? notice.kind : 'access_withdrawn';
    const wishes = { own: await wishAt(preferenceId(id)), plan: 'default', organization } as const;
    if (isTold(engine, id, kind, wishes)) notices.push(notice);
  }
  return { ok: true, value: { ...planned.value, notices } };
}
