/**
 * A site in this page: the library's own store in memory, opened from the chosen policy. Nothing in it happened; everything in it was
 * decided and written by the functions that a real site uses. It forgets all with the page.
 */
import { eventLine, exportHeader, type Json, type JsonObject, readEvent } from 'doorwright/admin';
import {
  type EventListQuery,
  importFile,
  inventoryOf,
  listEvents,
  memoryStore,
  nodeSiteHost,
  type Occupancy,
  openSite,
  type Person,
  readOccupancy,
  type Site,
  setAlertPolicy,
  setCapacity,
  setLogModes,
  tasksOf,
} from 'doorwright/site';
import housingSync from '../../housing/sync.json?raw';
import { type Drawing, drawDay } from './made-up-day.js';
import { putMadeUpDevices } from './made-up-devices.js';
import type { EventQuestion, SiteView } from './site-view.js';
import type { Site as PortalSite } from './sites.js';

/** When the drawn day begins, and how far it is gone when the page is opened: the evening of a Monday, or of a night out. */
const DAYS: Readonly<Record<string, { readonly from: string; readonly until: string }>> = {
  club: { from: '2026-11-28T14:00:00Z', until: '2026-11-29T00:30:00Z' },
};
const MONDAY = { from: '2026-11-22T23:00:00Z', until: '2026-11-23T17:01:00Z' };

/** What offline locks know, by example. */
const SYNC: Readonly<Record<string, string>> = { housing: housingSync };

/** Between two drawn events while somebody follows. */
const FOLLOW_MS = 2_500;
/** Draws after which the page may answer its reader. */
const BREATH = 40;
/** Places that count; each is drawn as a bar. */
const PLACES_MAX = 50;
/** After how long somebody who was not seen leaving counts no more. */
const TIMEOUT_MINUTES = 600;

/** Opens the site and draws its day. */
export async function pageSite({ id, policy, timeZone }: PortalSite): Promise<SiteView> {
  const { from, until } = DAYS[id] ?? MONDAY;
  const clock = { now: Date.parse(from) };
  const host = { ...nodeSiteHost, now: () => clock.now };
  const store = memoryStore(host);
  await store.create(policy);
  const site = await openSite({ store, organization: policy.organization.id, host });
  const keeper = keeperOf(site);
  const drawing = drawDay(site.engine, { timeZone, isNight: id in DAYS });
  await setUp(site, keeper, SYNC[id]);
  for (let count = 1; clock.now < Date.parse(until); count++) {
    await step(site, clock, drawing);
    if (count % BREATH === 0) await new Promise((done) => setTimeout(done));
  }
  await putMadeUpDevices(site, keeper);
  return viewOf(site, keeper, followed(site, clock, drawing));
}

/** What a site has that is not in its policy: where people are counted, what is kept of events, what locks know. */
async function setUp(site: Site, keeper: Person, sync: string | undefined): Promise<void> {
  // Under the roles of KIWI nothing of doors is kept until somebody says so.
  await setLogModes(site, keeper, { default: 'full' });
  const places = (site.engine.policy.places ?? []).filter(({ capacity }) => capacity !== undefined);
  for (const { id: place } of places.slice(0, PLACES_MAX)) {
    const order = { place, mode: 'timeout', timeoutMinutes: TIMEOUT_MINUTES } as const;
    await setCapacity(site, keeper, order);
    await setAlertPolicy(site, keeper, { place, id: 'full', notify: [keeper.id] });
  }
  if (sync === undefined) return;
  const body = JSON.parse(sync) as JsonObject;
  await site.store.write((writer) =>
    writer.putRecords({ put: [{ kind: 'sync_state', id: 'state', body }] }),
  );
}

/** Draws what happens next and lets it happen, at its time. */
async function step(site: Site, clock: { now: number }, drawing: Drawing): Promise<void> {
  for (const { time, request, seen } of drawing.next(clock.now)) {
    clock.now = time;
    if (request !== undefined) await site.open(request);
    if (seen !== undefined) await site.observe({ ...seen, time });
  }
}

/** Time goes on while somebody looks. */
function followed(site: Site, clock: { now: number }, drawing: Drawing): SiteView['follow'] {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let isBusy = false;
  const go = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    await step(site, clock, drawing).finally(() => {
      isBusy = false;
    });
    for (const listener of listeners) listener();
  };
  return (listener) => {
    listeners.add(listener);
    timer ??= setInterval(go, FOLLOW_MS);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}

function viewOf(site: Site, keeper: Person, follow: SiteView['follow']): SiteView {
  const list = ({ filter, limit, cursor }: EventQuestion) =>
    listEvents(site, keeper, {
      ...{ log: 'access', filter, limit },
      ...(cursor === undefined ? {} : { cursor }),
    } satisfies EventListQuery);
  return {
    kind: 'made_up',
    now: () => site.host.now(),
    follow,
    async events(question) {
      const listed = await list(question);
      if (!listed.ok) return listed;
      const { events, cursor } = listed.value;
      return { ok: true, value: { value: events.map(readEvent), cursor } };
    },
    async lines(question, format) {
      const listed = await list(question);
      if (!listed.ok) return listed;
      const { events, cursor } = listed.value;
      const head = question.cursor === undefined ? exportHeader(format) : '';
      const lines = events.map((event) => eventLine(event, site.organization, format));
      return { ok: true, value: { value: head + lines.join(''), cursor, count: lines.length } };
    },
    async occupancy() {
      const places: Occupancy[] = [];
      for (const { id } of await site.store.records('capacity')) {
        const occupancy = await readOccupancy(site, keeper, id);
        if (occupancy.ok) places.push(occupancy.value);
        else if (occupancy.code === 'refused') return { ...occupancy, code: 'refused' };
      }
      return { ok: true, value: { places, isCut: false } };
    },
    async inventory() {
      const [devices, tasks] = [await inventoryOf(site), await tasksOf(site)];
      return { ok: true, value: { devices, tasks, isCut: false } };
    },
    intake: {
      importFile: (kind, options) => importFile(site, keeper, kind, options),
      policyText: () => JSON.stringify(site.engine.policy, undefined, 2),
    },
  };
}

/** What whoever keeps a site does there. */
const NEEDS = [
  ['view', 'event'],
  ['create', 'capacity'],
  ['create', 'hardware'],
  ['update', 'integration'],
  ['create', 'user'],
] as const;

/** Whoever may do most of that at the whole organisation: an owner, mostly. A policy without anybody has a site that nobody may look at. */
export function keeperOf({ engine, host, organization }: Site): Person {
  const scope = { type: 'organization', id: organization } as unknown as Json;
  const people = (engine.policy.assignments ?? [])
    .filter((one) => one.scope.type === 'organization' && one.subject.type === 'user')
    .map(({ subject }) => subject.id);
  const may = (id: string): number =>
    NEEDS.filter(([action, type]) =>
      engine.check({
        subject: { type: 'user', id },
        action: { name: action },
        resource: { type, id: '*', properties: { scope } },
        context: { time: host.now() },
      }),
    ).length;
  const scored = [...new Set(people)].map((id) => ({ id, score: may(id) }));
  const [first] = scored.sort((one, other) => other.score - one.score);
  return { type: 'user', id: first?.id ?? 'nobody', via: { type: 'portal' } };
}
