/**
 * What the portal asks of the site behind a served policy: events, who is inside, devices. Questions only; they are asked with the
 * rights of whoever keeps the site, as `doorwright site` does for whoever sits at this machine.
 */
import type { AskedAnswer, AskedPages } from '../adapters/server/asked-pages.js';
import { type EventListQuery, listEvents } from '../adapters/site/event-list.js';
import { inventoryOf, tasksOf } from '../adapters/site/inventory.js';
import { type Occupancy, readOccupancy } from '../adapters/site/muster.js';
import type { Person } from '../adapters/site/planned-write.js';
import type { Site } from '../adapters/site/site.js';
import { parseEventFilter } from '../admin/events/event-cursor.js';
import { eventLine, exportHeader } from '../admin/events/event-line.js';
import { readEvent } from '../admin/events/read-event.js';
import type { JsonObject } from '../admin/record.js';
import { findElement } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import type { Outcome } from '../values/outcome.js';
import { soleHolderOf } from './sole-holder.js';

/** Events of one answer. */
const EVENTS_MAX = 500;
/** Devices, tasks or places of one answer: pages show no more, and say so. */
const ENTRIES_MAX = 1000;
/** Longest filter, as JSON: a hundred types and a few names. */
const FILTER_CHARACTERS_MAX = 8_192;
/** Questions under way: doors ask the same store, and come first. */
const ASKED_MAX = 8;

/** The pages that answer about a site. */
export function portalApi(site: Site): AskedPages {
  const keeper = keeperOf(site);
  let asked = 0;
  return {
    async answer(name, query) {
      const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
      if (route === undefined) return undefined;
      const wrong = [...query.keys()].find(
        (key, at, keys) => !route.parameters.includes(key) || keys.indexOf(key) !== at,
      );
      if (wrong !== undefined) return refusal(400, 'query', `the parameter \`${wrong}\``);
      if (asked >= ASKED_MAX) return refusal(503, 'busy', 'too much is asked at once');
      asked++;
      try {
        await site.refresh();
        const holder = keeper();
        if (holder === undefined) return refusal(403, 'refused', NOBODY);
        return await route.answer(site, holder, query);
      } catch {
        // What a store says of its failures may name hosts and people.
        return refusal(503, 'unavailable', 'the store does not answer, or holds what is damaged');
      } finally {
        asked--;
      }
    },
  };
}

interface Route {
  readonly parameters: readonly string[];
  answer(site: Site, keeper: Person, query: URLSearchParams): Promise<AskedAnswer>;
}

const NOBODY = 'nobody holds a role that only one has';
const LIST = ['filter', 'limit', 'cursor'];

const ROUTES: Readonly<Record<string, Route>> = {
  events: {
    parameters: LIST,
    async answer(site, keeper, query) {
      const list = await listed(site, keeper, query);
      if (!list.ok) return refusalOf(list);
      const { events, cursor } = list.value;
      return answered({ events: events.map(readEvent), cursor });
    },
  },
  lines: {
    parameters: [...LIST, 'format'],
    async answer(site, keeper, query) {
      const format = (['csv', 'cloudevents'] as const).find((one) => one === query.get('format'));
      if (format === undefined) return refusal(400, 'query', 'the parameter `format`');
      const list = await listed(site, keeper, query);
      if (!list.ok) return refusalOf(list);
      const { events, cursor } = list.value;
      const head = query.has('cursor') ? '' : exportHeader(format);
      const lines = events.map((event) => eventLine(event, site.organization, format));
      return answered({ text: head + lines.join(''), cursor, count: events.length });
    },
  },
  occupancy: {
    parameters: [],
    async answer(site, keeper) {
      const counting = await countingPlaces(site);
      const places: Occupancy[] = [];
      for (const id of counting.slice(0, ENTRIES_MAX)) {
        const occupancy = await readOccupancy(site, keeper, id);
        if (occupancy.ok) places.push(occupancy.value);
        else if (occupancy.code === 'refused') return refusalOf(occupancy);
      }
      return answered({ places, isCut: counting.length > ENTRIES_MAX });
    },
  },
  inventory: {
    parameters: [],
    async answer(site) {
      const [devices, tasks] = [await inventoryOf(site), await tasksOf(site)];
      return answered({
        devices: devices.slice(0, ENTRIES_MAX),
        tasks: tasks.slice(0, ENTRIES_MAX),
        isCut: devices.length > ENTRIES_MAX || tasks.length > ENTRIES_MAX,
      });
    },
  },
};

/**
 * The places that keep count, by id; of more than an answer holds, one more. Only places with such a record do: asking each of
 * thousands how full it is would keep the store busy.
 */
async function countingPlaces({ store, engine }: Site): Promise<readonly string[]> {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const records = await store.records('capacity', {
      limit: ENTRIES_MAX,
      ...(after === undefined ? {} : { after }),
    });
    // What a place kept outlasts it: of one that is gone nobody may know anything.
    found.push(
      ...records
        .map(({ id }) => id)
        .filter((id) => findElement(engine, 'places', id) !== undefined),
    );
    after = records.length < ENTRIES_MAX ? undefined : records.at(-1)?.id;
  } while (after !== undefined && found.length <= ENTRIES_MAX);
  return found;
}

async function listed(site: Site, keeper: Person, query: URLSearchParams) {
  const read = queryOf(query);
  return read.ok ? await listEvents(site, keeper, read.value) : read;
}

function queryOf(query: URLSearchParams): Outcome<EventListQuery, 'query'> {
  const wrong = (name: string): Outcome<never, 'query'> => ({
    ok: false,
    code: 'query',
    detail: `the parameter \`${name}\``,
  });
  const limit = query.get('limit') ?? '100';
  if (!/^[1-9]\d{0,2}$/u.test(limit) || Number(limit) > EVENTS_MAX) return wrong('limit');
  const filter = filterOf(query.get('filter'));
  if (filter === undefined) return wrong('filter');
  const cursor = query.get('cursor');
  return {
    ok: true,
    value: {
      ...{ log: 'access', limit: Number(limit), filter },
      ...(cursor === null ? {} : { cursor }),
    },
  };
}

function filterOf(text: string | null): EventListQuery['filter'] {
  if (text === null) return {};
  if (text.length > FILTER_CHARACTERS_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const read = parseEventFilter(value as JsonObject);
    return read.ok ? read.value : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever keeps the site, looked for once for each state of its policy. */
function keeperOf(site: Site): () => Person | undefined {
  let known: { readonly engine: Engine; readonly keeper: Person | undefined } | undefined;
  return () => {
    const { engine } = site;
    if (known?.engine !== engine) {
      const id = soleHolderOf(engine);
      const keeper =
        id === undefined ? undefined : ({ type: 'user', id, via: { type: 'portal' } } as const);
      known = { engine, keeper };
    }
    return known.keeper;
  };
}

function answered(value: object): AskedAnswer {
  return { status: 200, body: JSON.stringify(value) };
}

function refusalOf({
  code,
  detail,
}: {
  readonly code: string;
  readonly detail: string;
}): AskedAnswer {
  return refusal(code === 'refused' ? 403 : 400, code, detail);
}

function refusal(status: number, code: string, detail: string): AskedAnswer {
  return { status, body: JSON.stringify({ code, detail }) };
}
