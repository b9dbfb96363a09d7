/**
 * The way to a lock as a port: Bluetooth in a phone, a bridge's wire, or memory. It carries frames and
 * promises nothing about them: all that is trusted is made by the session above it.
 */

/** Why a link is over. */
export type LinkEnd =
  /** This side asked for it. */
  | 'local'
  /** The lock did. */
  | 'remote'
  /** The radio lost it. */
  | 'lost'
  /** It never came about. */
  | 'unreachable';

/** What happens on a link, in this order: `connected` at most once, frames, `disconnected` exactly once. */
export type LinkEvent =
  | {
      readonly kind: 'connected';
      /** The ATT MTU, 23 to 517. */
      readonly mtu: number;
      /** What the INFO characteristic holds. */
      readonly capabilities: Uint8Array;
    }
  /** A notification of TX. */
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  | { readonly kind: 'disconnected'; readonly end: LinkEnd };

/** One connection to one lock. */
export interface Link {
  /**
   * Writes one frame to RX, without response. After `disconnected` it does nothing: a link may break
   * while somebody is about to write.
   * @throws TypeError before `connected`; RangeError for an empty frame or one above `mtu - 3` bytes.
   */
  send(frame: Uint8Array): void;
  /** Ends the link; a second time does nothing. */
  disconnect(): void;
}

/** A lock that was heard. */
export interface Sighting {
  /** What this transport calls it; it may change with every advert. */
  readonly address: string;
  /** Service data as shown. */
  readonly advert: Uint8Array;
}

/** A way to locks. Nothing is told during the call that asks for it, and no memory is shared. */
export interface Transport {
  /** Tells every advert heard from now on, until the returned function is called. */
  listen(onSighting: (sighting: Sighting) => void): () => void;
  /** Connects to a lock that was heard. */
  connect(address: string, onEvent: (event: LinkEvent) => void): Link;
}
