/**
 * What a phone's Bluetooth library must do for the port `Transport`. Libraries differ in how they are asked,
 * not in what they do: the link, its queue and its order of events are the same above all of them.
 */
import type { LinkEnd, Sighting } from '../../../protocol/session/transport.js';

/** The service of a lock and its three characteristics. @see protocol/README.md §5 */
export const GATT = {
  service: '432364a4-5ab7-8cf4-99ba-4e7b43780775',
  rx: 'e1f47632-b6aa-8781-88b2-38f1244429b9',
  tx: '14e74fa0-c5f1-86b6-b533-529c20484772',
  info: '20763c4b-6b76-8840-888c-98793b19e5fd',
} as const;

/** What a library was found to be like when a lock was connected. */
export interface OpenedPeer {
  /** As the library told it, right or wrong; undefined where it tells none. */
  readonly mtu: number | undefined;
  /** What INFO holds, in memory of its own. */
  readonly capabilities: Uint8Array;
}

/** Where a peer tells what happens to it, in the order it happened. */
export interface PeerListener {
  /** A notification of TX, in memory of its own. */
  frame(bytes: Uint8Array): void;
  /** The connection is over, and this side did not ask for it. */
  gone(end: Extract<LinkEnd, 'remote' | 'lost'>): void;
}

/** One connection to one lock, to be opened once and closed once or twice. */
export interface GattPeer {
  /** Connects, reads INFO and is told of TX from then on; rejects when any of it fails. */
  open(): Promise<OpenedPeer>;
  /** Writes to RX without response; resolves when the next frame may be written. */
  write(frame: Uint8Array): Promise<void>;
  /** Ends the connection, or the attempt at one, and listens to nothing any more. */
  close(): Promise<void>;
}

/** A phone's Bluetooth. */
export interface GattRadio {
  /** Tells adverts with service data of a lock until `stopScan`. `onFailed`: the scan ended by itself. */
  startScan(
    onSighting: (sighting: Sighting) => void,
    onFailed: (error: unknown) => void,
  ): Promise<void>;
  stopScan(): Promise<void>;
  peer(address: string, listener: PeerListener): GattPeer;
}

/** What every transport over GATT is told by whoever puts it together. */
export interface GattOptions {
  /**
   * Told whatever went wrong with the radio: no permission, Bluetooth switched off, a connection that failed.
   * A link says only that it is over; this is for logs and for telling a person what to switch on.
   */
  readonly onFault: (error: unknown) => void;
}
