// noble and bleno, over real adapters or over virtual controllers. Both load their HCI driver by its name and have no way to be handed
// one, so the virtual driver is put where they look for it. Their package entries open a default adapter; these files do not.
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const hciSocket = require('@stoprocent/bluetooth-hci-socket');
const loadReal = hciSocket.loadDriver;
let nextVirtual = null;
hciSocket.loadDriver = (name) => (name === 'virtual' ? nextVirtual : loadReal(name));

const makeBleno = require('@stoprocent/bleno/lib/resolve-bindings');
const makeNoble = require('@stoprocent/noble/lib/resolve-bindings');
export const Characteristic = require('@stoprocent/bleno/lib/characteristic');
export const PrimaryService = require('@stoprocent/bleno/lib/primary-service');

/**
 * A peripheral's stack, powered on, its HCI socket, and how to end both.
 * @param {number | object} adapter - number of an adapter of this machine, or a virtual controller.
 */
export async function startBleno(adapter) {
  const bleno = makeBleno('hci', driverFor(adapter));
  await bleno.waitForPoweredOnAsync();
  // The one thing of bleno's inside that is needed: it cannot send an extended advert itself.
  const { _hci: hci } = bleno._bindings;
  const stop = () => {
    // bleno asks every second whether the adapter is there, and has nothing to end that.
    hci.pollIsDevUp = () => {};
    bleno.stop();
  };
  return { bleno, hci, stop };
}

/** A central's stack, powered on, and how to end it. @param {number | object} adapter - as for `startBleno`. */
export async function startNoble(adapter) {
  // A lock's advert fits no legacy advert.
  const noble = makeNoble('hci', { ...driverFor(adapter), extended: true });
  // Asking for the state starts it, and a virtual controller's driver is made there.
  await noble.waitForPoweredOnAsync();
  return { noble, stop: () => noble.stop() };
}

function driverFor(adapter) {
  if (typeof adapter === 'number') return { deviceId: adapter };
  let isTaken = false;
  nextVirtual = function VirtualDriver() {
    // bleno opens another socket with each connection, to hand the kernel keys of pairings. There is no kernel, and no lock pairs.
    const driver = isTaken ? new KeySocket() : adapter;
    isTaken = true;
    // biome-ignore lint/correctness/noConstructorReturn: whoever writes `new` here is to get this very controller.
    return driver;
  };
  return { hciDriver: 'virtual' };
}

/** A socket that takes keys and does nothing with them. */
class KeySocket extends EventEmitter {
  bindControl() {}
  start() {}
  write() {}
  stop() {}
}
