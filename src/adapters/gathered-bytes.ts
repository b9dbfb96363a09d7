/** A body as it comes, in one stretch of memory: in a million pieces it takes no more of it than in a few. */

/** Bytes so far. */
export interface GatheredBytes {
  readonly length: number;
  /** Takes a piece. It is copied, unless it stays the only one. */
  add(piece: Uint8Array): void;
  /** All of them; what was added last may still be the caller's memory. */
  whole(): Uint8Array;
}

/** Nothing, yet. */
export function gatherBytes(): GatheredBytes {
  let bytes: Uint8Array = new Uint8Array();
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(piece) {
      const needed = length + piece.byteLength;
      if (length === 0) bytes = piece;
      else {
        if (needed > bytes.byteLength) bytes = grown(bytes, length, Math.max(needed, 2 * length));
        bytes.set(piece, length);
      }
      length = needed;
    },
    whole: () => (length === bytes.byteLength ? bytes : bytes.subarray(0, length)),
  };
}

function grown(bytes: Uint8Array, length: number, capacity: number): Uint8Array {
  const more = new Uint8Array(capacity);
  more.set(bytes.subarray(0, length));
  return more;
}
