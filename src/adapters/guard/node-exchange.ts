/** HTTP messages of Node as exchanges: the bytes of a body up to a cap, headers, and whether the caller is still there. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Exchange } from '../authzen/exchange.js';
import { gatherBytes } from '../gathered-bytes.js';

/**
 * Reads a body's bytes and calls back once: with `undefined` where it ended early. Longer ones come as something just as
 * refusable. By a callback, so that a question needs no promise.
 * @param said - the `Content-Length`, where there is one.
 */
export type BodyReader = (
  stream: Readable,
  said: string | undefined,
  done: (bytes: Uint8Array | undefined) => void,
) => void;

/** Makes the reader of bodies of at most `most` bytes. Of a longer one no more is kept, only that it is longer. */
export function bodyReader(most: number): BodyReader {
  const tooLong = new Uint8Array(most + 1);
  return (stream, said, done) => {
    if (Number(said) > most) done(tooLong);
    else readBytes(stream, most, tooLong, done);
  };
}

/** The same for whoever waits by a promise. */
export function bodyRead(
  read: BodyReader,
  stream: Readable,
  said: string | undefined,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    read(stream, said, resolve);
  });
}

/** A message of Node as an exchange. @param path - with or without a query. */
export function exchangeOf(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  path: string,
  body: Uint8Array,
  remoteAddress: string | undefined,
): Exchange {
  return new NodeExchange(incoming, pathOf(path), body, remoteAddress, () => signalOf(outgoing));
}

/**
 * An exchange whose signal is made only where it is asked for: most questions are answered without waiting. A class,
 * because each object that is written with a getter of its own gets a hidden class of its own in V8, which holds it
 * until the next whole collection: `npm run bench:serve` shows what that costs.
 */
export class NodeExchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
  readonly remoteAddress?: string;
  readonly #rawHeaders: readonly string[];
  readonly #signal: () => AbortSignal;

  constructor(
    { method, rawHeaders }: Pick<IncomingMessage, 'method' | 'rawHeaders'>,
    path: string,
    body: Uint8Array,
    remoteAddress: string | undefined,
    signal: () => AbortSignal,
  ) {
    this.method = method ?? '';
    this.path = path;
    this.body = body;
    if (remoteAddress !== undefined) this.remoteAddress = remoteAddress;
    this.#rawHeaders = rawHeaders;
    this.#signal = signal;
  }

  header(name: string): string | undefined {
    return headerOf(this.#rawHeaders, name);
  }

  get signal(): AbortSignal {
    return this.#signal();
  }
}

/** The path of a URL without its query. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** Whether what was not read of a request could be taken for the next one. */
export function isUnread(incoming: IncomingMessage): boolean {
  return !incoming.complete;
}

/** All of one name, as sent: Node keeps but the first of some, and a second `Authorization` must not go unseen. */
export function headerOf(raw: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    const header = raw[at];
    if (header?.length !== name.length || header.toLowerCase() !== name) continue;
    const value = raw[at + 1] ?? '';
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}

function readBytes(
  stream: Readable,
  most: number,
  tooLong: Uint8Array,
  done: (bytes: Uint8Array | undefined) => void,
): void {
  // Its caller hung up while somebody else was at work: nothing more would be told of it.
  if (stream.destroyed) {
    done(undefined);
    return;
  }
  const gathered = gatherBytes();
  const finish = (bytes: Uint8Array | undefined): void => {
    stream.off('data', take).off('end', end).off('close', stop).off('error', stop);
    done(bytes);
  };
  const take = (part: Buffer): void => {
    if (gathered.length + part.length <= most) gathered.add(part);
    else {
      stream.pause();
      finish(tooLong);
    }
  };
  const end = (): void => finish(gathered.whole());
  const stop = (): void => finish(undefined);
  stream.on('data', take).on('end', end).on('close', stop).on('error', stop);
}

function signalOf(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (!outgoing.writableFinished) controller.abort();
  };
  if (outgoing.destroyed || outgoing.socket?.destroyed === true) stop();
  else outgoing.once('close', stop);
  return controller.signal;
}
