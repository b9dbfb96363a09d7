/** One connection of a Capacitor app to a lock. */
import { GATT, type GattPeer, type OpenedPeer, type PeerListener } from '../gatt/gatt-radio.js';
import { bytesOfView } from '../gatt/views.js';
import type { CapacitorBleClient } from './ble-client.js';

/** A peer behind any address. `connectMs`: after it the plugin gives up, and does the next thing asked. */
export function capacitorPeer(
  client: CapacitorBleClient,
  address: string,
  listener: PeerListener,
  connectMs: number,
): GattPeer {
  return new CapacitorPeer(client, address, listener, connectMs);
}

class CapacitorPeer implements GattPeer {
  readonly #client: CapacitorBleClient;
  readonly #address: string;
  readonly #listener: PeerListener;
  readonly #connectMs: number;
  #isClosed = false;
  #isSubscribed = false;

  constructor(
    client: CapacitorBleClient,
    address: string,
    listener: PeerListener,
    connectMs: number,
  ) {
    this.#client = client;
    this.#address = address;
    this.#listener = listener;
    this.#connectMs = connectMs;
  }

  async open(): Promise<OpenedPeer> {
    const client = this.#client;
    const id = this.#address;
    const { service, tx, info } = GATT;
    // The plugin does not tell who ended it, and calls back for `disconnect` too.
    const onGone = () => this.#listener.gone('remote');
    await this.#wanted(client.connect(id, onGone, { timeout: this.#connectMs }));
    const mtu = await this.#wanted(client.getMtu(id).catch(() => undefined));
    const capabilities = bytesOfView(await this.#wanted(client.read(id, service, info)));
    this.#isSubscribed = true;
    await this.#wanted(
      client.startNotifications(id, service, tx, (value) =>
        this.#listener.frame(bytesOfView(value)),
      ),
    );
    return { mtu, capabilities };
  }

  async write(frame: Uint8Array): Promise<void> {
    const view = new DataView(frame.slice().buffer);
    await this.#client.writeWithoutResponse(this.#address, GATT.service, GATT.rx, view);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const id = this.#address;
    // Only this takes the plugin's listener away; where the connection is gone it rejects after that.
    const isSubscribed = this.#isSubscribed;
    this.#isSubscribed = false;
    const silent = isSubscribed
      ? this.#client.stopNotifications(id, GATT.service, GATT.tx).catch(() => undefined)
      : undefined;
    // Asked at once: the plugin has a queue, and a rejection of the one must not keep the other.
    await Promise.all([silent, this.#client.disconnect(id)]);
  }

  /** The plugin may answer long after `close`; the next step would then disturb the connection after this one. */
  async #wanted<T>(step: Promise<T>): Promise<T> {
    const answer = await step;
    if (this.#isClosed) throw new Error('this link was given up');
    return answer;
  }
}
