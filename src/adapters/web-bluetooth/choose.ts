/** The browser's chooser, and why nothing was chosen. */
import type { Outcome } from '../../values/outcome.js';
import { GATT } from '../gatt/gatt-radio.js';
import type { WebBluetooth, WebBluetoothDevice } from './web-bluetooth.js';

/** Why there is no lock after the chooser. */
export type ChooseCode =
  /** No Bluetooth adapter, or it is switched off. */
  | 'no_adapter'
  /** The person closed the chooser, or no lock was in it. */
  | 'cancelled'
  /** Not in a click, or the page may not use Bluetooth. */
  | 'not_allowed'
  /** This browser tells pages no adverts, and without one no session can begin. */
  | 'adverts_not_told'
  /** The chosen lock showed no advert in time: touch it, and choose again. */
  | 'not_heard'
  /** Whatever else the browser says. */
  | 'failed';

/** Shows the chooser with all locks in range. */
export async function chooseDevice(
  bluetooth: WebBluetooth,
): Promise<Outcome<WebBluetoothDevice, ChooseCode>> {
  try {
    // First of all: any waiting before it could cost the click.
    const filters = [{ services: [GATT.service as string] }];
    return { ok: true, value: await bluetooth.requestDevice({ filters }) };
  } catch (error) {
    const { name, message } = error as { name?: unknown; message?: unknown };
    return { ok: false, code: await codeOf(bluetooth, name), detail: String(message) };
  }
}

async function codeOf(bluetooth: WebBluetooth, name: unknown): Promise<ChooseCode> {
  if (name === 'SecurityError' || name === 'NotAllowedError') return 'not_allowed';
  if (name !== 'NotFoundError') return 'failed';
  // One name for both; only the availability tells them apart.
  const isAvailable = await bluetooth.getAvailability().catch(() => true);
  return isAvailable ? 'cancelled' : 'no_adapter';
}
