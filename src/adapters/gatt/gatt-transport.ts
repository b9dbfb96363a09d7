/**
 * The port `Transport` over any phone's GATT. A lock has one connection at a time: who connects anew waits
 * until the link before is closed, since a late end would cut the new one; but not for ever.
 */

import type { Transport } from '../../../protocol/session/transport.js';
import { quietly } from '../quietly.js';
import { gattLink } from './gatt-link.js';
import type { GattOptions, GattPeer, GattRadio } from './gatt-radio.js';
import { sharedScan } from './shared-scan.js';

/** Ways to locks over this radio. A second link to a lock, while the first lives, is `unreachable`. */
export function gattTransport(radio: GattRadio, options: GattOptions): Transport {
  const onFault = quietly(options.onFault);
  const holds = new Map<string, Hold>();
  return {
    listen: sharedScan(radio, onFault),
    connect: (address, onEvent) => {
      const before = holds.get(address);
      const isTaken = before !== undefined && before.closed === null;
      const hold: Hold = { closed: null };
      if (!isTaken) holds.set(address, hold);
      const free = before?.closed ?? Promise.resolve();
      return gattLink({
        makePeer: (listener) => (isTaken ? TAKEN : radio.peer(address, listener)),
        free,
        onEvent,
        onOver: (close) => {
          if (!isTaken) release(holds, address, hold, () => free.then(close));
        },
        onFault,
      });
    },
  };
}

/** Who has a lock's one connection. */
interface Hold {
  /** When the connection is closed; null while the link lives. */
  closed: Promise<void> | null;
}

/** A lock that another link of this phone is connected to. */
const TAKEN: GattPeer = {
  open: () => Promise.reject(new Error('this phone has a link to that lock already')),
  write: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** How long a library may take to close: one that never says so must not keep its lock from this phone until the app starts anew. */
const CLOSE_MS_MAX = 10_000;

/** Closes a peer, unless a newer link has the connection. A failure to close is nobody's news. */
function release(
  holds: Map<string, Hold>,
  address: string,
  hold: Hold,
  close: () => Promise<void>,
): void {
  const present = holds.get(address);
  if (present !== undefined && present !== hold) return;
  const closed: Promise<void> = inTime(close).then(() => {
    if (holds.get(address) === hold && hold.closed === closed) holds.delete(address);
  });
  hold.closed = closed;
  holds.set(address, hold);
}

/** Resolves when a peer is closed, cannot be closed, or takes too long; that only where the host has timers. */
function inTime(close: () => Promise<void>): Promise<void> {
  const host: HostTimers = globalThis;
  return new Promise((resolve) => {
    const timer = host.setTimeout?.(resolve, CLOSE_MS_MAX);
    const end = (): void => {
      host.clearTimeout?.(timer as never);
      resolve();
    };
    // One that throws at once has closed as well as one that rejects.
    (async () => await close())().then(end, end);
  });
}

/** The part of a host that a bare engine lacks. */
interface HostTimers {
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown;
  readonly clearTimeout?: (timer: never) => void;
}
