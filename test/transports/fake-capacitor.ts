/**
 * `BleClient` of @capacitor-community/bluetooth-le 8.3 as its sources have it on a phone: one queue for all
 * that is asked, one scan, one listener for each address and characteristic, and the callback of `connect`
 * that is called for `disconnect` too.
 */
import type {
  CapacitorBleClient,
  CapacitorScanOptions,
  CapacitorScanResult,
} from '../../src/adapters/capacitor/ble-client.js';
import { GATT } from '../../src/adapters/gatt/gatt-radio.js';
import type { FakeLock, PhoneEnd, Wait } from './fake-lock.js';

/** `BleClient` with some locks around it. */
export class FakeCapacitor implements CapacitorBleClient {
  readonly locks: readonly FakeLock[];
  readonly connections = new Map<string, { readonly lock: FakeLock; readonly phone: PhoneEnd }>();
  readonly notified = new Map<string, (value: DataView) => void>();
  scan: CapacitorScanOptions | null = null;
  /** What `getMtu` tells; null where there is no such thing. */
  mtu: number | null = 247;
  #onScanned: (result: CapacitorScanResult) => void = () => undefined;
  readonly #onDisconnect = new Map<string, (id: string) => void>();
  readonly #wait: Wait;
  #last: Promise<unknown> = Promise.resolve();

  constructor(locks: readonly FakeLock[], wait: Wait) {
    this.locks = locks;
    this.#wait = wait;
  }

  initialize = async () => undefined;

  requestLEScan(options: CapacitorScanOptions, callback: (result: CapacitorScanResult) => void) {
    return this.#queue(async () => {
      this.scan = options;
      this.#onScanned = callback;
      void this.#wait().then(() => this.hear());
    });
  }

  stopLEScan() {
    return this.#queue(async () => {
      this.scan = null;
    });
  }

  /** All adverts that the filter lets through, in memory that is used again. */
  hear(): void {
    if (this.scan?.serviceData?.[0]?.serviceUuid !== GATT.service) return;
    this.#onScanned({ device: { deviceId: 'a watch' } });
    for (const { address, advert } of this.locks) {
      const memory = Uint8Array.of(7, ...advert);
      const serviceData = { [GATT.service]: new DataView(memory.buffer, 1) };
      this.#onScanned({ device: { deviceId: address }, serviceData });
      memory.fill(0);
    }
  }

  connect(id: string, onDisconnect?: (id: string) => void, options?: { timeout?: number }) {
    return this.#queue(async () => {
      if (onDisconnect) this.#onDisconnect.set(id, onDisconnect);
      if (this.connections.has(id)) return;
      const lock = this.locks.find(({ address }) => address === id);
      await this.#wait();
      // Without a timeout a lock that is away would hold the queue.
      if (!lock?.isInRange && options?.timeout === undefined) await new Promise(() => undefined);
      if (!lock?.isInRange || lock.failsNow('connect')) throw new Error('Connection timeout.');
      const phone: PhoneEnd = {
        isSubscribed: false,
        notified: (bytes) => {
          const view = new DataView(Uint8Array.of(7, 7, ...bytes).buffer, 2);
          this.notified.get(id)?.(view);
        },
        dropped: () => this.#drop(id),
      };
      this.connections.set(id, { lock, phone });
      lock.attach(phone);
    });
  }

  disconnect(id: string) {
    return this.#queue(async () => {
      const connection = this.connections.get(id);
      connection?.lock.detach(connection.phone);
      this.#drop(id);
    });
  }

  getMtu(id: string): Promise<number> {
    return this.#operate(id, 'mtu', () => {
      if (this.mtu === null) throw new Error('getMtu is not available on web.');
      return this.mtu;
    });
  }

  read(id: string, service: string, uuid: string): Promise<DataView> {
    return this.#operate(id, 'read', ({ lock }) => {
      if (service !== GATT.service || uuid !== GATT.info)
        throw new Error('Characteristic not found.');
      return new DataView(lock.capabilities.slice().buffer);
    });
  }

  writeWithoutResponse(id: string, service: string, uuid: string, value: DataView) {
    // The plugin turns it into text when its turn comes.
    return this.#operate(id, 'write', ({ lock }) => {
      if (service !== GATT.service || uuid !== GATT.rx)
        throw new Error('Characteristic not found.');
      lock.take(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    });
  }

  startNotifications(id: string, service: string, uuid: string, callback: (v: DataView) => void) {
    return this.#operate(id, 'subscribe', ({ phone }) => {
      if (service !== GATT.service || uuid !== GATT.tx)
        throw new Error('Characteristic not found.');
      this.notified.set(id, callback);
      phone.isSubscribed = true;
    });
  }

  stopNotifications(id: string) {
    return this.#queue(async () => {
      this.notified.delete(id);
      const connection = this.connections.get(id);
      if (connection === undefined) throw new Error('Not connected to device.');
      connection.phone.isSubscribed = false;
    });
  }

  #drop(id: string): void {
    if (this.connections.delete(id)) this.#onDisconnect.get(id)?.(id);
  }

  #operate<T>(
    id: string,
    name: string,
    work: (connection: { readonly lock: FakeLock; readonly phone: PhoneEnd }) => T,
  ): Promise<T> {
    return this.#queue(async () => {
      await this.#wait();
      const connection = this.connections.get(id);
      if (connection === undefined) throw new Error('Not connected to device.');
      if (connection.lock.failsNow(name)) throw new Error(`${name} failed.`);
      return work(connection);
    });
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
