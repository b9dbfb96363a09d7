/** One connection of a browser to a lock. */
import { GATT, type GattPeer, type OpenedPeer, type PeerListener } from '../gatt/gatt-radio.js';
import { bytesOfView } from '../gatt/views.js';
import type {
  WebBluetoothCharacteristic,
  WebBluetoothDevice,
  WebBluetoothServer,
} from './web-bluetooth.js';

/** A peer behind a device that was chosen; undefined for an address that never was. */
export function webPeer(
  device: WebBluetoothDevice | undefined,
  listener: PeerListener,
  mtu: number,
): GattPeer {
  return new WebPeer(device, listener, mtu);
}

class WebPeer implements GattPeer {
  readonly #device: WebBluetoothDevice | undefined;
  readonly #listener: PeerListener;
  readonly #mtu: number;
  #isClosed = false;
  #rx: WebBluetoothCharacteristic | undefined;
  #tx: WebBluetoothCharacteristic | undefined;
  // The browser does not tell who ended it.
  readonly #onGone = () => this.#listener.gone('remote');
  readonly #onValue = () => {
    const value = this.#tx?.value;
    if (value) this.#listener.frame(bytesOfView(value));
  };

  constructor(device: WebBluetoothDevice | undefined, listener: PeerListener, mtu: number) {
    this.#device = device;
    this.#listener = listener;
    this.#mtu = mtu;
  }

  async open(): Promise<OpenedPeer> {
    const device = this.#device;
    if (device?.gatt === undefined) throw new Error('nobody chose a lock of this address here');
    device.addEventListener('gattserverdisconnected', this.#onGone);
    const server = await this.#wanted(device.gatt.connect());
    const info = await this.#find(server);
    const capabilities = bytesOfView(await this.#wanted(info.readValue()));
    this.#tx?.addEventListener('characteristicvaluechanged', this.#onValue);
    await this.#wanted(this.#tx?.startNotifications());
    return { mtu: this.#mtu, capabilities };
  }

  async write(frame: Uint8Array): Promise<void> {
    await this.#rx?.writeValueWithoutResponse(frame.slice());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#device?.removeEventListener('gattserverdisconnected', this.#onGone);
    this.#tx?.removeEventListener('characteristicvaluechanged', this.#onValue);
    this.#device?.gatt?.disconnect();
  }

  async #find(server: WebBluetoothServer): Promise<WebBluetoothCharacteristic> {
    const service = await this.#wanted(server.getPrimaryService(GATT.service));
    this.#rx = await this.#wanted(service.getCharacteristic(GATT.rx));
    this.#tx = await this.#wanted(service.getCharacteristic(GATT.tx));
    return this.#wanted(service.getCharacteristic(GATT.info));
  }

  /** A browser may answer long after `close`; the next step would then disturb the connection after this one. */
  async #wanted<T>(step: Promise<T> | undefined): Promise<T> {
    const answer = (await step) as T;
    if (this.#isClosed) throw new Error('this link was given up');
    return answer;
  }
}
