/** One soak: the ramp, then windows of steady load with disturbances, and what was measured in each. */
import { pause } from '../../src/adapters/distribution/consumer-follow.js';
import { questions } from '../serve/questions.js';
import { disturbances } from './disturb.js';
import { type HeapVerdict, judgeHeap, strangeAnswers, type Trough } from './judge.js';
import { maximumOf, type Steady, steadyLoad } from './load.js';
import { readSample, type Sample } from './metrics.js';
import type { Stage } from './stage.js';

/** The part of the maximum that is asked for. */
export const LOAD_SHARE = 0.8;
/** Pause between two disturbances, and between two collections in all processes. */
const DISTURB_MS = 2_000;
const COLLECT_MS = 15_000;

/** One window, usually a minute. */
export interface SoakWindow extends Steady {
  /** At its end, since the load began. */
  readonly minute: number;
  /** Least live memory after a collection, by process. */
  readonly live: ReadonlyMap<string, number>;
  /** Of `/metrics`, at its end. */
  readonly sample: Sample;
}

/** A soak so far; it fills while it runs, so that one that was interrupted can be shown. */
export interface Soak {
  maximum: number;
  readonly windows: SoakWindow[];
  /** What went wrong, in words. */
  readonly complaints: string[];
  readonly heaps: Map<string, HeapVerdict>;
}

/** How long and in which steps. */
export interface SoakEffort {
  readonly windows: number;
  readonly windowSeconds: number;
  readonly progress: (text: string) => void;
}

/** Runs a soak. */
export async function runSoak(stage: Stage, effort: SoakEffort, soak: Soak): Promise<void> {
  const asked = questions();
  const server = [...stage.programs.values()][0];
  if (server === undefined) throw new TypeError('a stage without a server');
  effort.progress('how much it can do');
  const child = { kind: 'authzen', process: server.process, port: stage.port } as const;
  soak.maximum = await maximumOf(child, asked.singles);
  const disturbing = disturbances(stage, asked);
  const { statuses: before } = await sampleOf(stage.port);
  const began = performance.now();
  const rate = soak.maximum * LOAD_SHARE;
  while (soak.windows.length < effort.windows) {
    const number = soak.windows.length + 1;
    effort.progress(`window ${number} of ${effort.windows}, ${Math.round(rate)} requests/s`);
    const ending = new AbortController();
    const beside = [
      every(DISTURB_MS, ending.signal, () =>
        disturbing.next().catch((error: unknown) => void soak.complaints.push(String(error))),
      ),
      leastLive(stage, ending.signal),
    ] as const;
    const steady = await steadyLoad(stage.port, asked.singles, rate, effort.windowSeconds);
    ending.abort();
    const [, live] = await Promise.all(beside);
    const minute = (performance.now() - began) / 60_000;
    soak.windows.push({ ...steady, minute, live, sample: await sampleOf(stage.port) });
  }
  const given = (await sampleOf(stage.port)).statuses;
  soak.complaints.push(...strangeAnswers(given, disturbing.provoked, before));
  judge(stage, soak);
}

function judge(stage: Stage, soak: Soak): void {
  const failed = soak.windows.reduce((sum, window) => sum + window.failed, 0);
  if (failed > 0) soak.complaints.push(`${failed} requests of the load were not answered by 200`);
  for (const name of stage.programs.keys()) {
    const troughs = soak.windows.flatMap(({ minute, live }): Trough[] => {
      const bytes = live.get(name);
      return bytes === undefined ? [] : [{ minute, bytes }];
    });
    soak.heaps.set(name, judgeHeap(troughs));
  }
}

/**
 * Live memory of every process after collections, the least of a window: what a collection finds is in use may be a policy
 * that is being compiled, or requests under way.
 */
async function leastLive(stage: Stage, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const least = new Map<string, number>();
  const collect = async (): Promise<void> => {
    for (const [name, program] of stage.programs) {
      const live = await program.live();
      least.set(name, Math.min(live, least.get(name) ?? live));
    }
  };
  await every(COLLECT_MS, signal, collect);
  await collect();
  return least;
}

async function sampleOf(port: number): Promise<Sample> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return readSample(await response.text());
}

/** Does something, pauses, and so on until the signal aborts; what is begun then is finished. */
async function every(
  milliseconds: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await pause(milliseconds, signal);
    if (!signal.aborted) await work();
  }
}
