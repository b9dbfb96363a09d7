/**
 * Web Bluetooth as its specification tells it: a chooser, one GATT operation at a time for a device, objects
 * that end with the connection, `disconnect` that aborts a `connect` under way and fires the event too.
 */

import { GATT } from '../../src/adapters/gatt/gatt-radio.js';
import type {
  WebAdvertEvent,
  WebBluetooth,
  WebBluetoothCharacteristic,
  WebBluetoothDevice,
  WebBluetoothServer,
} from '../../src/adapters/web-bluetooth/web-bluetooth.js';
import type { FakeLock, PhoneEnd, Wait } from './fake-lock.js';

/** An error as the DOM makes it. */
export function domError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Things with events. */
class Events {
  readonly listeners = new Map<string, Set<(event: WebAdvertEvent) => void>>();

  addEventListener(type: string, listener: (event: WebAdvertEvent) => void): void {
    const all = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, all.add(listener));
  }

  removeEventListener(type: string, listener: (event: WebAdvertEvent) => void): void {
    this.listeners.get(type)?.delete(listener);
  }

  fire(type: string, event: WebAdvertEvent = {}): void {
    for (const listener of [...(this.listeners.get(type) ?? [])]) listener(event);
  }
}

/** `navigator.bluetooth` with some locks around it. */
export class FakeWebBluetooth implements WebBluetooth {
  readonly devices: FakeDevice[];
  /** What the person does with the chooser: picks a device, or makes it fail. */
  choice: () => FakeDevice;
  isAvailable = true;

  constructor(locks: readonly FakeLock[], wait: Wait) {
    this.devices = locks.map((lock) => new FakeDevice(lock, wait));
    this.choice = () => this.devices[0] as FakeDevice;
  }

  async requestDevice({ filters }: Parameters<WebBluetooth['requestDevice']>[0]) {
    if (filters[0]?.services[0] !== GATT.service) throw new TypeError('filters must not be empty');
    return this.choice();
  }

  getAvailability = async () => this.isAvailable;
}

/** A device that can be chosen. */
export class FakeDevice extends Events implements WebBluetoothDevice {
  readonly lock: FakeLock;
  readonly id: string;
  readonly gatt: FakeServer;
  readonly watching = new Set<AbortSignal>();
  watchAdvertisements?: WebBluetoothDevice['watchAdvertisements'];

  constructor(lock: FakeLock, wait: Wait) {
    super();
    this.lock = lock;
    this.id = lock.address;
    this.gatt = new FakeServer(this, wait);
    this.watchAdvertisements = async ({ signal }) => {
      this.watching.add(signal);
      signal.addEventListener('abort', () => this.watching.delete(signal));
      await wait();
      void wait().then(() => this.hear());
    };
  }

  /** The lock's advert comes by, in memory that is used for other things too. */
  hear(service: string = GATT.service): void {
    if (this.watching.size === 0) return;
    const memory = Uint8Array.of(9, 9, ...this.lock.advert, 9);
    const view = new DataView(memory.buffer, 2, this.lock.advert.length);
    this.fire('advertisementreceived', { serviceData: new Map([[service, view]]) });
    memory.fill(0);
  }
}

class FakeServer implements WebBluetoothServer {
  readonly #device: FakeDevice;
  readonly #wait: Wait;
  phone: PhoneEnd | null = null;
  /** All that were ever found. */
  readonly characteristics: FakeCharacteristic[] = [];
  #abort: ((error: Error) => void) | null = null;
  #isBusy = false;

  constructor(device: FakeDevice, wait: Wait) {
    this.#device = device;
    this.#wait = wait;
  }

  async connect(): Promise<WebBluetoothServer> {
    const { lock } = this.#device;
    const aborted = new Promise<never>((_, reject) => {
      this.#abort = reject;
    });
    aborted.catch(() => undefined);
    // A device out of range is waited for, for ever.
    const found = lock.isInRange ? this.#wait() : new Promise<void>(() => undefined);
    await Promise.race([found, aborted]);
    if (lock.failsNow('connect')) throw domError('NetworkError', 'Connection attempt failed.');
    const phone: PhoneEnd = {
      isSubscribed: false,
      notified: () => undefined,
      dropped: () => this.#drop(phone),
    };
    this.phone = phone;
    lock.attach(phone);
    return this;
  }

  disconnect(): void {
    this.#abort?.(domError('AbortError', 'GATT Server disconnected while connecting.'));
    const { phone } = this;
    if (phone === null) return;
    this.#device.lock.detach(phone);
    this.#drop(phone);
  }

  async getPrimaryService(uuid: string) {
    const phone = this.phone;
    await this.operate(phone, 'discover', uuid === GATT.service);
    return {
      getCharacteristic: async (characteristic: string) => {
        await this.operate(phone, 'discover', Object.values<string>(GATT).includes(characteristic));
        const found = new FakeCharacteristic(
          characteristic,
          phone as PhoneEnd,
          this,
          this.#device.lock,
        );
        this.characteristics.push(found);
        return found;
      },
    };
  }

  /** One operation; a second one meanwhile is refused. */
  async operate(phone: PhoneEnd | null, name: string, isThere = true): Promise<void> {
    const { lock } = this.#device;
    if (phone === null || this.phone !== phone)
      throw domError('NetworkError', 'GATT Server is disconnected.');
    if (this.#isBusy) throw domError('NetworkError', 'GATT operation already in progress.');
    this.#isBusy = true;
    await this.#wait();
    this.#isBusy = false;
    if (this.phone !== phone) throw domError('NetworkError', 'GATT Server is disconnected.');
    if (!isThere) throw domError('NotFoundError', 'No Services matching UUID found in Device.');
    if (lock.failsNow(name))
      throw domError('NotSupportedError', 'GATT operation failed for unknown reason.');
  }

  #drop(phone: PhoneEnd): void {
    if (this.phone !== phone) return;
    this.phone = null;
    this.#device.fire('gattserverdisconnected');
  }
}

class FakeCharacteristic extends Events implements WebBluetoothCharacteristic {
  value: DataView | undefined;
  readonly #uuid: string;
  readonly #phone: PhoneEnd;
  readonly #server: FakeServer;
  readonly #lock: FakeLock;

  constructor(uuid: string, phone: PhoneEnd, server: FakeServer, lock: FakeLock) {
    super();
    this.#uuid = uuid;
    this.#phone = phone;
    this.#server = server;
    this.#lock = lock;
  }

  async readValue(): Promise<DataView> {
    await this.#server.operate(this.#phone, 'read', this.#uuid === GATT.info);
    return new DataView(this.#lock.capabilities.slice().buffer);
  }

  async writeValueWithoutResponse(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.length > 512) throw domError('InvalidModificationError', 'Value is too long.');
    await this.#server.operate(this.#phone, 'write', this.#uuid === GATT.rx);
    this.#lock.take(bytes);
  }

  async startNotifications(): Promise<unknown> {
    await this.#server.operate(this.#phone, 'subscribe', this.#uuid === GATT.tx);
    this.#phone.isSubscribed = true;
    this.#phone.notified = (bytes) => {
      this.value = new DataView(Uint8Array.of(0, ...bytes).buffer, 1);
      this.fire('characteristicvaluechanged');
    };
    return this;
  }
}
