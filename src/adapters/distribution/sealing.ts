/** Seals what a publisher says: each delta once, and one heartbeat for all who ask at about the same time. */
import type { FeedMessage, Position } from '../../distribution/message.js';
import type { KeptDelta, SliceFeed } from './slice-feed.js';

/** Seals. */
export interface Sealing {
  /** A delta's sealed bytes. Where sealing failed, the next call tries again. */
  delta(kept: KeptDelta): Promise<Uint8Array>;
  /** A heartbeat of a feed at a position, true as of a time. */
  heartbeat(feed: SliceFeed, position: Position, verifiedAt: number): Promise<Uint8Array>;
}

/** For how long one heartbeat answers all who ask, milliseconds. */
const FRESH_MS = 250;

/** @param seal - makes one signature, perhaps later. */
export function sealing(seal: (message: FeedMessage) => Promise<Uint8Array>): Sealing {
  const beats = new Map<
    string,
    { readonly chain: string; readonly at: number; readonly sealed: Promise<Uint8Array> }
  >();
  return {
    delta(kept) {
      kept.sealed ??= seal(kept.delta).catch((error: unknown) => {
        kept.sealed = undefined;
        throw error;
      });
      return kept.sealed;
    },
    heartbeat(feed, position, verifiedAt) {
      const { organization, slice } = feed;
      const known = beats.get(slice);
      // A clock that ran ahead and was set right must not make everybody wait until it is as late again.
      const age = verifiedAt - (known?.at ?? 0);
      if (known?.chain === position.chain && age >= 0 && age < FRESH_MS) return known.sealed;
      const about = { organization, slice, ...position, at: verifiedAt };
      const { withdrawn, withdrawnSince } = feed.withdrawn(verifiedAt);
      // The feed may have gone on since the position was taken: while another message was being signed.
      const until = withdrawn.filter(({ revision }) => revision <= position.revision);
      const sealed = seal({ kind: 'heartbeat', ...about, withdrawn: until, withdrawnSince });
      beats.set(slice, { chain: position.chain, at: verifiedAt, sealed });
      sealed.catch(() => beats.delete(slice));
      return sealed;
    },
  };
}
