/**
 * Numbers of ids. Few are kept in a `Map`; a million are not, because a `Map` knows a text by its hash alone, which it
 * looks up in the text again whenever it grows: entering a million ids took it half a second.
 */

/** Ids and their numbers, in the order in which they were entered. What it asks for, a `Map` has. */
export interface Numbering {
  readonly size: number;
  get(id: string): number | undefined;
  has(id: string): boolean;
  set(id: string, number: number): unknown;
  delete(id: string): boolean;
  keys(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, number]>;
}

/** From so many ids on a table of hashes is faster than a `Map`. */
const MANY = 1 << 16;

/** An empty numbering that is about to take so many ids, numbered from 0 on. It may take others too. */
export function numberingFor(count: number): Numbering {
  return count < MANY ? new Map() : new ManyIds(count);
}

/** So many steps to a free place are a coincidence; more are somebody's ids chosen to collide. */
const STEPS_MAX = 256;

/**
 * As many ids as were announced, each numbered by its place, in a table of their hashes: half of its places stay free.
 * Whatever else happens to them, they move into a `Map`, whose hashes nobody can foresee.
 */
class ManyIds implements Numbering {
  readonly #room: number;
  #ids: string[] = [];
  /** Of each place two numbers: that of the id there plus one, and the hash of the id. */
  #places: Int32Array;
  /** Entered after there was no more room. */
  #later: Map<string, number> = new Map();
  /** All of them, when the table had to be given up. */
  #all: Map<string, number> | undefined;

  constructor(count: number) {
    this.#room = count;
    this.#places = new Int32Array(4 * 2 ** Math.ceil(Math.log2(count)));
  }

  get size(): number {
    return this.#all?.size ?? this.#ids.length + this.#later.size;
  }

  get(id: string): number | undefined {
    if (this.#all !== undefined) return this.#all.get(id);
    if (typeof id !== 'string') return undefined;
    const number = (this.#places[this.#placeOf(id, hashOf(id))] ?? 0) - 1;
    return number === -1 ? this.#later.get(id) : number;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  set(id: string, number: number): void {
    if (this.#all === undefined && this.#entered(id, number)) return;
    if (this.#all === undefined && this.#ids.length === this.#room && !this.#holds(id)) {
      this.#later.set(id, number);
      return;
    }
    this.#asMap().set(id, number);
  }

  delete(id: string): boolean {
    if (this.#all === undefined && this.#later.delete(id)) return true;
    return this.has(id) && this.#asMap().delete(id);
  }

  *keys(): IterableIterator<string> {
    for (const [id] of this) yield id;
  }

  *[Symbol.iterator](): IterableIterator<[string, number]> {
    if (this.#all !== undefined) {
      yield* this.#all;
      return;
    }
    // While somebody walks, all may move: the walk goes on over the same list, and what came after it.
    const ids = this.#ids;
    for (let number = 0; number < ids.length; number++) yield [ids[number] as string, number];
    for (const entry of this.#moved() ?? this.#later) if (entry[1] >= ids.length) yield entry;
  }

  /** Whether the table took an id: a new one, at the number whose turn it is, in a place not far off. */
  #entered(id: string, number: number): boolean {
    if (number !== this.#ids.length || number >= this.#room) return false;
    const hash = hashOf(id);
    const place = this.#placeOf(id, hash);
    if (place === -1 || this.#places[place] !== 0) return false;
    this.#places[place] = number + 1;
    this.#places[place + 1] = hash;
    this.#ids.push(id);
    return true;
  }

  #holds(id: string): boolean {
    return this.#places[this.#placeOf(id, hashOf(id))] !== 0;
  }

  /** Where an id is, or would be entered; -1 when that is too far off, where none ever is. */
  #placeOf(id: string, hash: number): number {
    const places = this.#places;
    const last = places.length - 2;
    let place = (hash << 1) & last;
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const number = places[place];
      if (number === 0) return place;
      if (places[place + 1] === hash && this.#ids[(number as number) - 1] === id) return place;
      place = (place + 2) & last;
    }
    return -1;
  }

  /** Asked anew after a pause, when it may be another answer. */
  #moved(): Map<string, number> | undefined {
    return this.#all;
  }

  #asMap(): Map<string, number> {
    if (this.#all === undefined) {
      this.#all = new Map(this);
      this.#ids = [];
      this.#places = new Int32Array(0);
      this.#later = new Map();
    }
    return this.#all;
  }
}

/** FNV-1a over the code units, then mixed: the places are its low bits. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
