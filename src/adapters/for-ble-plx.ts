/** Locks over the Bluetooth of a React Native app (`doorwright/ble-plx`): `blePlxTransport`. */
export type {
  Link,
  LinkEnd,
  LinkEvent,
  Sighting,
  Transport,
} from '../../protocol/session/transport.js';
export type {
  BlePlxCharacteristic,
  BlePlxDevice,
  BlePlxError,
  BlePlxManager,
  BlePlxScanOptions,
  BlePlxSubscription,
} from './ble-plx/ble-plx.js';
export { type BlePlxOptions, blePlxTransport } from './ble-plx/transport.js';
export { GATT, type GattOptions } from './gatt/gatt-radio.js';
