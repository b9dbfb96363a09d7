// One lock of a bridge (`doorwright/node`): its records are in a folder, its bolt is a line of text, and its radio is bleno.

import { openBridge } from 'doorwright/node';
import { parseAdvert } from 'doorwright/protocol';
import { lockPeripheral } from './lock.mjs';

/**
 * Powers the lock up. A folder without a lock gets one, whose label is told once, here.
 * @param {Awaited<ReturnType<typeof import('./stacks.mjs').startBleno>>} stack
 * @param {object} parts
 * @param {string} parts.folder
 * @param {import('doorwright/node').Crypto} parts.crypto
 * @param {(order: import('doorwright/node').BoltMove) => Promise<boolean>} parts.moveBolt - whether it moved.
 * @param {() => Uint8Array} parts.random - 56 fresh bytes for a new lock.
 * @param {(error: unknown) => void} parts.onFault
 */
export async function startBridgeLock(stack, { folder, crypto, moveBolt, random, onFault }) {
  let capabilities = new Uint8Array(0);
  let lockId = '';
  let shown = Promise.resolve();
  const peripheral = await lockPeripheral(stack, {
    // A phone connects to what it heard, so an advert was shown before INFO is read.
    capabilities: () => capabilities,
    connect: (mtu, phone) => bridge.connect(lockId, mtu, phone),
    onFault,
  });
  const bridge = openBridge({
    folder,
    crypto,
    actuator: { move: moveBolt },
    onAdvert: (_, bytes) => {
      const advert = bytes === null ? undefined : parseAdvert(bytes);
      if (advert !== undefined) capabilities = advert.capabilities;
      shown = peripheral.advertise(bytes);
    },
    onFault: (_, error) => onFault(error),
  });
  const label = bridge.lockIds().length === 0 ? bridge.bear(random()) : null;
  lockId = bridge.lockIds()[0];
  return {
    lockId,
    /** Null when the folder had a lock already. */
    label,
    /** Something happens to the lock itself. Resolves when what it adverts then is on the air. @param {import('doorwright/node').BridgeSignal} what */
    async signal(what) {
      bridge.signal(lockId, what);
      await shown;
    },
    isWhole: () => bridge.isWhole(lockId),
    stop: () => bridge.close(),
  };
}
