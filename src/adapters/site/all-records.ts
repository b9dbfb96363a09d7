/** Reading every record of a kind, page by page. */
import type { RecordKind, SiteRecord } from '../../admin/record.js';
import type { StoreReader } from '../store/store.js';

/** As few round trips as the port allows. */
const PAGE = 10_000;

/**
 * All records of a kind by ascending id, or those whose id begins with a prefix.
 * @param limit - records of one page: what follows a prefix is read up to it for nothing.
 */
export async function allRecords(
  store: Pick<StoreReader, 'records'>,
  kind: RecordKind,
  prefix = '',
  limit = PAGE,
): Promise<readonly SiteRecord[]> {
  const found: SiteRecord[] = [];
  let after = prefix;
  for (;;) {
    const page = await store.records(kind, { after, limit });
    for (const record of page) {
      if (!record.id.startsWith(prefix)) return found;
      found.push(record);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return found;
    after = last.id;
  }
}
