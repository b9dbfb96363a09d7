/** Opening a site: its policy compiled in this process, its store behind it. */

import type { Engine } from '../../engine/engine.js';
import { compilePolicy, type PolicyOptions } from '../../index.js';
import type { Store } from '../store/store.js';
import { nodeSiteHost } from './node-site-host.js';
import { observeAndRecord } from './observing.js';
import { decideAndRecord } from './opening.js';
import type { Site, SiteHost, WriteOrder, WriteResult } from './site.js';
import { caughtUp, OutboxTrimmed, orUndone, writeInside } from './write.js';

/** What a site is opened with. */
export interface OpenSiteOptions extends PolicyOptions {
  readonly store: Store;
  /** Id of the organisation. */
  readonly organization: string;
  /** Clock, randomness, hash. Default: Node's. */
  readonly host?: SiteHost;
}

/**
 * Opens one organisation of a store: reads its policy and compiles it.
 * @throws StoreError `unknown_organization`, or whatever keeps the store from being read.
 * @throws PolicyError when what the store holds is no valid policy: then nothing is decided by it.
 */
export async function openSite(options: OpenSiteOptions): Promise<Site> {
  const { store: stores, organization, host = nodeSiteHost, ...policyOptions } = options;
  const store = await stores.open(organization);
  let engine: Engine = compilePolicy(await store.policy(), policyOptions);
  const listeners = new Set<() => void>();
  const adopt = (newer: Engine): Engine => {
    if (newer.revision <= engine.revision) return engine;
    engine = newer;
    for (const listener of listeners) {
      try {
        listener();
      } catch {
        // What was written is written, whatever those who are told make of it.
      }
    }
    return engine;
  };
  const readAnew = async () => adopt(compilePolicy(await store.policy(), policyOptions));
  const site: Site = {
    organization,
    store,
    host,
    get engine() {
      return engine;
    },
    refresh: () =>
      orAnew(readAnew, async () => {
        // The engine as it is before the store is asked: a write of this process may overtake the answer.
        const known = engine;
        const revision = await store.revision();
        const outbox = (after: number, limit?: number) => store.outbox(after, limit);
        return adopt(await caughtUp(known, { revision, outbox }));
      }),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async write<T, Code extends string>(order: WriteOrder<T, Code>): Promise<WriteResult<T, Code>> {
      requireOperation(order.operation);
      const written = await orAnew(readAnew, () =>
        orUndone(
          store.write((writer) => writeInside({ organization, host, engine }, writer, order)),
        ),
      );
      adopt(written.engine);
      return written.result;
    },
    open: (request) => decideAndRecord(site, request),
    observe: (observed) => observeAndRecord(site, observed),
  };
  return site;
}

/** Where the outbox leads no further, the policy is read whole before `work` is done once more: nothing withdrawn is missed. */
async function orAnew<T>(readAnew: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OutboxTrimmed)) throw error;
    await readAnew();
    return await work();
  }
}

const OPERATION = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/u;

function requireOperation(operation: string): void {
  if (operation.length > 100 || !OPERATION.test(operation)) {
    throw new TypeError(`not the name of an operation \`${operation}\``);
  }
}
