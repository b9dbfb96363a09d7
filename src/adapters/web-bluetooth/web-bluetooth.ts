/**
 * What is used of Web Bluetooth, as a browser has it: the types of the DOM are not this library's.
 * @see https://webbluetoothcg.github.io/web-bluetooth/
 */

/** `navigator.bluetooth`. */
export interface WebBluetooth {
  /** Shows the chooser. Only in a click; rejects with `NotFoundError` when nothing was chosen. */
  requestDevice(options: {
    readonly filters: { readonly services: string[] }[];
  }): Promise<WebBluetoothDevice>;
  /** Whether there is an adapter that is on. */
  getAvailability(): Promise<boolean>;
  /** Devices that were chosen here before; not in every browser. */
  readonly getDevices?: (() => Promise<readonly WebBluetoothDevice[]>) | undefined;
}

/** A device that a person chose. */
export interface WebBluetoothDevice extends WebEvents {
  readonly id: string;
  readonly gatt?: WebBluetoothServer | undefined;
  /** Tells adverts; not in every browser, and then its adverts are told by nobody. */
  readonly watchAdvertisements?:
    | ((options: { readonly signal: AbortSignal }) => Promise<void>)
    | undefined;
}

/** Its GATT server. */
export interface WebBluetoothServer {
  /** Connects, however long that takes; resolves with this server. */
  connect(): Promise<WebBluetoothServer>;
  /** Ends the connection, or the attempt at one. */
  disconnect(): void;
  /** The service of a UUID in lower case; rejects where the device has none, or the page did not ask for it. */
  getPrimaryService(uuid: string): Promise<WebBluetoothService>;
}

/** One service of it. */
export interface WebBluetoothService {
  /** The characteristic of a UUID in lower case; rejects where the service has none. */
  getCharacteristic(uuid: string): Promise<WebBluetoothCharacteristic>;
}

/** One characteristic of a service. */
export interface WebBluetoothCharacteristic extends WebEvents {
  readonly value?: DataView | undefined;
  /** Its value, asked of the device. */
  readValue(): Promise<DataView>;
  /** Writes at most 512 bytes; that it resolves says nothing of the device. */
  writeValueWithoutResponse(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** From its answer on, `characteristicvaluechanged` is told. */
  startNotifications(): Promise<unknown>;
}

/** Whatever tells events. */
export interface WebEvents {
  /** As of `EventTarget`. */
  addEventListener(type: string, listener: (event: WebAdvertEvent) => void): void;
  /** As of `EventTarget`. */
  removeEventListener(type: string, listener: (event: WebAdvertEvent) => void): void;
}

/** What an event tells; service data only of an advert. */
export interface WebAdvertEvent {
  readonly type?: string;
  readonly serviceData?: ReadonlyMap<string, DataView> | undefined;
}
