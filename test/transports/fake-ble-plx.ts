/**
 * react-native-ble-plx 3.5 as its documentation and sources tell it: operations of a device one after the
 * other, monitors that end in an error, no word when a monitor is on, MTU 23 until it is asked for.
 */
import type {
  BlePlxCharacteristic,
  BlePlxDevice,
  BlePlxError,
  BlePlxManager,
  BlePlxScanOptions,
} from '../../src/adapters/ble-plx/ble-plx.js';
import { GATT } from '../../src/adapters/gatt/gatt-radio.js';
import type { FakeLock, PhoneEnd, Wait } from './fake-lock.js';

/** A `BleError`. */
export class FakeBleError extends Error implements BlePlxError {
  readonly errorCode: number;
  readonly androidErrorCode: number | null;
  readonly iosErrorCode = null;

  constructor(errorCode: number, androidErrorCode: number | null = null) {
    super(`BleError ${errorCode}`);
    this.errorCode = errorCode;
    this.androidErrorCode = androidErrorCode;
  }
}

type Monitor = Parameters<BlePlxManager['monitorCharacteristicForDevice']>[3];
type Lost = Parameters<BlePlxManager['onDeviceDisconnected']>[1];

interface Connection {
  readonly lock: FakeLock;
  readonly phone: PhoneEnd;
  readonly monitors: Set<Monitor>;
  mtu: number;
  isDiscovered: boolean;
  /** The operation before. */
  last: Promise<unknown>;
}

/** `new BleManager()` with some locks around it. */
export class FakeBlePlx implements BlePlxManager {
  readonly locks: readonly FakeLock[];
  readonly connections = new Map<string, Connection>();
  readonly lostListeners = new Set<readonly [id: string, listener: Lost]>();
  scan: { readonly uuids: string[] | null; readonly options: BlePlxScanOptions | null } | null =
    null;
  /** The MTU that the locks agree to; null: the request fails. */
  grantedMtu: number | null = 517;
  #onScanned: Parameters<BlePlxManager['startDeviceScan']>[2] = () => undefined;
  readonly #cancels = new Map<string, (error: Error) => void>();
  readonly #wait: Wait;

  constructor(locks: readonly FakeLock[], wait: Wait) {
    this.locks = locks;
    this.#wait = wait;
  }

  async startDeviceScan(
    ...[uuids, options, listener]: Parameters<BlePlxManager['startDeviceScan']>
  ) {
    this.scan = { uuids, options };
    this.#onScanned = listener;
    await this.#wait();
    void this.#wait().then(() => this.hear());
  }

  async stopDeviceScan() {
    this.scan = null;
    await this.#wait();
  }

  /** All adverts come by. iOS writes UUIDs in capitals in places. */
  hear(): void {
    if (this.scan === null) return;
    this.#onScanned(null, { id: 'a watch', mtu: 23, serviceData: null });
    this.#onScanned(null, { id: 'a lamp', mtu: 23, serviceData: { fe0f: 'AAAA' } });
    for (const { address, advert } of this.locks) {
      const serviceData = { [GATT.service.toUpperCase()]: base64(advert) };
      this.#onScanned(null, { id: address, mtu: 23, serviceData });
    }
  }

  /** The scan ends by itself: Bluetooth was switched off, or the permission taken away. */
  failScan(error: BlePlxError): void {
    this.#onScanned(error, null);
  }

  async connectToDevice(id: string): Promise<BlePlxDevice> {
    const lock = this.locks.find(({ address }) => address === id);
    if (lock === undefined) throw new FakeBleError(204);
    if (this.connections.has(id)) throw new FakeBleError(203);
    const cancelled = new Promise<never>((_, reject) => this.#cancels.set(id, reject));
    cancelled.catch(() => undefined);
    const found = lock.isInRange ? this.#wait() : new Promise<void>(() => undefined);
    await Promise.race([found, cancelled]);
    if (lock.failsNow('connect')) throw new FakeBleError(200);
    this.#attach(id, lock);
    return { id, mtu: 23, serviceData: null };
  }

  async cancelDeviceConnection(id: string): Promise<unknown> {
    this.#cancels.get(id)?.(new FakeBleError(2));
    const connection = this.connections.get(id);
    if (connection === undefined) throw new FakeBleError(205);
    connection.lock.detach(connection.phone);
    this.#drop(id, connection, null);
    await this.#wait();
    return undefined;
  }

  onDeviceDisconnected(id: string, listener: Lost) {
    const entry = [id, listener] as const;
    this.lostListeners.add(entry);
    return { remove: () => void this.lostListeners.delete(entry) };
  }

  async discoverAllServicesAndCharacteristicsForDevice(id: string) {
    await this.#operate(id, 'discover');
    (this.connections.get(id) as Connection).isDiscovered = true;
  }

  async requestMTUForDevice(id: string, mtu: number): Promise<BlePlxDevice> {
    const connection = await this.#operate(id, 'mtu');
    if (this.grantedMtu === null) throw new FakeBleError(206);
    connection.mtu = Math.min(mtu, this.grantedMtu);
    return { id, mtu: connection.mtu, serviceData: null };
  }

  async readCharacteristicForDevice(id: string, service: string, uuid: string) {
    const { lock } = await this.#operate(id, 'read', [service, uuid, GATT.info]);
    return { value: base64(lock.capabilities) };
  }

  async writeCharacteristicWithoutResponseForDevice(
    id: string,
    service: string,
    uuid: string,
    text: string,
  ) {
    const bytes = new Uint8Array(Buffer.from(text, 'base64'));
    const { lock, mtu } = await this.#operate(id, 'write', [service, uuid, GATT.rx]);
    if (bytes.length > mtu - 3) throw new FakeBleError(401);
    lock.take(bytes);
  }

  monitorCharacteristicForDevice(id: string, service: string, uuid: string, listener: Monitor) {
    const connection = this.connections.get(id);
    connection?.monitors.add(listener);
    this.#operate(id, 'subscribe', [service, uuid, GATT.tx]).then(
      ({ phone, monitors }) => {
        phone.isSubscribed = monitors.size > 0;
      },
      (error) => listener(error, null),
    );
    return {
      // Its own cancellation is told as an error, later.
      remove: () => {
        if (!connection?.monitors.delete(listener)) return;
        void this.#wait().then(() => listener(new FakeBleError(2), null));
      },
    };
  }

  #attach(id: string, lock: FakeLock): void {
    const monitors = new Set<Monitor>();
    const phone: PhoneEnd = {
      isSubscribed: false,
      notified: (bytes) => {
        const heard: BlePlxCharacteristic = { value: base64(bytes) };
        for (const monitor of [...monitors]) monitor(null, heard);
      },
      dropped: (how) => this.#drop(id, connection, new FakeBleError(201, how === 'lost' ? 8 : 19)),
    };
    const last = Promise.resolve();
    const connection: Connection = { lock, phone, monitors, mtu: 23, isDiscovered: false, last };
    this.connections.set(id, connection);
    lock.attach(phone);
  }

  #drop(id: string, connection: Connection, error: FakeBleError | null): void {
    if (this.connections.get(id) !== connection) return;
    this.connections.delete(id);
    for (const monitor of [...connection.monitors]) monitor(error ?? new FakeBleError(201), null);
    for (const [of, listener] of [...this.lostListeners]) {
      if (of === id) listener(error, { id, mtu: 23, serviceData: null });
    }
  }

  async #operate(id: string, name: string, what?: readonly [string, string, string]) {
    const connection = this.connections.get(id);
    if (connection === undefined) throw new FakeBleError(205);
    const mine = connection.last.then(this.#wait);
    connection.last = mine;
    await mine;
    if (this.connections.get(id) !== connection) throw new FakeBleError(201);
    if (what !== undefined) {
      const [service, uuid, wanted] = what;
      if (!connection.isDiscovered) throw new FakeBleError(303);
      if (service !== GATT.service || uuid !== wanted) throw new FakeBleError(404);
    }
    if (connection.lock.failsNow(name)) throw new FakeBleError(401);
    return connection;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
