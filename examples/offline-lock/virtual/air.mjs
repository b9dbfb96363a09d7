// The air between virtual controllers: who hears whose advert, and which connections there are. Nothing here is timed
// but adverts, so what happens depends on the order of events alone.

/** How many packets a controller takes before it says that one was sent. */
export const DATA_PACKETS = 8;

/**
 * @typedef {object} Flight - something on its way through the air.
 * @property {'advert' | 'data'} kind
 * @property {string} from - the name of a controller.
 * @property {string} to
 * @property {Buffer} bytes - the advert's content, or what is in a packet of data.
 *
 * @typedef {object} AirOptions
 * @property {(flight: Flight) => boolean} [carries] - whether it arrives. An advert that does not is not heard. For data, Bluetooth
 *   repeats until it arrives or nobody answers any more: data that does not arrive is the end of the connection, for both sides.
 * @property {(milliseconds: number, callback: () => void) => () => void} [repeat] - calls back again and again until cancelled.
 */

/** The air. @param {AirOptions} [options] */
export function virtualAir({ carries = () => true, repeat = atIntervals } = {}) {
  return new Air(carries, repeat);
}

class Air {
  /** @type {Set<import('./controller.mjs').VirtualController>} */
  #controllers = new Set();
  #carries;
  #handles = 0x40;
  repeat;

  constructor(carries, repeat) {
    this.#carries = carries;
    this.repeat = repeat;
  }

  /** A controller that is switched on. */
  join(controller) {
    this.#controllers.add(controller);
  }

  leave(controller) {
    this.#controllers.delete(controller);
  }

  /** Shows an advert to all who scan; who wants to connect to it does. */
  advert(from) {
    for (const to of this.#controllers) {
      const shown = from.shown;
      if (shown === null) return;
      if (to === from || (!to.isScanning && to.wanted === null)) continue;
      if (!this.#arrives('advert', from, to, shown.content)) continue;
      if (to.isScanning) to.hear(shown);
      if (to.wanted?.equals(shown.address.bytes)) this.#connect(to, from);
    }
  }

  /** Everybody who adverts does so now: a scan or an attempt began. */
  advertAll() {
    for (const controller of [...this.#controllers]) this.advert(controller);
  }

  /** Carries data through a connection; ends it where the data does not arrive. */
  data(from, { peer, peerHandle }, handle, bytes) {
    if (this.#arrives('data', from, peer, bytes)) peer.receive(peerHandle, bytes);
    else from.lose(handle);
  }

  #arrives(kind, from, to, bytes) {
    return this.#carries({ kind, from: from.name, to: to.name, bytes: Buffer.from(bytes) });
  }

  #connect(central, peripheral) {
    const [here, there] = [this.#handles++, this.#handles++];
    const { address } = peripheral.shown;
    peripheral.connected(there, central, here, true, central.address);
    central.connected(here, peripheral, there, false, address);
  }
}

/** @param {number} milliseconds @param {() => void} callback */
function atIntervals(milliseconds, callback) {
  const timer = setInterval(callback, milliseconds);
  return () => clearInterval(timer);
}
