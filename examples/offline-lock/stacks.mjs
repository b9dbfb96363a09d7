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

/** How long an adapter may take to power on. */
const POWER_ON_MS = 10_000;

/**
 * A peripheral's stack, powered on, its HCI socket, and how to end both.
 * @param {number | object} adapter - number of an adapter of this machine, or a virtual controller.
 */
export async function startBleno(adapter) {
  const bleno = makeBleno('hci', driverFor(adapter));
  // The one thing of bleno's inside that is needed: it cannot send an extended advert itself.
  const { _hci: hci } = bleno._bindings;
  const stop = () => {
    // bleno asks every second whether the adapter is there, and has nothing to end that.
    hci.pollIsDevUp = () => {};
    bleno.stop();
  };
  await poweredOn(bleno, stop);
  return { bleno, hci, stop };
}

/** A central's stack, powered on, and how to end it. @param {number | object} adapter - as for `startBleno`. */
export async function startNoble(adapter) {
  // A lock's advert fits no legacy advert.
  const noble = makeNoble('hci', { ...driverFor(adapter), extended: true });
  const stop = () => noble.stop();
  // Asking for the state starts it, and loads the driver.
  void noble.state;
  await poweredOn(noble, stop);
  return { noble, stop };
}

/** Rejects, and stops the stack, when there is no Bluetooth for us. */
function poweredOn(stack, stop) {
  return new Promise((resolve, reject) => {
    const refuse = (why) => {
      end();
      stop();
      reject(new Error(`Bluetooth is ${why}`));
    };
    const timer = setTimeout(() => refuse('not powered on'), POWER_ON_MS);
    const hear = (state) => {
      if (state === 'unsupported' || state === 'unauthorized') refuse(state);
      if (state !== 'poweredOn') return;
      end();
      resolve();
    };
    const end = () => {
      clearTimeout(timer);
      stack.removeListener('stateChange', hear);
    };
    stack.on('stateChange', hear);
  });
}

function driverFor(adapter) {
  if (typeof adapter === 'number') return { deviceId: adapter };
  let isTaken = false;
  nextVirtual = function VirtualDriver() {
    // bleno opens another socket with each connection, to hand the kernel keys of pairings. There is no kernel, and no lock pairs.
    const driver = isTaken ? new KeySocket() : adapter;
    isTaken = true;
    // Whoever writes `new` gets this very controller.
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
