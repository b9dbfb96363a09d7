/** The checked parts of a gateway, as its rooms share them. */

import type { Pdp } from '../pdp/pdp.js';
import type { Logger, Watcher } from '../pdp/telling.js';
import { quietLogger } from '../quietly.js';
import type { Observed, Site } from '../site/site.js';
import type { GatewayDoor, LockGatewayOptions } from './gateway.js';
import { type LockHost, processLockHost } from './lock-host.js';
import { isUnlockSeconds } from './lock-order.js';
import type { LockProvider } from './lock-provider.js';

/** What requests, news and schedules of one gateway work with. */
export interface GatewayParts {
  readonly pdp: Pdp;
  readonly providers: ReadonlyMap<string, LockProvider>;
  readonly doors: ReadonlyMap<string, GatewayDoor>;
  readonly site: Site | undefined;
  readonly host: LockHost;
  readonly waitMs: number;
  readonly perDoorMax: number;
  readonly logger: Logger | undefined;
  readonly watcher: Watcher | undefined;
  /** Hands an observation to the site, in order, without waiting. Does nothing without a site. */
  remember(observed: Observed): void;
  /** Resolves when all that was handed over is written, or could not be. */
  remembered(): Promise<void>;
}

/** Observations that wait for the store. Beyond, the newest are lost: a door must not wait for its diary. */
const WAITING_MAX = 1000;

/** Checks the options of a gateway. @throws RangeError for a door without a provider, or a number out of its range. */
export function gatewayParts(options: LockGatewayOptions): GatewayParts {
  const { waitMs = 8000, perDoorMax = 4, host = processLockHost, site } = options;
  const logger = quietLogger(options.logger);
  if (!(waitMs >= 100 && waitMs <= 60_000)) throw new RangeError('wait 100 to 60 000 ms');
  if (!(Number.isInteger(perDoorMax) && perDoorMax >= 1))
    throw new RangeError('at least one request at a door');
  const providers = new Map(Object.entries(options.providers));
  const doors = new Map(Object.entries(options.doors));
  for (const [id, { provider, unlockSeconds = 5 }] of doors) {
    if (!providers.has(provider)) throw new RangeError(`no provider for the door \`${id}\``);
    if (!isUnlockSeconds(unlockSeconds))
      throw new RangeError(`no opening lasts so long: \`${id}\``);
  }
  let waiting = 0;
  let tail: Promise<unknown> = Promise.resolve();
  return {
    pdp: options.pdp,
    providers,
    doors,
    site,
    host,
    waitMs,
    perDoorMax,
    logger,
    watcher: options.watcher,
    remember(observed) {
      if (site === undefined) return;
      const fields = { door: observed.object.id, type: observed.type };
      if (waiting >= WAITING_MAX) {
        logger?.error(fields, 'an observation was lost: too many wait');
        return;
      }
      waiting++;
      // When it happened, however long the store lets it wait.
      const timed = { time: host.now(), ...observed };
      tail = tail
        .then(() => site.observe(timed))
        .catch(() => logger?.error(fields, 'an observation could not be written'))
        .finally(() => {
          waiting--;
        });
    },
    remembered: () => tail.then(() => undefined),
  };
}
