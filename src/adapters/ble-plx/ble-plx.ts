/**
 * What is used of react-native-ble-plx (3.5), as its `BleManager` has it. All bytes are base64; all UUIDs are
 * text; every error is a `BleError`.
 */

/** `new BleManager()`. */
export interface BlePlxManager {
  startDeviceScan(
    uuids: string[] | null,
    options: BlePlxScanOptions | null,
    listener: (error: BlePlxError | null, device: BlePlxDevice | null) => void,
  ): Promise<void> | void;
  stopDeviceScan(): Promise<void> | void;
  connectToDevice(id: string, options?: { timeout?: number }): Promise<BlePlxDevice>;
  cancelDeviceConnection(id: string): Promise<unknown>;
  onDeviceDisconnected(
    id: string,
    listener: (error: BlePlxError | null, device: BlePlxDevice) => void,
  ): BlePlxSubscription;
  discoverAllServicesAndCharacteristicsForDevice(id: string): Promise<unknown>;
  /** On iOS it changes nothing and tells the MTU there is. */
  requestMTUForDevice(id: string, mtu: number): Promise<BlePlxDevice>;
  readCharacteristicForDevice(
    id: string,
    service: string,
    characteristic: string,
  ): Promise<BlePlxCharacteristic>;
  writeCharacteristicWithoutResponseForDevice(
    id: string,
    service: string,
    characteristic: string,
    base64: string,
  ): Promise<unknown>;
  monitorCharacteristicForDevice(
    id: string,
    service: string,
    characteristic: string,
    listener: (error: BlePlxError | null, characteristic: BlePlxCharacteristic | null) => void,
  ): BlePlxSubscription;
}

/** How to scan. */
export interface BlePlxScanOptions {
  allowDuplicates?: boolean;
  scanMode?: number;
  legacyScan?: boolean;
}

/** A device, as a scan or a connection tells it. */
export interface BlePlxDevice {
  readonly id: string;
  readonly mtu: number;
  /** Base64 by UUID. */
  readonly serviceData: Readonly<Record<string, string>> | null;
}

/** A characteristic with its value in base64. */
export interface BlePlxCharacteristic {
  readonly value: string | null;
}

/** What went wrong; the platform's own code says more. */
export interface BlePlxError {
  readonly errorCode: number;
  readonly androidErrorCode: number | null;
  readonly iosErrorCode: number | null;
}

/** Ends what it came from. */
export interface BlePlxSubscription {
  remove(): void;
}
