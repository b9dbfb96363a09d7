/** Locks over the Bluetooth of a browser (`doorwright/web-bluetooth`): `webBluetoothTransport`. */
export type {
  Link,
  LinkEnd,
  LinkEvent,
  Sighting,
  Transport,
} from '../../protocol/session/transport.js';
export type { Outcome } from '../values/outcome.js';
export { GATT, type GattOptions } from './gatt/gatt-radio.js';
export type { ChooseCode } from './web-bluetooth/choose.js';
export {
  type WebBluetoothOptions,
  type WebBluetoothTransport,
  webBluetoothTransport,
} from './web-bluetooth/transport.js';
export type {
  WebAdvertEvent,
  WebBluetooth,
  WebBluetoothCharacteristic,
  WebBluetoothDevice,
  WebBluetoothServer,
  WebBluetoothService,
  WebEvents,
} from './web-bluetooth/web-bluetooth.js';
