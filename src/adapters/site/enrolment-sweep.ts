/** Forgetting enrolments that are over: nobody needs to know for ever who was once offered a card. */
import { isEnrolmentOver } from '../../admin/provisioning/enrolment.js';
import type { StoreReader } from '../store/store.js';
import { allRecords } from './all-records.js';
import { writePlanned } from './planned-write.js';
import type { Actor, Site } from './site.js';

const SYSTEM: Actor = { type: 'system', id: 'enrolment' };

/**
 * Removes the records of enrolments that were used, cancelled or have ended: to be called now and then, say once a day.
 * A token of one of them is refused afterwards as one that never was. Writes nothing where nothing is over.
 * @returns how many were forgotten.
 */
export async function sweepEnrolments(site: Site): Promise<number> {
  if ((await overAt(site.store, site.host.now())).length === 0) return 0;
  const written = await writePlanned<number, never>(
    site,
    SYSTEM,
    'enrolment.sweep',
    async ({ time }, { store }) => {
      const remove = await overAt(store, time);
      const audit = { data: { forgotten: remove.length } };
      return { ok: true, value: { value: remove.length, records: { remove }, audit } };
    },
  );
  // The system may forget: anything else is a fault of this library.
  if (!written.ok) throw new TypeError(`enrolments could not be forgotten: ${written.detail}`);
  return written.value;
}

async function overAt(store: StoreReader, time: number) {
  const records = await allRecords(store, 'enrolment');
  return records
    .filter((record) => isEnrolmentOver(record, time))
    .map(({ kind, id }) => ({ kind, id }));
}
