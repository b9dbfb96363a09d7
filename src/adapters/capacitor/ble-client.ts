/**
 * What is used of @capacitor-community/bluetooth-le (8.3), as its `BleClient` has it: one queue for all that
 * is asked, and bytes as views.
 */

/** `BleClient`. */
export interface CapacitorBleClient {
  /** Asks for the permissions; the app calls it, before anything else. */
  initialize(options?: { androidNeverForLocation?: boolean }): Promise<void>;
  /** Tells adverts until `stopLEScan`. */
  requestLEScan(
    options: CapacitorScanOptions,
    callback: (result: CapacitorScanResult) => void,
  ): Promise<void>;
  /** Ends the scan. */
  stopLEScan(): Promise<void>;
  /** Connects; `timeout` in milliseconds, after which it rejects. `onDisconnect` is also told of an end that was asked for. */
  connect(
    deviceId: string,
    onDisconnect?: (deviceId: string) => void,
    options?: { timeout?: number },
  ): Promise<void>;
  /** Ends a connection. */
  disconnect(deviceId: string): Promise<void>;
  /** Rejects on the web; -1 on Android before it is known. */
  getMtu(deviceId: string): Promise<number>;
  /** Reads a value. */
  read(deviceId: string, service: string, characteristic: string): Promise<DataView>;
  /** Writes bytes; that it resolves says nothing of the device. */
  writeWithoutResponse(
    deviceId: string,
    service: string,
    characteristic: string,
    value: DataView,
  ): Promise<void>;
  /** Subscribes; from its answer on, every notification is told. */
  startNotifications(
    deviceId: string,
    service: string,
    characteristic: string,
    callback: (value: DataView) => void,
  ): Promise<void>;
  /** Ends that, and takes the listener away; rejects where the connection is gone. */
  stopNotifications(deviceId: string, service: string, characteristic: string): Promise<void>;
}

/** What to scan for. */
export interface CapacitorScanOptions {
  services?: string[];
  serviceData?: { serviceUuid: string }[];
  allowDuplicates?: boolean;
  allowExtendedAdvertising?: boolean;
  scanMode?: number;
}

/** One advert. */
export interface CapacitorScanResult {
  readonly device: { readonly deviceId: string };
  readonly serviceData?: Readonly<Record<string, DataView>>;
}
