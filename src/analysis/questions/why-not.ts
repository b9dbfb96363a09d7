/**
 * Why not, and what would have to be otherwise: the facts, if facts are enough, and the smallest changes of the policy.
 * Each is found by asking the changed policy why it still refuses and mending that, and is told only when the policy so
 * changed is valid and permits.
 */
import { readRequest } from '../../engine/ask.js';
import { attemptChange, snapshotOf } from '../../engine/compile.js';
import { judge } from '../../engine/decide.js';
import type { Decision } from '../../engine/decision.js';
import type { Engine } from '../../engine/engine.js';
import type { NearestMiss } from '../../engine/explain.js';
import { compareText, Findings } from '../../engine/findings.js';
import { nearestMiss } from '../../engine/nearest-miss.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import type { Changes } from '../../policy/changes.js';
import { PolicyError } from '../../policy/issue.js';
import { type Breadth, breadthOf } from './breadth.js';
import { changesOf, EDIT_KINDS, type Edit, type EditStep, sizeOf } from './edit.js';
import { furtherEdits } from './further-edits.js';

/** How far is looked. */
export interface WhyNotOptions {
  /** Most edits of one proposal. Default 4. */
  readonly editsMax?: number;
  /** Most changes tried before what was found is told. Default 2000. */
  readonly attemptsMax?: number;
}

/** One change of the policy that permits the request. */
export interface Proposal {
  /** For `engine.apply`. */
  readonly changes: Changes;
  /** What it does, in words a program can switch on. */
  readonly steps: readonly EditStep[];
  /** How many elements it puts or removes. */
  readonly size: number;
  /** Whether it concerns the person who asks alone: his account, credentials, rights and teams. */
  readonly personal: boolean;
  /** Whom else it lets in where. */
  readonly breadth: Breadth;
}

/** Why a request is refused, and what would permit it. */
export interface WhyNot {
  readonly decision: Decision;
  /** The smallest change of facts, as in `explain`; null where none helps, absent for a permit. */
  readonly nearestMiss?: NearestMiss | null;
  /**
   * Those that concern the person alone first, then the fewest elements, then the least breadth, then the narrowest right, then by what they do. No one
   * does all that another does. Empty for a permit.
   */
  readonly proposals: readonly Proposal[];
  /** False where `attemptsMax` ended the search: there may be others. */
  readonly complete: boolean;
}

const EDITS_MAX = 4;
const ATTEMPTS_MAX = 2000;

/**
 * Why a request is refused and the smallest changes of the policy that would permit it. Never: a door unlocked for
 * everybody, another role model, a person or door made up, a credential taken from another or back from a thief.
 * @throws RequestError as `decide`.
 */
export function whyNot(
  engine: Engine,
  request: AccessRequest,
  options: WhyNotOptions = {},
): WhyNot {
  const s = snapshotOf(engine);
  const time = readRequest(request, s.zones);
  const decision = engine.decide(request);
  if (decision.decision) return { decision, proposals: [], complete: true };
  const search = new Search(engine, request, time, options);
  const proposals = search.found().sort(inLeastOrder);
  const { complete } = search;
  return { decision, nearestMiss: nearestMiss(s, request, time), proposals, complete };
}

/** What became of one change: refused by the rules, permitted, or still refused, with what may help further. */
type Trial =
  | { readonly kind: 'invalid' }
  | { readonly kind: 'permits'; readonly breadth: Breadth }
  | { readonly kind: 'refused'; readonly further: readonly Edit[] };

/** The search for changes, those of fewer edits before those of more. */
class Search {
  readonly #engine: Engine;
  readonly #s: Snapshot;
  readonly #request: AccessRequest;
  readonly #time: number;
  readonly #editsMax: number;
  readonly #trials = new Map<string, Trial>();
  #left: number;
  /** Whether every change was tried that was to be. */
  complete = true;

  constructor(engine: Engine, request: AccessRequest, time: number, options: WhyNotOptions) {
    this.#engine = engine;
    this.#s = snapshotOf(engine);
    this.#request = request;
    this.#time = time;
    this.#editsMax = options.editsMax ?? EDITS_MAX;
    this.#left = options.attemptsMax ?? ATTEMPTS_MAX;
  }

  /** Proposals, of which none does all that another does. */
  found(): Proposal[] {
    const found = new Map<string, Proposal>();
    const sets: (readonly Edit[])[] = [];
    let level: (readonly Edit[])[] = [[]];
    for (let size = 0; size <= this.#editsMax && level.length > 0; size++) {
      const next = new Map<string, readonly Edit[]>();
      for (const edits of level) {
        // What does all that is enough already, and more, is no smaller change.
        if (sets.some((set) => includesAll(edits, set))) continue;
        const trial = this.#try(edits);
        if (trial.kind === 'permits') {
          const least = this.#least(edits, trial.breadth);
          sets.push(least.edits);
          found.set(keyOf(least.edits), this.#proposal(least.edits, least.breadth));
        } else if (trial.kind === 'refused') {
          for (const edit of trial.further) {
            if (edits.some(({ key }) => key === edit.key)) continue;
            const more = [...edits, edit];
            next.set(keyOf(more), more);
          }
        }
      }
      // Something for this person alone is enough to know of; something for many is not.
      if ([...found.values()].some(({ personal }) => personal)) break;
      level = [...next.values()];
    }
    return [...found].flatMap(([key, proposal]) =>
      sets.some((set) => keyOf(set) !== key && isWithin(set, key)) ? [] : [proposal],
    );
  }

  /** The edits without those that were not needed in the end. */
  #least(edits: readonly Edit[], breadth: Breadth): { edits: readonly Edit[]; breadth: Breadth } {
    for (const edit of edits) {
      const fewer = edits.filter((one) => one !== edit);
      if (fewer.length === 0) continue;
      const trial = this.#try(fewer);
      if (trial.kind === 'permits') return this.#least(fewer, trial.breadth);
    }
    return { edits, breadth };
  }

  #proposal(edits: readonly Edit[], breadth: Breadth): Proposal {
    const changes = changesOf(this.#s, edits);
    const steps = edits.map(
      ({ kind, at, detail }): EditStep =>
        detail === undefined ? { kind, at } : { kind, at, detail },
    );
    steps.sort((a, b) => EDIT_KINDS.indexOf(a.kind) - EDIT_KINDS.indexOf(b.kind));
    const personal = edits.every((edit) => edit.personal);
    return { changes, steps, size: sizeOf(changes), personal, breadth };
  }

  #try(edits: readonly Edit[]): Trial {
    const key = keyOf(edits);
    let trial = this.#trials.get(key);
    if (trial === undefined) {
      if (this.#left <= 0) {
        this.complete = false;
        return { kind: 'invalid' };
      }
      this.#left -= 1;
      trial = edits.length === 0 ? this.#judge(this.#engine, edits) : this.#attempt(edits);
      this.#trials.set(key, trial);
    }
    return trial;
  }

  #attempt(edits: readonly Edit[]): Trial {
    let attempt: ReturnType<typeof attemptChange>;
    try {
      attempt = attemptChange(this.#engine, changesOf(this.#s, edits));
    } catch (error) {
      if (error instanceof PolicyError) return { kind: 'invalid' };
      throw error;
    }
    try {
      return this.#judge(attempt.engine, edits);
    } finally {
      attempt.undo();
    }
  }

  #judge(engine: Engine, edits: readonly Edit[]): Trial {
    const after = snapshotOf(engine);
    const findings = new Findings();
    if (judge(after, this.#request, this.#time, findings)) {
      const breadth = breadthOf(this.#s, after, this.#request, this.#time, edits);
      return { kind: 'permits', breadth };
    }
    const focus = edits.flatMap((edit) => edit.focus ?? []).at(-1);
    return {
      kind: 'refused',
      further: furtherEdits(after, this.#request, this.#time, findings, focus),
    };
  }
}

function keyOf(edits: readonly Edit[]): string {
  return edits
    .map(({ key }) => key)
    .sort(compareText)
    .join('\n');
}

function includesAll(edits: readonly Edit[], less: readonly Edit[]): boolean {
  return less.every(({ key }) => edits.some((edit) => edit.key === key));
}

function isWithin(set: readonly Edit[], key: string): boolean {
  const keys = new Set(key.split('\n'));
  return set.every((edit) => keys.has(edit.key));
}

function inLeastOrder(a: Proposal, b: Proposal): number {
  return (
    Number(b.personal) - Number(a.personal) ||
    a.size - b.size ||
    a.breadth.pairs - b.breadth.pairs ||
    widthOf(a) - widthOf(b) ||
    compareSteps(a.steps, b.steps)
  );
}

/** How wide the widest new right is: one at an organisation lets nobody in elsewhere now, and yet is the most. */
function widthOf({ steps }: Proposal): number {
  const levels = ['door', 'group', 'place', 'organization'];
  const widths = steps.map(({ kind, at }) => (kind === 'new_right' ? levels.indexOf(at.type) : 1));
  return Math.max(...widths);
}

function compareSteps(a: readonly EditStep[], b: readonly EditStep[]): number {
  const rank = ({ kind }: EditStep): string => String(EDIT_KINDS.indexOf(kind)).padStart(3, '0');
  const text = (steps: readonly EditStep[]): string =>
    JSON.stringify(steps.map((step) => [rank(step), step.at.type, step.at.id, step.detail ?? '']));
  return compareText(text(a), text(b));
}
