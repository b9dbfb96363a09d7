/** Letting go of old changes of the policy, once nobody can need them or whoever does is told. */
import { eventTime } from '../../admin/events/event-time.js';
import { readEpoch } from '../distribution/epoch.js';
import type { Actor, Site } from './site.js';

/** Which changes stay. */
export interface TrimOutboxOptions {
  /** Those of the last so many days. 1 to 36 500; default 30. */
  readonly days?: number;
  /** The last so many, however old. 1 000 to a million; default 10 000. */
  readonly keep?: number;
  /** Ends it between two transactions. */
  readonly signal?: AbortSignal;
  /** Told after each transaction how many went. */
  readonly progress?: (dropped: number) => void;
}

/** What one run did. */
export interface OutboxTrim {
  readonly dropped: number;
  /** The revision before which a feed has no checkpoint yet: its publisher would have to begin anew. Only where that kept something. */
  readonly heldByFeed?: number;
}

/** Of how many days changes may be asked to stay, and of how many they do when nobody says. */
export const OUTBOX_DAYS = { least: 1, most: 36_500, usual: 30 } as const;
/** How many changes may be asked to stay, and how many do when nobody says. */
export const OUTBOX_KEEP = { least: 1_000, most: 1_000_000, usual: 10_000 } as const;

const DAY_MS = 86_400_000;
const SYSTEM: Actor = { type: 'system', id: 'retention' };

/**
 * Drops changes of the policy that are old and many revisions ago, so that the outbox does not grow for ever. To be run daily or so.
 * No change is missed by that: the policy has them all, the audit log tells of them, and a process that was away so long
 * sees that its next change is gone and reads the policy whole. What the publisher of a feed starts from stays.
 * An audit event says how many went, if any did.
 * @throws RangeError for days or a count out of range.
 */
export async function trimOutbox(
  site: Site,
  { days = OUTBOX_DAYS.usual, keep = OUTBOX_KEEP.usual, signal, progress }: TrimOutboxOptions = {},
): Promise<OutboxTrim> {
  requireWithin(days, OUTBOX_DAYS, 'days of changes stay');
  requireWithin(keep, OUTBOX_KEEP, 'changes stay');
  const { store, host } = site;
  // Read first: checkpoints and revisions only ever rise, so that what is true of these stays true.
  const checkpoint = (await readEpoch(store))?.revision ?? Number.MAX_SAFE_INTEGER;
  const wanted = (await store.revision()) - keep + 1;
  const bounds = {
    revision: Math.min(wanted, checkpoint),
    before: eventTime(host.now() - days * DAY_MS),
  };
  let dropped = 0;
  try {
    for (let count = 1; count > 0 && signal?.aborted !== true; ) {
      count = await store.trimOutbox(bounds);
      dropped += count;
      progress?.(dropped);
    }
  } finally {
    if (dropped > 0) await recordTrim(site, dropped);
  }
  const [next] = await store.outbox(checkpoint - 1, 1);
  const isHeld = checkpoint < wanted && next !== undefined && next.at < bounds.before;
  return { dropped, ...(isHeld ? { heldByFeed: checkpoint } : {}) };
}

function requireWithin(
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
  what: string,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${least} to ${most} ${what}, not \`${value}\``);
}

async function recordTrim(site: Site, dropped: number): Promise<void> {
  await site.write<undefined, never>({
    actor: SYSTEM,
    operation: 'outbox.trim',
    plan: () => ({ ok: true, value: { value: undefined, audit: { data: { dropped } } } }),
  });
}
