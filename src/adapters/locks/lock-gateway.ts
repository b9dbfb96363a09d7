/** The gateway between decisions and online locks. */
import { followNews } from './door-news.js';
import { doorRequests } from './door-requests.js';
import type { LockGateway, LockGatewayOptions, UnlockFollower } from './gateway.js';
import { gatewayParts } from './gateway-parts.js';
import { followUnlocks } from './unlock-follower.js';

/**
 * A gateway: decides who may open a door, tells the lock, and reports what became of it.
 * @throws RangeError for a door whose provider is not there, or a number out of its range.
 */
export function lockGateway(options: LockGatewayOptions): LockGateway {
  const parts = gatewayParts(options);
  const running = new Set<Promise<unknown>>();
  const handle = doorRequests(parts);
  const ask: typeof handle = (...asked) => {
    const report = handle(...asked);
    const ended: Promise<void> = report.then(
      () => void running.delete(ended),
      () => void running.delete(ended),
    );
    running.add(ended);
    return report;
  };
  const stopNews = followNews(parts);
  let follower: UnlockFollower | undefined;
  return {
    doors: [...parts.doors.keys()],
    unlock: (request, more) => ask('unlock', request, more),
    lock: (request, more) => ask('lock', request, more),
    followUnlockSchedules(more) {
      if (follower !== undefined) throw new TypeError('unlock schedules are followed already');
      const started = followUnlocks(parts, more);
      follower = started;
      return {
        ...started,
        async stop() {
          await started.stop();
          follower = undefined;
        },
      };
    },
    state(door) {
      const at = parts.doors.get(door);
      return at && parts.providers.get(at.provider)?.state(at.device);
    },
    async close() {
      await follower?.stop();
      // What a lock did not do is still to be remembered; each request ends in its time.
      await Promise.all(running);
      stopNews();
      await parts.remembered();
    },
  };
}
