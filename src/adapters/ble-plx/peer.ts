/** One connection of a React Native app to a lock. */
import { MTU_MAX } from '../../../protocol/session/mtu.js';
import { GATT, type GattPeer, type OpenedPeer, type PeerListener } from '../gatt/gatt-radio.js';
import { fromBase64, toBase64 } from './base64.js';
import type { BlePlxError, BlePlxManager, BlePlxSubscription } from './ble-plx.js';

/** A peer behind any address. `connectMs`: after it the library gives up by itself. */
export function blePlxPeer(
  manager: BlePlxManager,
  address: string,
  listener: PeerListener,
  connectMs: number,
): GattPeer {
  return new BlePlxPeer(manager, address, listener, connectMs);
}

class BlePlxPeer implements GattPeer {
  readonly #manager: BlePlxManager;
  readonly #address: string;
  readonly #listener: PeerListener;
  readonly #connectMs: number;
  readonly #subscriptions: BlePlxSubscription[] = [];
  #isClosed = false;

  constructor(manager: BlePlxManager, address: string, listener: PeerListener, connectMs: number) {
    this.#manager = manager;
    this.#address = address;
    this.#listener = listener;
    this.#connectMs = connectMs;
  }

  async open(): Promise<OpenedPeer> {
    const manager = this.#manager;
    const id = this.#address;
    const connected = await this.#wanted(manager.connectToDevice(id, { timeout: this.#connectMs }));
    this.#subscriptions.push(
      manager.onDeviceDisconnected(id, (error) => this.#listener.gone(endOf(error))),
    );
    // Android begins with 23 and asks for no more by itself. If the lock will not, it stays as it is.
    const asked = manager.requestMTUForDevice(id, MTU_MAX).catch(() => connected);
    const { mtu } = await this.#wanted(asked);
    await this.#wanted(manager.discoverAllServicesAndCharacteristicsForDevice(id));
    this.#monitor();
    // Nothing tells when the subscription is on. The lock answers in order, so this answer does.
    const info = await this.#wanted(
      manager.readCharacteristicForDevice(id, GATT.service, GATT.info),
    );
    return { mtu, capabilities: bytesOf(info.value) };
  }

  async write(frame: Uint8Array): Promise<void> {
    const text = toBase64(frame);
    const { service, rx } = GATT;
    await this.#manager.writeCharacteristicWithoutResponseForDevice(
      this.#address,
      service,
      rx,
      text,
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const subscription of this.#subscriptions.splice(0)) subscription.remove();
    await this.#manager.cancelDeviceConnection(this.#address);
  }

  #monitor(): void {
    const { service, tx } = GATT;
    this.#subscriptions.push(
      this.#manager.monitorCharacteristicForDevice(this.#address, service, tx, (error, heard) => {
        if (error !== null || heard === null) this.#listener.gone(endOf(error));
        else this.#hear(heard.value);
      }),
    );
  }

  #hear(value: string | null): void {
    const bytes = value === null ? undefined : fromBase64(value);
    if (bytes === undefined) this.#listener.gone('lost');
    else this.#listener.frame(bytes);
  }

  /** The library may answer long after `close`; the next step would then disturb the connection after this one. */
  async #wanted<T>(step: Promise<T>): Promise<T> {
    const answer = await step;
    if (this.#isClosed) throw new Error('this link was given up');
    return answer;
  }
}

/** HCI "connection timeout", as Android shows it in its GATT status. */
const ANDROID_TIMED_OUT = 8;
/** `CBError.connectionTimeout`. */
const IOS_TIMED_OUT = 6;
/** `BleErrorCode.DeviceDisconnected`. */
const DEVICE_DISCONNECTED = 201;

/** Whether the lock hung up or the radio lost it, as far as the platform says. */
function endOf(error: BlePlxError | null): 'remote' | 'lost' {
  if (error === null) return 'remote';
  const { errorCode, androidErrorCode, iosErrorCode } = error;
  const isTimedOut = androidErrorCode === ANDROID_TIMED_OUT || iosErrorCode === IOS_TIMED_OUT;
  return errorCode === DEVICE_DISCONNECTED && !isTimedOut ? 'remote' : 'lost';
}

function bytesOf(value: string | null): Uint8Array {
  const bytes = value === null ? undefined : fromBase64(value);
  if (bytes === undefined) throw new TypeError('the library told no base64');
  return bytes;
}
