/** What time does to presence at a site: timers that ran out, and whereabouts that nobody may keep any longer. */
import { checkInPrefixOf, checkInShape, oldestDayKept } from '../../admin/check-ins/check-in.js';
import type { Plan } from '../../admin/plan.js';
import { capacityShape } from '../../admin/presence/capacity.js';
import { planNoCapacity } from '../../admin/presence/capacity-order.js';
import { planRecount } from '../../admin/presence/forgive.js';
import { waitingShape } from '../../admin/presence/waiting.js';
import { findElement } from '../../engine/elements.js';
import { MINUTE_MS } from '../../values/instant.js';
import { allRecords } from './all-records.js';
import { whereaboutsAt } from './presence.js';
import { readWholePlace } from './scene.js';
import type { Actor, Site, SiteView } from './site.js';

const SYSTEM: Actor = { type: 'system', id: 'presence' };

/** Longer than anybody waits for a second person. */
const WAITING_KEPT_MS = 5 * MINUTE_MS;

/**
 * Lets time do its work at every place that keeps count: to be called every minute or so. Decisions do not wait for it;
 * what is kept of people does. Writes nothing where nothing is due, and no audit event: nobody ordered anything.
 * @returns ids of the places at which something was due.
 */
export async function sweepPresence(site: Site): Promise<readonly string[]> {
  await site.refresh();
  const { store, engine, host } = site;
  const outside = { store, engine, time: host.now(), newId: host.newId };
  const due: string[] = [];
  for (const { id } of await allRecords(store, 'capacity')) {
    if (isNothing(await dueAt(outside, id))) continue;
    due.push(id);
    await write(site, 'presence.sweep', (view) => dueAt(view, id));
  }
  if (!isNothing(await waitingDue(outside))) await write(site, 'companion.sweep', waitingDue);
  return due;
}

type Ground = Pick<SiteView, 'store' | 'engine' | 'time' | 'newId'>;

async function dueAt(view: Ground, place: string): Promise<Plan> {
  const { store, engine } = view;
  if (findElement(engine, 'places', place) === undefined) {
    return planNoCapacity(place, await whereaboutsAt(store, place));
  }
  const scene = await readWholePlace(store, engine, place);
  if (scene === undefined) return {};
  const { value, records, events, notices } = planRecount(scene, view);
  const old = await oldCheckIns(view, place);
  return {
    records: { put: records?.put ?? [], remove: [...(records?.remove ?? []), ...old] },
    events: events ?? [],
    notices: notices ?? [],
    audit: { object: { type: 'capacity', id: place }, data: value },
  };
}

/** By ascending id the oldest days come first, so one page tells. */
async function oldCheckIns({ store, engine, time }: Ground, place: string) {
  const record = await store.record('capacity', place);
  if (record === undefined) return [];
  const { checkInDays = 90 } = capacityShape.ofRecord(record);
  const oldest = oldestDayKept(engine, place, time, checkInDays);
  const prefix = checkInPrefixOf(place);
  const page = await store.records('check_in', { after: prefix, limit: 10_000 });
  return page
    .filter((each) => each.id.startsWith(prefix) && checkInShape.ofRecord(each).day < oldest)
    .map(({ kind, id }) => ({ kind, id }));
}

/** People who waited for a second person and went away. */
async function waitingDue({ store, time }: Ground): Promise<Plan> {
  const records = await allRecords(store, 'companion');
  const gone = records.filter((record) =>
    waitingShape.ofRecord(record).people.every(({ at }) => at < time - WAITING_KEPT_MS),
  );
  return { records: { remove: gone.map(({ kind, id }) => ({ kind, id })) } };
}

function isNothing({ records }: Plan): boolean {
  return (records?.put?.length ?? 0) + (records?.remove?.length ?? 0) === 0;
}

async function write(
  site: Site,
  operation: string,
  plan: (view: SiteView) => Promise<Plan>,
): Promise<void> {
  const written = await site.write<undefined, never>({
    actor: SYSTEM,
    operation,
    audit: 'changes',
    plan: async (view) => ({ ok: true, value: { ...(await plan(view)), value: undefined } }),
  });
  if (!written.ok) throw new Error(`the system may not sweep: ${written.detail}`);
}
