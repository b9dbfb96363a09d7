/**
 * What is used of react-native-ble-plx (3.5), as its `BleManager` has it. All bytes are base64; all UUIDs are
 * text; every error is a `BleError`.
 */

/** `new BleManager()`. */
export interface BlePlxManager {
  /** Tells adverts to the listener, of these services alone unless null, and an error when the scan ends by itself. */
  startDeviceScan(
    uuids: string[] | null,
    options: BlePlxScanOptions | null,
    listener: (error: BlePlxError | null, device: BlePlxDevice | null) => void,
  ): Promise<void> | void;
  /** Ends the scan. */
  stopDeviceScan(): Promise<void> | void;
  /** Connects; `timeout` in milliseconds, after which it rejects. */
  connectToDevice(id: string, options?: { timeout?: number }): Promise<BlePlxDevice>;
  /** Ends a connection, or the attempt at one; rejects where there is none. */
  cancelDeviceConnection(id: string): Promise<unknown>;
  /** Tells the end of a connection, whoever ended it; the error may be null. */
  onDeviceDisconnected(
    id: string,
    listener: (error: BlePlxError | null, device: BlePlxDevice) => void,
  ): BlePlxSubscription;
  /** Needed once for each connection, before anything is read or written. */
  discoverAllServicesAndCharacteristicsForDevice(id: string): Promise<unknown>;
  /** On iOS it changes nothing and tells the MTU there is. */
  requestMTUForDevice(id: string, mtu: number): Promise<BlePlxDevice>;
  /** Reads a value. */
  readCharacteristicForDevice(
    id: string,
    service: string,
    characteristic: string,
  ): Promise<BlePlxCharacteristic>;
  /** Writes bytes; resolves when the phone took them, which says nothing of the device. */
  writeCharacteristicWithoutResponseForDevice(
    id: string,
    service: string,
    characteristic: string,
    base64: string,
  ): Promise<unknown>;
  /** Subscribes and tells every notification; an error when that ends. Nothing tells when it begins. */
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
  /** Ends it. */
  remove(): void;
}
