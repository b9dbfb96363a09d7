/**
 * Locks over Web Bluetooth. A page sees no lock that a person has not chosen in the browser's own dialogue,
 * hears adverts only where `watchAdvertisements` exists, and never learns the MTU.
 */

import { MTU_MIN, requireMtu } from '../../../protocol/session/mtu.js';
import type { Sighting, Transport } from '../../../protocol/session/transport.js';
import type { Outcome } from '../../values/outcome.js';
import type { GattOptions, GattRadio } from '../gatt/gatt-radio.js';
import { gattTransport } from '../gatt/gatt-transport.js';
import { quietly } from '../quietly.js';
import { watchAdverts } from './adverts.js';
import { type ChooseCode, chooseDevice } from './choose.js';
import { webPeer } from './peer.js';
import type { WebBluetooth, WebBluetoothDevice } from './web-bluetooth.js';

/** What a transport over Web Bluetooth is put together from. */
export interface WebBluetoothOptions extends GattOptions {
  /** `navigator.bluetooth` when left out. */
  readonly bluetooth?: WebBluetooth;
  /**
   * ATT MTU, 23 to 517. A browser does not tell the true one, and a longer frame is lost or refused: leave it
   * out (23 works everywhere) unless locks and platforms are known.
   */
  readonly mtu?: number;
  /** How long `choose` waits for an advert of the chosen lock, in milliseconds: 20 000 when left out. */
  readonly advertWaitMs?: number;
  /** Calls back once after so many milliseconds, until cancelled; the host's timer when left out. */
  readonly after?: (milliseconds: number, callback: () => void) => () => void;
}

/** Ways to the locks that were chosen in this page. */
export interface WebBluetoothTransport extends Transport {
  /**
   * Shows the browser's chooser and waits for an advert of the lock that is chosen there. To be called in a
   * click, or the browser refuses. From then on, whoever listens is told that lock's adverts too.
   */
  choose(): Promise<Outcome<Sighting, ChooseCode>>;
}

/**
 * Ways to locks over Web Bluetooth.
 * @throws TypeError where there is none (ask `'bluetooth' in navigator` before); RangeError for an MTU that
 *   no link has.
 */
export function webBluetoothTransport(options: WebBluetoothOptions): WebBluetoothTransport {
  const { mtu = MTU_MIN, advertWaitMs = 20_000, after = hostTimer } = options;
  const onFault = quietly(options.onFault);
  requireMtu(mtu);
  const bluetooth = options.bluetooth ?? hostBluetooth();
  const radio = new WebRadio(bluetooth, mtu, onFault);
  const transport = gattTransport(radio, { onFault });
  return {
    ...transport,
    choose: async () => {
      const chosen = await chooseDevice(bluetooth);
      if (!chosen.ok) return chosen;
      radio.know(chosen.value);
      return firstAdvert(chosen.value, transport.listen, (give) => after(advertWaitMs, give));
    },
  };
}

/** The devices chosen so far, and who is told their adverts. */
class WebRadio implements GattRadio {
  readonly #bluetooth: WebBluetooth;
  readonly #mtu: number;
  readonly #onFault: (error: unknown) => void;
  readonly #devices = new Map<string, WebBluetoothDevice>();
  /** Undefined while nobody listens. */
  #onSighting: ((sighting: Sighting) => void) | undefined;
  /** Ends each watch that goes on, by the device's id. */
  readonly #stops = new Map<string, () => void>();

  constructor(bluetooth: WebBluetooth, mtu: number, onFault: (error: unknown) => void) {
    this.#bluetooth = bluetooth;
    this.#mtu = mtu;
    this.#onFault = onFault;
  }

  peer: GattRadio['peer'] = (address, listener) =>
    webPeer(this.#devices.get(address), listener, this.#mtu);

  know(device: WebBluetoothDevice): void {
    this.#devices.set(device.id, device);
    this.#watch(device);
  }

  async startScan(onSighting: (sighting: Sighting) => void): Promise<void> {
    this.#onSighting = onSighting;
    for (const device of this.#devices.values()) this.#watch(device);
    for (const device of await this.#remembered()) {
      // Of one that is known the watch has begun, or failed.
      if (!this.#devices.has(device.id)) this.know(device);
    }
  }

  async stopScan(): Promise<void> {
    this.#onSighting = undefined;
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  /** One that failed is begun anew when its lock is chosen again: Bluetooth may have been switched on in the chooser. */
  #watch(device: WebBluetoothDevice): void {
    if (this.#onSighting === undefined || this.#stops.has(device.id)) return;
    const stop = watchAdverts(device, this.#onSighting, (error) => {
      this.#stops.delete(device.id);
      this.#onFault(error);
    });
    this.#stops.set(device.id, stop);
  }

  /** Chosen in an earlier visit of this page, where the browser remembers; without them the scan goes on. */
  async #remembered(): Promise<readonly WebBluetoothDevice[]> {
    try {
      return (await this.#bluetooth.getDevices?.()) ?? [];
    } catch (error) {
      this.#onFault(error);
      return [];
    }
  }
}

/** The next advert of a device that was chosen. */
function firstAdvert(
  device: WebBluetoothDevice,
  listen: Transport['listen'],
  giveUp: (callback: () => void) => () => void,
): Promise<Outcome<Sighting, ChooseCode>> {
  if (device.watchAdvertisements === undefined) {
    const detail = 'this browser has no BluetoothDevice.watchAdvertisements';
    return Promise.resolve({ ok: false, code: 'adverts_not_told', detail });
  }
  return new Promise((resolve) => {
    const stop = listen((sighting) => {
      if (sighting.address !== device.id) return;
      cancel();
      stop();
      resolve({ ok: true, value: sighting });
    });
    const cancel = giveUp(() => {
      stop();
      resolve({ ok: false, code: 'not_heard', detail: 'the chosen lock showed no advert' });
    });
  });
}

function hostBluetooth(): WebBluetooth {
  const { navigator } = globalThis as { navigator?: { bluetooth?: WebBluetooth } };
  if (navigator?.bluetooth === undefined) throw new TypeError('this host has no Web Bluetooth');
  return navigator.bluetooth;
}

function hostTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
