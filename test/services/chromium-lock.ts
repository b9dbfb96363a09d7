/**
 * A lock in the air around an emulated Bluetooth adapter. The browser's GATT is real; what answers it is a
 * lock of this library, or whatever else a test wants to answer.
 */
import type { CDPSession } from 'playwright-core';
import type { ByteBridge } from '../../src/adapters/byte-bridge.js';
import { GATT } from '../../src/adapters/gatt/gatt-radio.js';

/** What a test hears of the browser, and what it answers. */
export interface EmulatedGatt {
  readonly capabilities: Uint8Array;
  /** The browser listens: before, it could be answered nothing. */
  connected(): void;
  /** Takes a frame written to RX and gives the frames to notify; null: hangs up after nothing. */
  frame(bytes: Uint8Array): readonly Uint8Array[] | null;
  disconnected(): void;
}

/** The lock's end. */
export interface EmulatedLock {
  readonly address: string;
  /** Operations of the browser in order, by their names in the protocol. */
  readonly operations: string[];
  /** Not 0: connecting fails with this code. */
  connectCode: number;
  notify(frame: Uint8Array): void;
  /** Ends the connection once everything notified so far has arrived. */
  hangUp(): Promise<void>;
  /** The page ended the connection, which the emulation tells nobody. Resolves when it may connect again. */
  left(): Promise<void>;
  /** Shows an advert once; only who watches hears it. */
  advertise(advert: Uint8Array): Promise<void>;
}

/** Puts a lock into the air, known to the browser's host so that the chooser lists it. */
export async function emulateLock(
  air: CDPSession,
  address: string,
  gatt: EmulatedGatt,
): Promise<EmulatedLock> {
  const lock = new Emulated(air, address, gatt);
  await lock.appear();
  return lock;
}

/** A lock of this library behind it, whose notifications are as long as this MTU allows. */
export function bridgeGatt(
  bridge: ByteBridge,
  capabilities: Uint8Array,
  mtu: number,
): EmulatedGatt {
  return {
    capabilities,
    connected: () => bridge.connect(mtu),
    frame: (bytes) => {
      const frames = bridge.handleFrame(bytes);
      return frames.length === 0 && !bridge.isConnected ? null : frames;
    },
    disconnected: () => bridge.disconnect(),
  };
}

/** Without it no browser subscribes. */
const CLIENT_CONFIGURATION = '00002902-0000-1000-8000-00805f9b34fb';
/** ATT "unlikely error". */
const UNLIKELY = 0x0e;

class Emulated implements EmulatedLock {
  readonly address: string;
  readonly operations: string[] = [];
  connectCode = 0;
  readonly #air: CDPSession;
  readonly #gatt: EmulatedGatt;
  readonly #uuids = new Map<string, string>();
  readonly #notifications: Uint8Array[] = [];
  /** The characteristic whose value the browser waits for. */
  #awaited: string | null = null;
  #isConnected = false;
  #isSubscribed = false;
  #onAllSaid: () => void = () => undefined;
  #defined: Promise<void> = Promise.resolve();

  constructor(air: CDPSession, address: string, gatt: EmulatedGatt) {
    this.address = address;
    this.#air = air;
    this.#gatt = gatt;
    air.on('BluetoothEmulation.gattOperationReceived', (event) => {
      if (event.address === address) void this.#connection(event.type);
    });
    air.on('BluetoothEmulation.characteristicOperationReceived', (event) => {
      const uuid = this.#uuids.get(event.characteristicId);
      if (uuid !== undefined) void this.#operation(event.characteristicId, uuid, event);
    });
  }

  async appear(): Promise<void> {
    await this.#air.send('BluetoothEmulation.simulatePreconnectedPeripheral', {
      address: this.address,
      name: 'Lock',
      manufacturerData: [],
      knownServiceUuids: [GATT.service],
    });
    await this.#define();
  }

  notify(frame: Uint8Array): void {
    this.#notifications.push(frame.slice());
    void this.#push();
  }

  async hangUp(): Promise<void> {
    // A read that is still to come would swallow the event that tells the page of the end.
    if (this.#isSubscribed && this.#awaited === null) {
      await new Promise<void>((resolve) => {
        this.#onAllSaid = resolve;
      });
    }
    await this.#end();
  }

  async left(): Promise<void> {
    await this.#end();
  }

  async advertise(advert: Uint8Array): Promise<void> {
    // Who connects while the end of a connection is under way finds half a table.
    await this.#defined;
    const data = Buffer.from(advert).toString('base64');
    const scanRecord = {
      name: 'Lock',
      uuids: [GATT.service],
      // "Optional", and the browser hangs without them.
      appearance: 0,
      txPower: 0,
      manufacturerData: [{ key: 0xffff, data }],
    };
    const entry = { deviceAddress: this.address, rssi: -50, scanRecord };
    await this.#air.send('BluetoothEmulation.simulateAdvertisement', { entry });
  }

  /** Whoever waits for the end of this connection is heard too: there is one. */
  #end(): Promise<void> {
    if (!this.#isConnected) return this.#defined;
    this.#isConnected = false;
    this.#isSubscribed = false;
    // A browser that is closing does none of it.
    this.#defined = this.#drop().catch(() => undefined);
    this.#onAllSaid();
    return this.#defined;
  }

  async #drop(): Promise<void> {
    const { address } = this;
    const awaited = this.#awaited;
    this.#awaited = null;
    this.#notifications.length = 0;
    // Nor does the browser tell the end while a read is under way, or it ends itself.
    if (awaited !== null) await this.#answer(awaited, 'read', UNLIKELY);
    await this.#air.send('BluetoothEmulation.simulateGATTDisconnection', { address });
    this.#gatt.disconnected();
    // The table went with the connection.
    await this.#define();
  }

  async #define(): Promise<void> {
    this.#uuids.clear();
    const { serviceId } = await this.#air.send('BluetoothEmulation.addService', {
      address: this.address,
      serviceUuid: GATT.service,
    });
    const add = async (uuid: string, properties: Record<string, boolean>): Promise<string> => {
      const { characteristicId } = await this.#air.send('BluetoothEmulation.addCharacteristic', {
        serviceId,
        characteristicUuid: uuid,
        properties,
      });
      this.#uuids.set(characteristicId, uuid);
      return characteristicId;
    };
    await add(GATT.rx, { writeWithoutResponse: true });
    await add(GATT.info, { read: true });
    await this.#air.send('BluetoothEmulation.addDescriptor', {
      characteristicId: await add(GATT.tx, { notify: true }),
      descriptorUuid: CLIENT_CONFIGURATION,
    });
  }

  async #connection(type: 'connection' | 'discovery'): Promise<void> {
    this.operations.push(type);
    const code = type === 'connection' ? this.connectCode : 0;
    // The page may be back before the end is done, and what its table lacks now it lacks until the next time.
    await this.#defined;
    if (type === 'connection') this.#isConnected = code === 0;
    const { address } = this;
    await this.#quietly('BluetoothEmulation.simulateGATTOperationResponse', {
      address,
      type,
      code,
    });
  }

  async #operation(
    id: string,
    uuid: string,
    event: { readonly type: Operation; readonly data?: string; readonly writeType?: string },
  ): Promise<void> {
    const { type, data = '', writeType } = event;
    this.operations.push(writeType ?? type);
    if (type === 'write') {
      const frames = this.#gatt.frame(new Uint8Array(Buffer.from(data, 'base64')));
      for (const frame of frames ?? []) this.notify(frame);
      if (frames === null) await this.hangUp();
    } else if (type === 'read' && uuid === GATT.tx) {
      this.#awaited = id;
      await this.#push();
      if (this.#awaited === id) this.#onAllSaid();
    } else if (type === 'read') {
      await this.#answer(id, type, 0, this.#gatt.capabilities);
    } else if (type === 'subscribe-to-notifications') {
      this.#isSubscribed = true;
      this.#gatt.connected();
      await this.#answer(id, type, 0);
    } else {
      await this.#answer(id, type, 0);
      // What is left of a page that went away.
      await this.#end();
    }
  }

  async #push(): Promise<void> {
    const [id, frame] = [this.#awaited, this.#notifications[0]];
    if (id === null || frame === undefined) return;
    this.#awaited = null;
    this.#notifications.shift();
    await this.#answer(id, 'read', 0, frame);
  }

  #answer(characteristicId: string, type: Operation, code: number, bytes?: Uint8Array) {
    const data = bytes && { data: Buffer.from(bytes).toString('base64') };
    const name = 'BluetoothEmulation.simulateCharacteristicOperationResponse';
    return this.#quietly(name, { characteristicId, type, code, ...data });
  }

  /** An answer may come after the page has hung up: then nobody wants it. */
  async #quietly<Name extends Parameters<CDPSession['send']>[0]>(
    name: Name,
    words: Parameters<CDPSession['send']>[1],
  ): Promise<void> {
    await this.#air.send(name, words as never).catch(() => undefined);
  }
}

type Operation = 'read' | 'write' | 'subscribe-to-notifications' | 'unsubscribe-from-notifications';
