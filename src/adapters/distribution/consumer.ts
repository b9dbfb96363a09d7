/**
 * A consumer: follows a feed, keeps an engine that decides in this process, remembers it on disk, and tells the source what it
 * enforces. What it may conclude is `src/distribution`; here are the network, the clock and the disk.
 */

import { checkNow } from '../../../protocol/crypto/steps.js';
import { isPolicyId } from '../../admin/policy-id.js';
import { newReader } from '../../distribution/reader.js';
import { openMessage } from '../../distribution/sealed.js';
import { acknowledging } from './consumer-acknowledge.js';
import { type ConsumerCore, makeCore, onStep, restoreCore, stateNow } from './consumer-core.js';
import { following } from './consumer-follow.js';
import type { Consumer, ConsumerOptions } from './consumer-options.js';
import { consumerPdp } from './consumer-pdp.js';
import { noMemory } from './feed-memory.js';
import { readerViews } from './reader-pdp.js';

/**
 * Starts a consumer: from its memory at once, then following its source. Never throws for what is outside: see `onFault`.
 * @throws TypeError for a name that cannot be one.
 */
export async function openConsumer(options: ConsumerOptions): Promise<Consumer> {
  if (!isPolicyId(options.name)) {
    throw new TypeError(`not a name of a consumer \`${options.name}\``);
  }
  const now = options.now ?? Date.now;
  const memory = options.memory ?? noMemory();
  const floor = await options.witness?.read();
  const core = makeCore(newReader(options.organization, options.slice ?? '', floor), {
    memory,
    now,
    crypto: options.crypto,
    policyOptions: options.policyOptions ?? {},
    open: (bytes) => checkNow(openMessage(bytes, options.keys, options.crypto), options.crypto),
    onFault: options.onFault,
  });
  await restoreCore(core);
  const views = readerViews(() => stateNow(core), now, options.classes);
  onStep(core, (before) => views.changed(before));
  const ending = new AbortController();
  const acknowledge = acknowledging(core, options, now, ending.signal);
  const follow = following(core, options, ending.signal);
  return {
    pdp: consumerPdp(core, views, now, options.source),
    position: () => core.state.position,
    state: () => core.state,
    ready: firstPolicy(core, ending.signal),
    onChange: (listener) => onStep(core, () => listener()),
    async stop() {
      ending.abort();
      await Promise.allSettled([follow, acknowledge]);
      await core.keeper.settled();
      await memory.close();
    },
  };
}

function firstPolicy(core: ConsumerCore, ended: AbortSignal): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    if (core.state.engine !== undefined) resolve();
    const stop = onStep(core, () => {
      if (core.state.engine === undefined) return;
      stop();
      resolve();
    });
    ended.addEventListener('abort', () => reject(new Error('stopped before a policy came')));
  });
  // Nobody need wait for it.
  ready.catch(() => undefined);
  return ready;
}
