/** Following a source: long polls, or a broadcast and questions where something is missing. */
import { CarrierError } from './carrier.js';
import { type ConsumerCore, receiveCarried, receiveSealed, tellFault } from './consumer-core.js';
import type { ConsumerOptions } from './consumer-options.js';
import { nextTurn } from './timers.js';

const WAIT_SECONDS = 20;
const PAUSE_MS = 250;
const PAUSE_MS_MAX = 30_000;
/** An answer that is sooner and changes nothing is no long poll: whoever gives it is not asked in a tight loop. */
const SOON_MS = 200;
/** How long messages are taken without letting anybody else work. */
const TURN_MS = 20;

/** Follows until the signal aborts. Never rejects. */
export async function following(
  core: ConsumerCore,
  options: ConsumerOptions,
  signal: AbortSignal,
): Promise<void> {
  const bell = makeBell();
  const listening = hearing(core, options, bell, signal);
  let failures = 0;
  const snapshots = pacing();
  while (!signal.aborted) {
    try {
      const began = Date.now();
      const before = core.state.position;
      await turn(core, options, { bell, snapshots }, signal);
      core.told.delete('carrier');
      failures = 0;
      const isIdle = core.state.position === before && Date.now() - began < SOON_MS;
      if (isIdle) await pause(PAUSE_MS, signal);
    } catch (error) {
      if (signal.aborted) break;
      tellFault(core, 'carrier', error instanceof Error ? error.message : String(error));
      failures += 1;
      const longest = Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.min(failures, 10));
      // Not all at once, when a source comes back to a thousand consumers.
      await pause(longest * (0.5 + Math.random() / 2), signal);
    }
  }
  await listening;
}

/** One question to the source, or one wait for the broadcast to say that something is missing. */
async function turn(
  core: ConsumerCore,
  { source, broadcast, slice = '', waitSeconds = WAIT_SECONDS }: ConsumerOptions,
  { bell, snapshots }: { readonly bell: Bell; readonly snapshots: Pacing },
  signal: AbortSignal,
): Promise<void> {
  const { position } = core.state;
  const { wishes } = core;
  core.wishes = { deltas: false, snapshot: false };
  const snapshot = async (): Promise<void> => {
    // One that is refused is not read to its end: whatever brings it is let go.
    const ending = new AbortController();
    const end = (): void => ending.abort(signal.reason);
    signal.addEventListener('abort', end);
    try {
      await receiveCarried(core, await source.snapshot(slice, ending.signal));
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
    snapshots.taken(core.state.position !== position);
  };
  if (position === undefined || (wishes.snapshot && snapshots.isDue())) return snapshot();
  // Wished for still.
  if (wishes.snapshot) core.wishes.snapshot = true;
  const isPolling = broadcast === undefined;
  const answer = await source.deltas(slice, position, {
    waitSeconds: isPolling && !wishes.deltas ? waitSeconds : 0,
    signal,
  });
  if ('behind' in answer) return snapshots.isDue() ? snapshot() : undefined;
  let began = performance.now();
  for (const delta of answer.deltas) {
    receiveSealed(core, delta);
    if (performance.now() - began < TURN_MS) continue;
    // Doors are decided in between.
    await nextTurn();
    began = performance.now();
  }
  receiveSealed(core, answer.heartbeat);
  const isMore = answer.deltas.length > 0;
  if (!isPolling && !isMore) await bell.rung(waitSeconds * 1000, signal);
}

/** Hands on what the broadcast brings, for as long as it goes; begins again when it breaks. */
async function hearing(
  core: ConsumerCore,
  { broadcast, slice = '' }: ConsumerOptions,
  bell: Bell,
  signal: AbortSignal,
): Promise<void> {
  if (broadcast === undefined) return;
  const onMessage = (sealed: Uint8Array): void => {
    receiveSealed(core, sealed);
    if (core.wishes.deltas || core.wishes.snapshot) bell.ring();
  };
  while (!signal.aborted) {
    try {
      const since = core.state.heardAt;
      await broadcast.follow(slice, onMessage, since > 0 ? { signal, since } : { signal });
    } catch (error) {
      if (signal.aborted) return;
      tellFault(core, 'carrier', error instanceof CarrierError ? error.message : String(error));
    }
    bell.ring();
    await pause(PAUSE_MS, signal);
  }
}

/** Resolves after so long, or when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}

/** Snapshots that lead nowhere are fetched ever more rarely: they are large, and the source has others to serve. */
interface Pacing {
  isDue(): boolean;
  /** Tells that one was taken, and whether it led anywhere. */
  taken(isProgress: boolean): void;
}

function pacing(): Pacing {
  let futile = 0;
  let dueAt = -Infinity;
  return {
    isDue: () => performance.now() >= dueAt,
    taken(isProgress) {
      futile = isProgress ? 0 : futile + 1;
      const wait = futile === 0 ? 0 : Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.min(futile, 10));
      dueAt = performance.now() + wait;
    },
  };
}

interface Bell {
  ring(): void;
  /** Resolves when rung, or when it was rung since the last time, or after so long. */
  rung(milliseconds: number, signal: AbortSignal): Promise<void>;
}

function makeBell(): Bell {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    async rung(milliseconds, signal) {
      if (!isRung) {
        const waiting = new AbortController();
        const end = (): void => waiting.abort();
        wake = end;
        signal.addEventListener('abort', end);
        await pause(milliseconds, waiting.signal);
        signal.removeEventListener('abort', end);
        wake = undefined;
      }
      isRung = false;
    },
  };
}
