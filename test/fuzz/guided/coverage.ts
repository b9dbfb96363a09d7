/** What a run of an input has reached that none before it has: branches of the code, and what a target tells of it. */

/** Counters of branches come first; what targets tell is above (`scripts/instrumented.mjs`, `BRANCHES_MAX`). */
const BRANCHES_MAX = 1 << 15;

/** What has been reached so far. */
export interface Coverage {
  /** Branches and tellings reached at least once. */
  readonly reached: number;
  /** Forgets the counters; before each input. */
  begin(): void;
  /** Counts a telling of the target: another word, another branch. */
  tell(word: string): void;
  /** Whether the input reached something new, or something much more often; remembers it. */
  end(): boolean;
}

/**
 * Coverage over the counters that an instrumented bundle writes to.
 * @param branches - how many of them there are.
 */
export function coverageOf(branches: number): Coverage {
  const counters = (globalThis as { doorwrightBranches?: Uint8Array }).doorwrightBranches;
  if (counters === undefined) throw new TypeError('the bundle counts nothing');
  const seen = new Uint8Array(counters.length);
  const told: number[] = [];
  // Four counters at a time: most of them are untouched by any one input.
  const words = new Uint32Array(counters.buffer, 0, Math.ceil(branches / 4));
  let reached = 0;

  function note(at: number): boolean {
    const size = SIZES[counters![at]!]!;
    const before = seen[at]!;
    if ((before & size) === size) return false;
    if (before === 0) reached++;
    seen[at] = before | size;
    return true;
  }

  return {
    get reached() {
      return reached;
    },
    begin() {
      words.fill(0);
      for (const at of told) counters[at] = 0;
      told.length = 0;
    },
    tell(word) {
      const at = BRANCHES_MAX + (hashOf(word) & (BRANCHES_MAX - 1));
      counters[at] = 1;
      told.push(at);
    },
    end() {
      let isNew = false;
      for (let word = 0; word < words.length; word++) {
        if (words[word] === 0) continue;
        for (let at = word * 4; at < word * 4 + 4; at++) {
          if (counters[at] !== 0 && note(at)) isNew = true;
        }
      }
      for (const at of told) if (note(at)) isNew = true;
      return isNew;
    },
  };
}

/** How often, roughly: 1, 2, 3, 4, 8, 16, 32 or 128 times and more, one bit each. A count wraps at 256. */
const SIZES = Uint8Array.from({ length: 256 }, (_, count) => {
  const steps = [1, 2, 3, 4, 8, 16, 32, 128];
  const step = steps.filter((least) => least <= count).length;
  return step === 0 ? 0 : 1 << (step - 1);
});

/** FNV-1a. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
