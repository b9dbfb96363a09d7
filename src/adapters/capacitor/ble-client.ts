/**
 * What is used of @capacitor-community/bluetooth-le (8.3), as its `BleClient` has it: one queue for all that
 * is asked, and bytes as views.
 */

/** `BleClient`. */
export interface CapacitorBleClient {
  initialize(options?: { androidNeverForLocation?: boolean }): Promise<void>;
  requestLEScan(
    options: CapacitorScanOptions,
    callback: (result: CapacitorScanResult) => void,
  ): Promise<void>;
  stopLEScan(): Promise<void>;
  connect(
    deviceId: string,
    onDisconnect?: (deviceId: string) => void,
    options?: { timeout?: number },
  ): Promise<void>;
  disconnect(deviceId: string): Promise<void>;
  /** Rejects on the web; -1 on Android before it is known. */
  getMtu(deviceId: string): Promise<number>;
  read(deviceId: string, service: string, characteristic: string): Promise<DataView>;
  writeWithoutResponse(
    deviceId: string,
    service: string,
    characteristic: string,
    value: DataView,
  ): Promise<void>;
  startNotifications(
    deviceId: string,
    service: string,
    characteristic: string,
    callback: (value: DataView) => void,
  ): Promise<void>;
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
