/** A site whose openings and observations are decided with its scenes, each in one transaction, as `site.open` does. */
import {
  memoryStore,
  nodeSiteHost,
  openSite,
  type Site,
  type Store,
} from '../../src/adapters/for-site.js';
import { readObservationScene, readOpeningScene } from '../../src/adapters/site/scene.js';
import { afterObservation } from '../../src/admin/scene/after-observation.js';
import { afterOpening, type SceneOutcome } from '../../src/admin/scene/after-opening.js';
import { decideInScene, sceneFacts } from '../../src/admin/scene/opening-scene.js';
import type { DoorObservation } from '../../src/admin/zones/violation.js';
import type { Decision } from '../../src/engine/decision.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { NOON, officePolicy } from '../admin/presence/office.js';

export const owner = { type: 'user', id: 'owner' } as const;
export const local = { type: 'user', id: 'local' } as const;

/** What an opening did. */
export interface Opened {
  readonly decision: Decision;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly outcome: SceneOutcome;
}

/** The office at work, with a clock that the test sets. */
export interface Office {
  readonly site: Site;
  readonly clock: { now: number };
  open(request: AccessRequest): Promise<Opened>;
  see(observation: DoorObservation): Promise<SceneOutcome>;
}

/** A new office, in memory unless another store is given. */
export async function openOffice(
  changes: Parameters<typeof officePolicy>[0] = {},
  store: Store = memoryStore(),
): Promise<Office> {
  const clock = { now: NOON };
  await store.create(officePolicy(changes) as never);
  const host = { ...nodeSiteHost, now: () => clock.now };
  const site = await openSite({ store, organization: 'acme', host });
  return {
    site,
    clock,
    open: (request) =>
      site.store.write(async (writer) => {
        const { engine } = site;
        const scene = await readOpeningScene(writer, engine, request);
        const facts = sceneFacts(engine, request, scene);
        const asked = { ...request, context: { ...request.context, ...facts } };
        const decision = decideInScene(engine, asked, scene);
        const outcome = afterOpening(engine, asked, scene, decision, host.newId);
        await writer.putRecords(outcome.records);
        await writer.append(outcome.events);
        return { decision, facts, outcome };
      }),
    see: (observation) =>
      site.store.write(async (writer) => {
        const { engine } = site;
        const scene = await readObservationScene(writer, engine, observation);
        const outcome = afterObservation(engine, observation, scene, host.newId);
        await writer.putRecords(outcome.records);
        await writer.append(outcome.events);
        return outcome;
      }),
  };
}

/** Types of events, without what they have in common. */
export function typesOf({ events }: SceneOutcome): string[] {
  return events.map(({ type }) => type.replace('doorwright.', ''));
}
