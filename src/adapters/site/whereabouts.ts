/** What is kept of one person's whereabouts: shown to him (GDPR art. 15), or forgotten (art. 17). Logs are not part of it. */
import { type CheckIn, checkInShape } from '../../admin/check-ins/check-in.js';
import { type PlaceScene, sceneChanges, withPresence } from '../../admin/presence/place-scene.js';
import {
  type Bearer,
  isSameBearer,
  type Presence,
  presenceId,
  presenceShape,
} from '../../admin/presence/presence.js';
import { waitingShape } from '../../admin/presence/waiting.js';
import type { RecordChanges, SiteRecord } from '../../admin/record.js';
import type { Engine } from '../../engine/engine.js';
import type { Outcome } from '../../values/outcome.js';
import type { StoreReader } from '../store/store.js';
import { allRecords } from './all-records.js';
import { mayRead } from './api-keys.js';
import { personNeed } from './event-rights.js';
import { readPlaceOf } from './scene.js';
import type { Actor, Site, WriteResult } from './site.js';

/** Where somebody is, and where and when he checked in. */
export interface Whereabouts {
  readonly presences: readonly Presence[];
  readonly checkIns: readonly CheckIn[];
}

/** What is kept of one person. Needs `user:view` at the organisation. */
export async function readWhereabouts(
  site: Site,
  actor: Extract<Actor, { type: 'user' }>,
  person: Bearer,
): Promise<Outcome<Whereabouts, 'refused'>> {
  await site.refresh();
  if (!(await mayRead(site, actor, 'read.person', [personNeed(site.engine, 'view')]))) {
    return { ok: false, code: 'refused', detail: 'may not read what is kept of people' };
  }
  const presences: Presence[] = [];
  for (const { id } of await allRecords(site.store, 'capacity')) {
    const record = await site.store.record('presence', presenceId(id, person));
    if (record !== undefined) presences.push(presenceShape.ofRecord(record));
  }
  const checkIns = (await checkInsOf(site.store, person)).map((each) =>
    checkInShape.ofRecord(each),
  );
  return { ok: true, value: { presences, checkIns } };
}

/**
 * Forgets one person's whereabouts at every place. Who is inside then is missing from the muster list: let him leave
 * first. Needs `user:delete` at the organisation.
 */
export function forgetWhereabouts(
  site: Site,
  actor: Actor,
  person: Bearer,
): Promise<WriteResult<{ readonly forgotten: number }, never>> {
  return site.write<{ readonly forgotten: number }, never>({
    actor,
    operation: 'presence.forget_person',
    plan: async ({ store, engine }) => {
      const places = await forgottenAt(store, engine, person);
      const gone = [
        ...places.flatMap(({ remove }) => remove ?? []),
        ...(await checkInsOf(store, person)),
        ...(await waitingOf(store, person)),
      ];
      const value = { forgotten: gone.length };
      return {
        ok: true,
        value: {
          value,
          records: {
            put: places.flatMap(({ put }) => put ?? []),
            remove: gone.map(({ kind, id }) => ({ kind, id })),
          },
          needs: [personNeed(engine, 'delete')],
          audit: { data: value },
        },
      };
    },
  });
}

async function forgottenAt(
  store: StoreReader,
  engine: Engine,
  person: Bearer,
): Promise<RecordChanges[]> {
  const changes: RecordChanges[] = [];
  for (const { id } of await allRecords(store, 'capacity')) {
    const scene = await readPlaceOf(store, engine, id, person);
    if (scene !== undefined) changes.push(sceneChanges(scene, without(scene, person)));
  }
  return changes;
}

function without(scene: PlaceScene, person: Bearer): PlaceScene {
  const after = withPresence(scene, presenceId(scene.state.place, person), undefined);
  const pending = after.state.pending.filter(({ subject }) => !isSameBearer(subject, person));
  if (pending.length === after.state.pending.length) return after;
  return { ...after, state: { ...after.state, pending } };
}

async function checkInsOf(store: StoreReader, { type, id }: Bearer): Promise<SiteRecord[]> {
  if (type !== 'user') return [];
  const all = await allRecords(store, 'check_in');
  return all.filter((record) => checkInShape.ofRecord(record).user === id);
}

/** Who waited with him shows himself again. */
async function waitingOf(store: StoreReader, { type, id }: Bearer): Promise<SiteRecord[]> {
  const all = await allRecords(store, 'companion');
  return all.filter(
    (record) =>
      type === 'user' && waitingShape.ofRecord(record).people.some(({ user }) => user === id),
  );
}
