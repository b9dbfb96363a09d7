/** Locks over react-native-ble-plx, on iOS and Android, with Hermes or JavaScriptCore. */
import type { Transport } from '../../../protocol/session/transport.js';
import { GATT, type GattOptions, type GattRadio } from '../gatt/gatt-radio.js';
import { gattTransport } from '../gatt/gatt-transport.js';
import { advertIn } from '../gatt/views.js';
import { fromBase64 } from './base64.js';
import type { BlePlxManager } from './ble-plx.js';
import { blePlxPeer } from './peer.js';

/** How to use the phone's Bluetooth. */
export interface BlePlxOptions extends GattOptions {
  /**
   * Scans only for locks whose adverts also list the service's UUID: the only scan that iOS does in the
   * background and Android with the screen off. Left out, every advert is looked at, in the foreground.
   */
  readonly onlyListed?: boolean;
  /** After how many milliseconds the library gives up to connect: 5 000 when left out, as long as a phone waits. */
  readonly connectMs?: number;
}

/**
 * Ways to all locks in range of this phone. The app asks for the permissions.
 * @param manager - `new BleManager()`, one for the whole app.
 */
export function blePlxTransport(manager: BlePlxManager, options: BlePlxOptions): Transport {
  const { onlyListed = false, connectMs = 5_000, onFault } = options;
  const radio: GattRadio = {
    startScan: async (onSighting, onFailed) => {
      const uuids = onlyListed ? [GATT.service] : null;
      await manager.startDeviceScan(uuids, SCAN, (error, device) => {
        if (error !== null) return onFailed(error);
        const data = advertIn(device?.serviceData, GATT.service);
        const advert = data === undefined ? undefined : fromBase64(data);
        if (device && advert) onSighting({ address: device.id, advert });
      });
    },
    stopScan: async () => manager.stopDeviceScan(),
    peer: (address, listener) => blePlxPeer(manager, address, listener, connectMs),
  };
  return gattTransport(radio, { onFault });
}

/**
 * A lock's advert fits no legacy advert (protocol/README.md §5); it comes anew with each touch, so that
 * duplicates matter; and somebody stands at a door: 2 is Android's low latency.
 */
const SCAN = { legacyScan: false, allowDuplicates: true, scanMode: 2 };
