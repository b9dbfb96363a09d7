/** Who checked in at a place of a site. */
import { type CheckIn, checkInPrefixOf, checkInShape } from '../../admin/check-ins/check-in.js';
import { placeNeed } from '../../admin/place-need.js';
import { parseLocalDate } from '../../values/local-time.js';
import type { Outcome } from '../../values/outcome.js';
import { allRecords } from './all-records.js';
import { mayRead } from './api-keys.js';
import type { Actor, Site } from './site.js';

/**
 * The check-ins of one local day at a place, by ascending time. Needs `event:view` there: they are what the access log
 * says.
 * @param day - `YYYY-MM-DD`.
 * @throws RangeError when `day` is no date.
 */
export async function listCheckIns(
  site: Site,
  actor: Extract<Actor, { type: 'user' }>,
  place: string,
  day: string,
): Promise<Outcome<readonly CheckIn[], 'refused'>> {
  if (parseLocalDate(day) === undefined) throw new RangeError(`no such date \`${day}\``);
  await site.refresh();
  if (!(await mayRead(site, actor, 'read.check_ins', [placeNeed('view', 'event', '*', place)]))) {
    return { ok: false, code: 'refused', detail: `not to be known of \`${place}\`` };
  }
  const records = await allRecords(site.store, 'check_in', checkInPrefixOf(place, day));
  const checkIns = records.map((record) => checkInShape.ofRecord(record));
  return { ok: true, value: checkIns.sort((one, other) => one.at - other.at) };
}
