/** One scan for all who listen: phones have one scanner, and starting it anew often is punished by Android. */
import type { Sighting } from '../../../protocol/session/transport.js';
import type { GattRadio } from './gatt-radio.js';

/** Begins to tell a listener every advert; the answer ends it. */
export type Listen = (onSighting: (sighting: Sighting) => void) => () => void;

/** Scans while somebody listens. A scan that fails is tried again when the next one begins to listen. */
export function sharedScan(radio: GattRadio, onFault: (error: unknown) => void): Listen {
  const scan = new SharedScan(radio, onFault);
  return (onSighting) => scan.listen(onSighting);
}

class SharedScan {
  readonly #radio: GattRadio;
  readonly #onFault: (error: unknown) => void;
  readonly #listeners = new Set<{ readonly onSighting: (sighting: Sighting) => void }>();
  #isOn = false;
  #isTurning = false;
  /** A scan failed, and the library may still hold something of it. */
  #isStale = false;

  constructor(radio: GattRadio, onFault: (error: unknown) => void) {
    this.#radio = radio;
    this.#onFault = onFault;
  }

  listen(onSighting: (sighting: Sighting) => void): () => void {
    const listener = { onSighting };
    this.#listeners.add(listener);
    if (!this.#isTurning) void this.#turn();
    return () => {
      this.#listeners.delete(listener);
      if (!this.#isTurning) void this.#turn();
    };
  }

  /** Turns the scan on or off until it is as the listeners want it. */
  async #turn(): Promise<void> {
    this.#isTurning = true;
    await Promise.resolve();
    let hasFailed = false;
    while (!hasFailed && this.#isOn !== this.#listeners.size > 0) {
      const on = !this.#isOn;
      this.#isOn = on;
      try {
        await (on ? this.#start() : this.#radio.stopScan());
      } catch (error) {
        this.#fail(error);
      }
      hasFailed = on && !this.#isOn;
    }
    this.#isTurning = false;
  }

  async #start(): Promise<void> {
    // Else react-native-ble-plx tells every advert to both, the scan that failed and the new one.
    if (this.#isStale) await this.#radio.stopScan().catch(() => undefined);
    this.#isStale = false;
    await this.#radio.startScan(
      (sighting) => this.#tell(sighting),
      (error) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    this.#isOn = false;
    this.#isStale = true;
    this.#onFault(error);
  }

  #tell({ address, advert }: Sighting): void {
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener.onSighting({ address, advert: advert.slice() });
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
