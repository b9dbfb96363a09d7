// @ts-check
// A lock for each offline door on this machine (doorwright/node, docs/bridge.md): who has no lock to screw on a door still has one to
// commission, and a socket at which a radio finds it.
import { join } from 'node:path';
import { openBridge, serveBridge } from 'doorwright/node';
import { startCommissioning, stepCommissioning } from 'doorwright/phone';

/**
 * @typedef {object} BridgeLocks
 * @property {string} socket - path of the Unix socket.
 * @property {() => Promise<void>} close
 */

/** Frames of this many bytes and three more. */
const MTU = 185;

/** How long a lock may take to answer; it is in this process. */
const ANSWER_MS = 5000;

/**
 * Starts the locks, and commissions one for every door that has none.
 * @param {import('./desk.mjs').OpenDesk} desk
 * @param {object} parts
 * @param {string} parts.folder
 * @param {import('doorwright/node').Crypto} parts.crypto
 * @param {(size: number) => Uint8Array} parts.random
 * @param {(order: import('doorwright/node').BoltMove) => Promise<boolean>} parts.moveBolt
 * @param {(error: unknown) => void} parts.onFault
 * @returns {Promise<BridgeLocks>}
 */
export async function openBridgeLocks(desk, { folder, crypto, random, moveBolt, onFault }) {
  /** @type {Map<string, Uint8Array | null>} */
  const adverts = new Map();
  /** @type {import('doorwright/node').BridgeServer | undefined} */
  let server;
  const bridge = openBridge({
    folder: join(folder, 'locks'),
    crypto,
    actuator: { move: moveBolt },
    onAdvert: (lockId, bytes) => {
      adverts.set(lockId, bytes);
      server?.advertise(lockId, bytes);
    },
    onFault: (_, error) => onFault(error),
  });
  try {
    for (const { door, lock } of (await desk.overview()).doors) {
      if (lock !== null) continue;
      const label = bridge.bear(random(56));
      bridge.signal(label.lockId, 'button');
      // Capabilities are the end of every advert.
      const capabilities = adverts.get(label.lockId)?.slice(13) ?? new Uint8Array();
      const order = desk.commissioningOrder(door, label);
      await desk.takeLock(
        door,
        await commissioned(bridge, order, { capabilities, label, random, crypto }),
      );
    }
    const socket = join(folder, 'bridge.sock');
    server = await serveBridge(bridge, { path: socket });
    const close = async () => {
      await server?.close();
      bridge.close();
    };
    return { socket, close };
  } catch (error) {
    bridge.close();
    throw error;
  }
}

/**
 * @param {import('doorwright/node').Bridge} bridge @param {import('doorwright/phone').CommissioningOrder} order
 * @param {{ capabilities: Uint8Array, label: import('./locks.mjs').LockLabel, random: (size: number) => Uint8Array, crypto: import('doorwright/protocol').Crypto }} ground
 * @returns {Promise<import('doorwright/protocol').LockIdentity>}
 */
function commissioned(bridge, order, { capabilities, label, random, crypto }) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new Error('a new lock did not answer')), ANSWER_MS);
    const end = (/** @type {Error | import('doorwright/protocol').LockIdentity} */ what) => {
      clearTimeout(timer);
      connection.close();
      if (what instanceof Error) reject(what);
      else resolve(what);
    };
    const go = (/** @type {import('doorwright/phone').CommissioningStep} */ next) => {
      step = next;
      if (next.kind === 'done') end(next.lock.claims);
      else if (next.kind === 'failed') end(new Error(next.code));
      else for (const frame of next.frames) connection.send(frame);
    };
    /** @type {import('doorwright/phone').CommissioningStep | undefined} */
    let step;
    const connection = bridge.connect(label.lockId, MTU, {
      frame: (bytes) => {
        if (step?.kind === 'going') go(stepCommissioning(step.state, bytes, crypto));
      },
      closed: () => end(new Error('a new lock hung up')),
    });
    go(startCommissioning(order, { mtu: MTU, capabilities }, random(32), crypto));
  });
}
