/** A radio for tests: it brings one phone at a time to a bridge over its socket. */
import { connect, type Socket } from 'node:net';
import type { BridgeSignal } from '../../src/adapters/bridge.js';
import {
  type BridgePacket,
  encodePacket,
  packetReader,
} from '../../src/adapters/bridge-packets.js';

/** Where a bridge listens. */
export type Address = { readonly path: string } | { readonly port: number };

/** A client of a bridge; packets wait until they are asked for. */
export class Radio {
  readonly #socket: Socket;
  readonly #packets: (BridgePacket | null)[] = [];
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    const read = packetReader();
    socket.on('data', (piece) => {
      this.#add(...(read(new Uint8Array(piece as Buffer)) ?? [null]));
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#add(null));
  }

  /** Connects. */
  static async to(address: Address): Promise<Radio> {
    const where = 'path' in address ? address : { ...address, host: '127.0.0.1' };
    const socket = connect(where);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new Radio(socket);
  }

  say(packet: BridgePacket): void {
    this.#socket.write(encodePacket(packet));
  }

  sayBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The next packet; null when the bridge is gone. */
  async hear(): Promise<BridgePacket | null> {
    while (this.#packets.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#packets[0] === null ? null : (this.#packets.shift() as BridgePacket);
  }

  /** Presses a button of a lock, or touches it. */
  signal(lockId: string, signal: BridgeSignal): void {
    this.say({ kind: 'signal', lockId, signal });
  }

  end(): void {
    this.#socket.destroy();
  }

  #add(...packets: (BridgePacket | null)[]): void {
    this.#packets.push(...packets);
    this.#wake();
  }
}
