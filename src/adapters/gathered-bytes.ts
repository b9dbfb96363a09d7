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
  return new Gathered();
}

/** A class for the sake of its getter: an object written with one has a hidden class of its own, see `NodeExchange`. */
class Gathered implements GatheredBytes {
  #bytes: Uint8Array = new Uint8Array();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    const needed = this.#length + piece.byteLength;
    if (this.#length === 0) this.#bytes = piece;
    else {
      if (needed > this.#bytes.byteLength) {
        this.#bytes = grown(this.#bytes, this.#length, Math.max(needed, 2 * this.#length));
      }
      this.#bytes.set(piece, this.#length);
    }
    this.#length = needed;
  }

  whole(): Uint8Array {
    const isWhole = this.#length === this.#bytes.byteLength;
    return isWhole ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }
}

function grown(bytes: Uint8Array, length: number, capacity: number): Uint8Array {
  const more = new Uint8Array(capacity);
  more.set(bytes.subarray(0, length));
  return more;
}
