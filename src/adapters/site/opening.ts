/** Deciding at a door with all the site knows, and remembering it. */
import { doorRecordId, parseDoorRecord } from '../../admin/door-state/door-record.js';
import { accessEvent } from '../../admin/events/access-event.js';
import { parseLinkTerms } from '../../admin/links/link-terms.js';
import type { Plan } from '../../admin/plan.js';
import { doorwayOf, isPassing } from '../../admin/presence/passing.js';
import { takesTwo } from '../../admin/presence/waiting.js';
import {
  type DecidedOpening,
  decideOpening,
  type OpeningGround,
  planAfterOpening,
} from '../../admin/scene/decide-opening.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { type AccessRequest, RequestError } from '../../engine/request.js';
import type { StoreReader } from '../store/store.js';
import { keepEvents } from './log-modes.js';
import { readOpeningScene } from './scene.js';
import type { Opening, Site } from './site.js';

/** Whoever opens doors, in the audit log: the site itself. */
const DOOR = { type: 'system', id: 'door' } as const;

/**
 * Decides one request and remembers it. Nobody is kept in by a store that fails or holds what is damaged: whoever may
 * go out by the policy this process has, goes out, and no trace is left. Into a place that way leads nobody.
 */
export async function decideAndRecord(site: Site, request: AccessRequest): Promise<Opening> {
  try {
    return await decideAndStore(site, request);
  } catch (error) {
    const { engine } = site;
    if (error instanceof RequestError || doorwayOf(engine, request)?.direction !== 'exit')
      throw error;
    const decision = engine.decide(request);
    if (!decision.decision) throw error;
    return { decision, event: undefined };
  }
}

/**
 * Where something beside the event hangs on it (a count, a companion, the uses
 * of a link, a zone, an arrival) it is decided in the transaction that writes it, so that of two who want the last
 * place one gets it.
 */
async function decideAndStore(site: Site, request: AccessRequest): Promise<Opening> {
  const engine = await site.refresh();
  const ground = await readGround(site.store, engine, request);
  const decided = decideOpening(engine, request, ground);
  const after = planAfterOpening(engine, decided, ground, () => site.host.newId());
  if (hangsOnIt(ground) || writes(after)) return await inTransaction(site, request);
  return await remembered(site, engine, decided);
}

/** Decided without anything to write: the event stands alone. */
async function remembered(site: Site, engine: Engine, decided: DecidedOpening): Promise<Opening> {
  const { decision } = decided;
  try {
    const event = eventOf(site, engine, decided);
    const kept = await keepEvents({ ...site, engine }, [event]);
    const [stored] = kept.length === 0 ? [] : await site.store.append(kept);
    return { decision, event: stored };
  } catch (error) {
    // A refusal may be answered without a trace, a permit may not.
    if (decision.decision) throw error;
    return { decision, event: undefined };
  }
}

async function inTransaction(site: Site, request: AccessRequest): Promise<Opening> {
  const written = await site.write<
    { readonly decided: DecidedOpening; readonly id: string },
    never
  >({
    actor: DOOR,
    operation: 'door.open',
    audit: 'changes',
    plan: async ({ engine, store, newId }) => {
      const ground = await readGround(store, engine, request);
      const decided = decideOpening(engine, request, ground);
      const event = eventOf(site, engine, decided);
      const after = planAfterOpening(engine, decided, ground, newId);
      const events = [event, ...(after.events ?? [])];
      return { ok: true, value: { ...after, events, value: { decided, id: event.id } } };
    },
  });
  // The system may do all that an opening leaves behind: anything else is a fault of this library.
  if (!written.ok) throw new TypeError(`an opening could not be written: ${written.detail}`);
  const { decided, id } = written.value;
  return { decision: decided.decision, event: written.events.find((event) => event.id === id) };
}

/** What bears on an opening, read where it will be written. */
async function readGround(
  store: StoreReader,
  engine: Engine,
  request: AccessRequest,
): Promise<OpeningGround> {
  const { subject, resource } = request;
  const scene = await readOpeningScene(store, engine, request);
  if (scene.doorway === undefined)
    return { scene, remembered: parseDoorRecord(undefined), terms: undefined };
  const door = waitsForArrivals(engine, resource)
    ? await store.record('door_state', doorRecordId(resource))
    : undefined;
  const terms = subject.type === 'link' ? await store.record('link_terms', subject.id) : undefined;
  return { scene, remembered: parseDoorRecord(door), terms: parseLinkTerms(terms) };
}

/** Only of a door with unlock schedules is anything remembered. Stops are few: theirs is looked for always. */
function waitsForArrivals(engine: Engine, { type, id }: AccessRequest['resource']): boolean {
  if (type !== 'door') return true;
  return (findElement(engine, 'doors', id)?.unlock ?? []).length > 0;
}

/** Whether another opening at the same time could change this one. */
function hangsOnIt({ scene, terms }: OpeningGround): boolean {
  const { doorway, place, zone } = scene;
  const isTwo = isPassing(doorway) && takesTwo(doorway);
  return place !== undefined || zone !== undefined || terms !== undefined || isTwo;
}

function writes({ changes, records, events = [], notices = [] }: Plan): boolean {
  const count = (records?.put?.length ?? 0) + (records?.remove?.length ?? 0);
  return changes !== undefined || count + events.length + notices.length > 0;
}

function eventOf(site: Site, engine: Engine, { decision, request }: DecidedOpening) {
  const { host } = site;
  return accessEvent({ engine, request, decision, id: host.newId(), time: host.now() });
}
