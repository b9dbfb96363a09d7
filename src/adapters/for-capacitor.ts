/** Locks over the Bluetooth of a Capacitor app (`doorwright/capacitor`): `capacitorTransport`. */
export type {
  Link,
  LinkEnd,
  LinkEvent,
  Sighting,
  Transport,
} from '../../protocol/session/transport.js';
export type {
  CapacitorBleClient,
  CapacitorScanOptions,
  CapacitorScanResult,
} from './capacitor/ble-client.js';
export { type CapacitorOptions, capacitorTransport } from './capacitor/transport.js';
export { GATT, type GattOptions } from './gatt/gatt-radio.js';
