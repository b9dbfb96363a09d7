/** Telling the source what is enforced: after every change, when it is durable, and now and then in between. */

import { type ConsumerCore, onStep, tellFault } from './consumer-core.js';
import { pause } from './consumer-follow.js';
import type { ConsumerOptions } from './consumer-options.js';

/** How often the source hears of a consumer for which nothing changes. */
const REPEAT_MS = 30_000;
/** Until what changed is told, at most: changes in a row take one message, and a thousand consumers do not all tell at once. */
const GATHER_MS = 100;
const RETRY_MS = 1000;
const RETRY_MS_MAX = 8000;
/** Newer revisions named in one acknowledgement. */
const NAMED_MAX = 1000;

/** Acknowledges until the signal aborts. Never rejects. */
export async function acknowledging(
  core: ConsumerCore,
  options: ConsumerOptions,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  let wake = new AbortController();
  const stopListening = onStep(core, () => wake.abort());
  const end = (): void => wake.abort();
  signal.addEventListener('abort', end);
  let last = '';
  let lastAt = -Infinity;
  let retry = RETRY_MS;
  while (!signal.aborted) {
    wake = new AbortController();
    const isDue = (text: string | undefined): boolean =>
      text !== undefined && (text !== last || Math.abs(now() - lastAt) >= REPEAT_MS);
    if (!isDue(enforcedText(core.state))) {
      await pause(REPEAT_MS, wake.signal);
      continue;
    }
    await pause(GATHER_MS * (0.5 + Math.random() / 2), signal);
    const state = core.state;
    const text = enforcedText(state);
    if (signal.aborted || text === undefined) continue;
    // What is said must still be so after a power cut.
    const isKept = (await core.keeper.settled()) && (await witnessed(core, state, options));
    const isTold = isKept && (await tell(state, options, now, signal).catch(() => false));
    if (isTold) [last, lastAt, retry] = [text, now(), RETRY_MS];
    else {
      // Not all at once, when a source comes back to a thousand consumers.
      await pause(retry * (0.5 + Math.random() / 2), signal);
      retry = Math.min(RETRY_MS_MAX, 2 * retry);
    }
  }
  stopListening();
}

type State = ConsumerCore['state'];

/** What an acknowledgement would say, to see whether it was said already. */
function enforcedText({ position, withdrawn }: State): string | undefined {
  if (position === undefined) return undefined;
  const newer = withdrawn.map(({ epoch, revision }) => `${epoch}.${revision}`);
  return [`${position.epoch}.${position.revision}`, ...newer].join(' ');
}

/** Tells the witness first: whoever is told that something is in force may rely on an old disk being known as one. */
async function witnessed(
  core: ConsumerCore,
  { position, floor }: State,
  { witness }: ConsumerOptions,
): Promise<boolean> {
  if (witness === undefined || position === undefined) return true;
  const { epoch, revision } = position;
  const isBelow =
    floor !== undefined &&
    (epoch < floor.epoch || (epoch === floor.epoch && revision <= floor.revision));
  if (isBelow) return true;
  try {
    await witness.write({ epoch, revision });
    core.told.delete('memory');
    core.state = { ...core.state, floor: { epoch, revision } };
    return true;
  } catch (error) {
    tellFault(core, 'memory', String(error));
    return false;
  }
}

async function tell(
  { position, withdrawn, organization, slice }: State,
  { source, name }: ConsumerOptions,
  now: () => number,
  signal: AbortSignal,
): Promise<boolean> {
  if (position === undefined) return false;
  const { epoch, revision, chain } = position;
  // Two histories may take something away under one revision.
  const newer = new Set(withdrawn.filter((one) => one.epoch === epoch).map((one) => one.revision));
  const told = {
    organization,
    slice,
    consumer: name,
    epoch,
    revision,
    chain,
    withdrawn: [...newer].slice(0, NAMED_MAX),
    at: now(),
  };
  return source.acknowledge(told, signal).then(
    () => true,
    () => false,
  );
}
