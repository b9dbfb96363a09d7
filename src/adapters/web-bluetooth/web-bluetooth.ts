/**
 * What is used of Web Bluetooth, as a browser has it: the types of the DOM are not this library's.
 * @see https://webbluetoothcg.github.io/web-bluetooth/
 */

/** `navigator.bluetooth`. */
export interface WebBluetooth {
  requestDevice(options: {
    readonly filters: { readonly services: string[] }[];
  }): Promise<WebBluetoothDevice>;
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
  connect(): Promise<WebBluetoothServer>;
  disconnect(): void;
  getPrimaryService(uuid: string): Promise<WebBluetoothService>;
}

/** One service of it. */
export interface WebBluetoothService {
  getCharacteristic(uuid: string): Promise<WebBluetoothCharacteristic>;
}

/** One characteristic of a service. */
export interface WebBluetoothCharacteristic extends WebEvents {
  readonly value?: DataView | undefined;
  readValue(): Promise<DataView>;
  writeValueWithoutResponse(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  startNotifications(): Promise<unknown>;
}

/** Whatever tells events. */
export interface WebEvents {
  addEventListener(type: string, listener: (event: WebAdvertEvent) => void): void;
  removeEventListener(type: string, listener: (event: WebAdvertEvent) => void): void;
}

/** What an event tells; service data only of an advert. */
export interface WebAdvertEvent {
  readonly type?: string;
  readonly serviceData?: ReadonlyMap<string, DataView> | undefined;
}
