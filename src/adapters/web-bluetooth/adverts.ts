/** Adverts of the devices that a person chose: a page hears no others. */
import type { Sighting } from '../../../protocol/session/transport.js';
import { GATT } from '../gatt/gatt-radio.js';
import { bytesOfView } from '../gatt/views.js';
import type { WebAdvertEvent, WebBluetoothDevice } from './web-bluetooth.js';

/** Tells the adverts of one device until the answer is called. `onFailed`: the browser does not tell them. */
export function watchAdverts(
  device: WebBluetoothDevice,
  onSighting: (sighting: Sighting) => void,
  onFailed: (error: unknown) => void,
): () => void {
  const given = new AbortController();
  const onAdvert = ({ serviceData }: WebAdvertEvent) => {
    const advert = serviceData?.get(GATT.service);
    if (advert) onSighting({ address: device.id, advert: bytesOfView(advert) });
  };
  device.addEventListener('advertisementreceived', onAdvert);
  const stop = () => {
    device.removeEventListener('advertisementreceived', onAdvert);
    given.abort();
  };
  startWatching(device, given.signal).catch((error) => {
    if (given.signal.aborted) return;
    stop();
    onFailed(error);
  });
  return stop;
}

async function startWatching(device: WebBluetoothDevice, signal: AbortSignal): Promise<void> {
  if (device.watchAdvertisements === undefined) {
    throw new TypeError('this browser tells no adverts: BluetoothDevice.watchAdvertisements');
  }
  await device.watchAdvertisements({ signal });
}
