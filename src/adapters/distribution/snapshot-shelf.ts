/** Snapshots that were made, kept for a moment, within a bound of memory. */
import type { SnapshotHead } from '../../distribution/message.js';
import type { Engine } from '../../engine/engine.js';
import { toHex } from '../../values/hex.js';
import type { CarriedSnapshot } from './carrier.js';
import { snapshotParts } from './snapshot-parts.js';

/** What a snapshot is made of: everything its head says, save the parts. */
export interface SnapshotWish {
  readonly about: Omit<SnapshotHead, 'kind' | 'parts'>;
  readonly engine: Engine;
}

/** How snapshots are made. */
export interface ShelfGround {
  readonly partBytes: number;
  /** Bytes of parts kept ready. A snapshot that is larger is written anew for everybody who fetches it. */
  readonly bytesMax: number;
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  readonly seal: (head: SnapshotHead) => Promise<Uint8Array>;
  /** Lets others work between two parts. */
  readonly pause: () => Promise<void>;
}

/** A snapshot that is ready. */
export interface MadeSnapshot {
  readonly about: SnapshotWish['about'];
  readonly head: Uint8Array;
  /** Begins the parts anew at every call. */
  parts(): CarriedSnapshot['parts'];
}

/** The shelf. */
export interface SnapshotShelf {
  /** The newest one of a slice, made or being made. */
  newest(slice: string): Promise<MadeSnapshot> | undefined;
  /** Makes one; it takes the place of the one before. */
  make(wish: SnapshotWish): Promise<MadeSnapshot>;
  /** Forgets all. */
  clear(): void;
}

/** Parts between two pauses: about ten milliseconds of work. */
const PARTS_AT_ONCE = 4;

/** An empty shelf. */
export function snapshotShelf(ground: ShelfGround): SnapshotShelf {
  const shelf = new Map<string, { made: Promise<MadeSnapshot>; bytes: number }>();
  const makeRoom = (slice: string): void => {
    let all = 0;
    for (const { bytes } of shelf.values()) all += bytes;
    for (const [name, { bytes }] of shelf) {
      if (all <= ground.bytesMax) return;
      if (name === slice) continue;
      shelf.delete(name);
      all -= bytes;
    }
  };
  return {
    newest: (slice) => shelf.get(slice)?.made,
    make(wish) {
      const { slice } = wish.about;
      const entry = { made: makeSnapshot(ground, wish, kept), bytes: 0 };
      function kept(bytes: number): void {
        entry.bytes = bytes;
        makeRoom(slice);
      }
      // Set anew, it is the last to be forgotten.
      shelf.delete(slice);
      shelf.set(slice, entry);
      entry.made.catch(() => {
        if (shelf.get(slice) === entry) shelf.delete(slice);
      });
      return entry.made;
    },
    clear: () => shelf.clear(),
  };
}

async function makeSnapshot(
  ground: ShelfGround,
  { about, engine }: SnapshotWish,
  kept: (bytes: number) => void,
): Promise<MadeSnapshot> {
  const { partBytes, bytesMax, sha256, pause } = ground;
  const told: { bytes: number; sha256: string }[] = [];
  let ready: Uint8Array[] | undefined = [];
  let total = 0;
  for (const part of snapshotParts(engine, partBytes)) {
    told.push({ bytes: part.length, sha256: toHex(sha256(part)) });
    total += part.length;
    if (total > bytesMax) ready = undefined;
    ready?.push(part);
    if (told.length % PARTS_AT_ONCE === 0) await pause();
  }
  const head = await ground.seal({ kind: 'snapshot', ...about, parts: told });
  kept(ready === undefined ? 0 : total);
  const held = ready;
  return {
    about,
    head,
    async *parts() {
      let given = 0;
      for (const part of held ?? snapshotParts(engine, partBytes)) {
        yield part;
        if (held === undefined && ++given % PARTS_AT_ONCE === 0) await pause();
      }
    },
  };
}
