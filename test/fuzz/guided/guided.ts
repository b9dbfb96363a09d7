/** Coverage-guided fuzzing: inputs that reach something new are kept, and changed further. */
import { type Random, seededRandom } from '../../../bench/random.js';
import type { Coverage } from './coverage.js';
import { mutatedText } from './mutate-text.js';
import type { GuidedTarget } from './target.js';

/** Longest that one input may take, in milliseconds. */
export const INPUT_MS_MAX = 1000;

/** An input that breaks something. */
export interface Finding {
  readonly target: string;
  readonly input: string;
  readonly message: string;
}

/** How a run stands. */
export interface Standing {
  readonly name: string;
  readonly inputs: number;
  /** Inputs that came as far as the last check, and those that passed it. */
  readonly judged: number;
  readonly accepted: number;
  readonly kept: number;
  readonly reached: number;
  readonly slowestMs: number;
}

/** What a run needs of its surroundings. */
export interface GuidedOptions {
  readonly target: GuidedTarget;
  readonly coverage: Coverage;
  readonly seed: number;
  readonly milliseconds: number;
  /** Whether inputs are kept for what they reach; without, every input comes from a seed: for comparison. */
  readonly guided: boolean;
  /** Called with each input before it is tried, so that one that never ends is known. */
  readonly onInput: (input: string) => void;
  readonly onProgress: (standing: Standing) => void;
}

/** Runs a target until its time is over or something breaks. */
export function runGuided(options: GuidedOptions): { standing: Standing; finding?: Finding } {
  const { target, coverage, onInput, onProgress } = options;
  const random = seededRandom(options.seed);
  const kept: string[] = [];
  const good: string[] = [];
  const reach = { refused: 0, judged: 0, accepted: 0 };
  let inputs = 0;
  let slowestMs = 0;
  const started = performance.now();
  let told = started;

  const standing = (): Standing => ({
    name: target.name,
    inputs,
    judged: reach.judged + reach.accepted,
    accepted: reach.accepted,
    kept: kept.length,
    reached: coverage.reached,
    slowestMs,
  });

  /** Tries an input. @returns why it is a finding, if it is. */
  function attempt(input: string): string | undefined {
    inputs++;
    const tried = tryInput(target, input, coverage, onInput);
    slowestMs = Math.max(slowestMs, tried.ms);
    if (tried.reach !== undefined) reach[tried.reach]++;
    if (coverage.end() && (options.guided || inputs <= target.seeds.length)) {
      kept.push(input);
      if (tried.reach === 'accepted') good.push(input);
    }
    return tried.message;
  }

  function found(input: string, message: string): { standing: Standing; finding: Finding } {
    const { name } = target;
    const small = shrunk(input, (each) => {
      return sameFault(tryInput(target, each, coverage, onInput).message, message);
    });
    return { standing: standing(), finding: { target: name, input: small, message } };
  }

  for (const seed of target.seeds) {
    const message = attempt(seed);
    if (message !== undefined) return found(seed, message);
  }
  if (kept.length === 0) throw new TypeError(`no seed of ${target.name} reaches anything`);
  for (let now = started; now - started < options.milliseconds; now = performance.now()) {
    // What was refused mostly stays so: half of the time it starts from what was not.
    const from = random.below(2) === 0 && good.length > 0 ? good : kept;
    const input = mutatedText(pick(from, random), random.pick(kept), target, random);
    const message = attempt(input);
    if (message !== undefined) return found(input, message);
    if (now - told >= 500) {
      told = now;
      onProgress(standing());
    }
  }
  return { standing: standing() };
}

/** What became of one input. */
interface Tried {
  readonly reach?: 'refused' | 'judged' | 'accepted';
  /** Time spent in the code under test. */
  readonly ms: number;
  readonly message?: string;
}

/** Tries one input; an exception or too much time is a message. Slow may be the machine: three times slow is the input. */
export function tryInput(
  target: GuidedTarget,
  input: string,
  coverage?: Coverage,
  onInput?: (input: string) => void,
): Tried {
  let fastest = Number.POSITIVE_INFINITY;
  let reach: Tried['reach'];
  for (let times = 0; times < 3 && fastest > INPUT_MS_MAX; times++) {
    let ms = 0;
    onInput?.(input);
    coverage?.begin();
    try {
      reach = target.attempt(input, {
        tell: (word) => coverage?.tell(word),
        timed(work) {
          const before = performance.now();
          const cpu = times === 0 ? undefined : process.cpuUsage();
          try {
            return work();
          } finally {
            const took = performance.now() - before;
            // A busy machine does not make an input slow. Asked for only in doubt, because asking takes time.
            ms += cpu === undefined ? took : Math.min(took, millisecondsSince(cpu));
          }
        },
      });
    } catch (error) {
      return { ms, message: error instanceof Error ? error.message : String(error) };
    }
    fastest = Math.min(fastest, ms);
  }
  if (fastest <= INPUT_MS_MAX) return { reach: reach!, ms: fastest };
  return { ms: fastest, message: `took longer than ${INPUT_MS_MAX} ms` };
}

/** Milliseconds of processor time since `before`. */
function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Half of the time one of the latest inputs, which reached something new; and of two the shorter, which is faster. */
function pick(kept: readonly string[], random: Random): string {
  const recent = Math.min(kept.length, 32);
  const draw = () =>
    random.below(2) === 0 ? random.pick(kept) : kept[kept.length - 1 - random.below(recent)]!;
  const [one, other] = [draw(), draw()];
  return random.below(4) > 0 === one.length < other.length ? one : other;
}

/** The first words of a message say what broke; numbers and quoted text may differ while it is the same fault. */
function sameFault(message: string | undefined, of: string): boolean {
  const kind = (text: string) => text.split(/[`\d]/u, 1)[0];
  return message !== undefined && kind(message) === kind(of);
}

/** Tries of making a finding smaller, and time for all of them in milliseconds: a slow finding is tried seldom. */
const SHRINKS_MAX = 5000;
const SHRINK_MS_MAX = 5000;

/** A shorter input that still breaks: pieces are left out, long ones first. */
function shrunk(input: string, breaks: (input: string) => boolean): string {
  let small = input;
  let tries = 0;
  const end = performance.now() + SHRINK_MS_MAX;
  const mayTry = () => tries < SHRINKS_MAX && performance.now() < end;
  for (let length = small.length >> 1; length >= 1; length >>= 1) {
    for (let at = 0; at < small.length && mayTry(); ) {
      const without = small.slice(0, at) + small.slice(at + length);
      tries++;
      if (breaks(without)) small = without;
      else at += length;
    }
  }
  return small;
}
