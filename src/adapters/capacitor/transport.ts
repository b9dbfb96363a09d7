/** Locks over @capacitor-community/bluetooth-le, in an app for iOS or Android. */
import type { Transport } from '../../../protocol/session/transport.js';
import { GATT, type GattOptions, type GattRadio } from '../gatt/gatt-radio.js';
import { gattTransport } from '../gatt/gatt-transport.js';
import { advertIn, bytesOfView } from '../gatt/views.js';
import type { CapacitorBleClient } from './ble-client.js';
import { capacitorPeer } from './peer.js';

/** How to use the phone's Bluetooth. */
export interface CapacitorOptions extends GattOptions {
  /**
   * Scans only for locks whose adverts also list the service's UUID: the only scan that iOS does in the
   * background. Left out, locks are found by their service data, in the foreground.
   */
  readonly onlyListed?: boolean;
  /** After how many milliseconds the plugin gives up to connect: 5 000 when left out, as long as a phone waits. */
  readonly connectMs?: number;
}

/**
 * Ways to all locks in range of this phone.
 * @param client - `BleClient`. The app calls its `initialize` first, which asks for the permissions.
 */
export function capacitorTransport(
  client: CapacitorBleClient,
  options: CapacitorOptions,
): Transport {
  const { onlyListed = false, connectMs = 5_000, onFault } = options;
  const filter = onlyListed
    ? { services: [GATT.service] }
    : { serviceData: [{ serviceUuid: GATT.service }] };
  const radio: GattRadio = {
    startScan: (onSighting) =>
      client.requestLEScan({ ...filter, ...SCAN }, ({ device, serviceData }) => {
        const advert = advertIn(serviceData, GATT.service);
        if (advert) onSighting({ address: device.deviceId, advert: bytesOfView(advert) });
      }),
    stopScan: () => client.stopLEScan(),
    peer: (address, listener) => capacitorPeer(client, address, listener, connectMs),
  };
  return gattTransport(radio, { onFault });
}

/**
 * A lock's advert fits no legacy advert (protocol/README.md §5); it comes anew with each touch, so that
 * duplicates matter; and somebody stands at a door: 2 is Android's low latency.
 */
const SCAN = { allowExtendedAdvertising: true, allowDuplicates: true, scanMode: 2 };
