/** What the servers are asked: a seeded mix over a site of 10 000 people and 1 000 doors, half of it permitted. */
import { buildWorld, type WorldName } from '../worlds.js';

/** The world behind every server. */
export const SERVE_WORLD: WorldName = 'M';

/** The bearer token of the one client: 128 bits in hex, and worth nothing elsewhere. */
export const TOKEN = '5f0c1d2e3b4a59687786958493a2b1c0';

/** Items of a batch. */
export const BATCH_ITEMS = 1000;

/** The same in every question; a batch says it once, as AuthZEN provides. */
const SHARED = { action: { name: 'unlock' }, context: { method: 'tap' } };
const SINGLES = 4096;
const BATCHES = 4;

/** Bodies of single questions, and of batches of the same questions. */
export function questions(): { readonly singles: string[]; readonly batches: string[] } {
  const { requests } = buildWorld(SERVE_WORLD, SINGLES);
  // Without a time: the server's clock says it.
  const items = requests.map(({ subject, resource }) => ({ subject, resource, ...SHARED }));
  return {
    singles: items.map((item) => JSON.stringify(item)),
    batches: Array.from({ length: BATCHES }, (_, batch) =>
      batchOf(items.slice(batch * BATCH_ITEMS, (batch + 1) * BATCH_ITEMS)),
    ),
  };
}

function batchOf(
  items: readonly { readonly subject: object; readonly resource: object }[],
): string {
  const evaluations = items.map(({ subject, resource }) => ({ subject, resource }));
  return JSON.stringify({ ...SHARED, evaluations });
}
