/**
 * Times contenders against each other: their batches take turns, so that whatever else the machine does
 * falls on all of them, and every batch's answers are counted, so that no work can be optimised away.
 */
import { ask, type Contender } from './contender.js';
import { seededRandom } from './random.js';
import { type Summary, summarise } from './statistics.js';

/** How long to measure. */
export interface Effort {
  /** Batches of each contender. */
  readonly rounds: number;
  /** A batch is as many inputs as take about this long, in milliseconds. */
  readonly batchMilliseconds: number;
  /** Single calls timed for the 99th percentile of each contender. */
  readonly singles: number;
}

/** The usual effort, and the one of `--quick`. */
export const FULL_EFFORT: Effort = { rounds: 80, batchMilliseconds: 8, singles: 40_000 };
export const QUICK_EFFORT: Effort = { rounds: 15, batchMilliseconds: 4, singles: 8000 };

/** A contender that spent this much on batches gets no more: casbin would take hours on the largest world. */
const SHARE_NANOSECONDS = 6e9;

/** What became of one contender. Times in nanoseconds per answer. */
export interface Lap {
  readonly name: string;
  readonly note?: string;
  /** Inputs it was asked, all of them answered as the first contender answered. */
  readonly inputs: number;
  readonly batch: Summary;
  readonly single: Summary;
}

/**
 * Checks that all contenders answer alike, then times them.
 * @throws Error naming the input, when two contenders differ; nothing was timed then.
 */
export async function race<Input>(
  contenders: readonly Contender<Input>[],
  inputs: readonly Input[],
  effort: Effort,
): Promise<Lap[]> {
  const expected = await agreedAnswers(contenders, inputs);
  const runners = contenders.map((contender) => new Runner(contender, inputs, expected));
  for (const runner of runners) await runner.warm(effort);
  const order = seededRandom(1);
  for (let round = 0; round < effort.rounds; round++) {
    // In another order each round, and each after a short run of its own, because whoever comes after a
    // large contender finds the processor's caches full of that one's data.
    for (const runner of order.shuffle([...runners])) await runner.batch();
  }
  const overhead = clockOverhead();
  // Singles in eight turns each, for the same reason as the batches.
  for (let turn = 0; turn < 8; turn++) {
    for (const runner of order.shuffle([...runners]))
      await runner.singles(effort.singles / 8, overhead);
  }
  return runners.map((runner) => runner.lap());
}

/**
 * The answers all contenders agree on.
 * @throws Error at the first input on which one differs from the first contender.
 */
export async function agreedAnswers<Input>(
  contenders: readonly Contender<Input>[],
  inputs: readonly Input[],
): Promise<boolean[]> {
  const first = contenders[0];
  if (first === undefined) throw new RangeError('no contender');
  const expected: boolean[] = [];
  for (const input of inputs) expected.push(await ask(first, input));
  for (const contender of contenders.slice(1)) {
    const count = Math.min(inputs.length, contender.inputsMax ?? inputs.length);
    for (let index = 0; index < count; index++) {
      const input = inputs[index]!;
      const answer = await ask(contender, input);
      if (answer !== expected[index]) {
        throw new Error(
          `${contender.name} answers ${answer}, ${first.name} ${expected[index]}: ` +
            `\`${JSON.stringify(input)}\``,
        );
      }
    }
  }
  return expected;
}

/** Answers `inputs[from]` to `inputs[until - 1]` and counts the permits. */
type Loop<Input> = (
  inputs: readonly Input[],
  from: number,
  until: number,
) => number | Promise<number>;

class Runner<Input> {
  private readonly contender: Contender<Input>;
  private readonly inputs: readonly Input[];
  /** How many of the first `i` inputs are permitted. */
  private readonly permits: Int32Array;
  private readonly loop: Loop<Input>;
  private batchSize = 1;
  private at = 0;
  private spent = 0;
  private readonly batches: number[] = [];
  private readonly calls: number[] = [];

  constructor(contender: Contender<Input>, inputs: readonly Input[], expected: readonly boolean[]) {
    this.contender = contender;
    this.inputs = inputs.slice(0, contender.inputsMax);
    this.permits = new Int32Array(this.inputs.length + 1);
    for (let index = 0; index < this.inputs.length; index++) {
      this.permits[index + 1] = this.permits[index]! + (expected[index] ? 1 : 0);
    }
    this.loop = loopOf(contender);
  }

  /** Runs for a while, to be compiled, and finds how many inputs make a batch. */
  async warm(effort: Effort): Promise<void> {
    const begin = performance.now();
    const budget = effort.batchMilliseconds * 25;
    let done = 0;
    for (; performance.now() - begin < budget; done++) await this.run(1 + (done % 64));
    const size = Math.round((effort.batchMilliseconds * done * 32) / (performance.now() - begin));
    // A contender with few inputs is slow: its batch is all of them, or their mix would vary by batch.
    this.batchSize =
      this.inputs.length <= 64
        ? this.inputs.length
        : Math.max(1, Math.min(size, this.inputs.length));
  }

  /** Times one batch, unless this contender has had its share of time. */
  async batch(): Promise<void> {
    if (this.spent > SHARE_NANOSECONDS && this.batches.length >= 5) return;
    if (this.inputs.length > 64) await this.run(Math.ceil(this.batchSize / 4));
    const { nanoseconds, count } = await this.run(this.batchSize);
    this.spent += nanoseconds;
    this.batches.push(nanoseconds / count);
  }

  /** Times calls one by one, at most for a second, and takes the clock's own cost off. */
  async singles(count: number, overhead: number): Promise<void> {
    const { check, checkLater } = this.contender;
    const deadline = performance.now() + 1000;
    let permits = 0;
    for (let call = 0; call < count && performance.now() < deadline; call++) {
      const input = this.next();
      const begin = performance.now();
      const answer = check !== undefined ? check(input) : await checkLater!(input);
      const end = performance.now();
      if (answer) permits++;
      this.calls.push(Math.max(0, (end - begin) * 1e6 - overhead));
    }
    if (permits < 0) throw new Error('a count went below nothing');
  }

  lap(): Lap {
    return {
      name: this.contender.name,
      ...(this.contender.note === undefined ? {} : { note: this.contender.note }),
      inputs: this.inputs.length,
      batch: summarise(this.batches),
      single: summarise(this.calls),
    };
  }

  private async run(size: number): Promise<{ nanoseconds: number; count: number }> {
    if (this.at >= this.inputs.length) this.at = 0;
    const from = this.at;
    const until = Math.min(from + size, this.inputs.length);
    this.at = until;
    const begin = performance.now();
    const answered = this.loop(this.inputs, from, until);
    const permits = typeof answered === 'number' ? answered : await answered;
    const nanoseconds = (performance.now() - begin) * 1e6;
    if (permits !== this.permits[until]! - this.permits[from]!) {
      throw new Error(`${this.contender.name} changed its answers while timed`);
    }
    return { nanoseconds, count: until - from };
  }

  private next(): Input {
    if (this.at >= this.inputs.length) this.at = 0;
    return this.inputs[this.at++]!;
  }
}

/**
 * A loop of this contender's own: made from text so that each has its own compiled code and call site;
 * one shared loop would slow whoever comes second.
 */
function loopOf<Input>(contender: Contender<Input>): Loop<Input> {
  if (contender.check !== undefined) {
    return new Function(
      'check',
      `return (inputs, from, until) => {
        let permits = 0;
        for (let index = from; index < until; index++) if (check(inputs[index])) permits++;
        return permits;
      };`,
    )(contender.check) as Loop<Input>;
  }
  return new Function(
    'check',
    `return async (inputs, from, until) => {
      let permits = 0;
      for (let index = from; index < until; index++) if (await check(inputs[index])) permits++;
      return permits;
    };`,
  )(contender.checkLater) as Loop<Input>;
}

/** What two readings of the clock cost, in nanoseconds. */
function clockOverhead(): number {
  const readings: number[] = [];
  for (let reading = 0; reading < 20_000; reading++) {
    const begin = performance.now();
    readings.push((performance.now() - begin) * 1e6);
  }
  return summarise(readings.slice(10_000)).median;
}
