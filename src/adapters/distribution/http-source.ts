/** Feeds over HTTP, the reader's side: nothing but `fetch`, so that it runs wherever a reader does. */
import type { Acknowledgement } from '../../distribution/message.js';
import { PART_BYTES_MAX } from '../../distribution/parse-message.js';
import { SEALED_BYTES_MAX } from '../../distribution/sealed.js';
import { bodyChunks, bodyText } from '../body-chunks.js';
import { isLoopbackAddress } from '../loopback.js';
import {
  type CarriedSnapshot,
  CarrierError,
  type DeltasResult,
  type FeedSource,
} from './carrier.js';
import { FRAMES_TYPE, readFrames } from './frames.js';
import { hostTimers, type Timers } from './timers.js';

/** Where a source is. */
export interface HttpSourceOptions {
  /** Up to the base path of `feedHandler`: `https://site.example/feed/v1`. */
  readonly url: string;
  /** Sent as bearer token. A function is asked at every call, so that tokens can be renewed. */
  readonly token?: string | (() => string | Promise<string>);
  /** Default: the host's. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** How long a call, or a pause within an answer, may take beside the wait that was asked for. Default 30. */
  readonly timeoutSeconds?: number;
  /** Bytes of a snapshot, at most. Default 4 GiB. */
  readonly snapshotBytesMax?: number;
  /** Whether a token may go over `http:` to another machine. Default: no; the loopback is no other machine. */
  readonly insecure?: boolean;
  readonly timers?: Timers;
}

/** Bytes of the deltas of one answer, at most: the source sends about eight megabytes, or one delta that is longer. */
const DELTAS_BYTES_MAX = 2 * SEALED_BYTES_MAX;
const DELTAS_MAX = 1000;
/** How many times longer than the source the reader may be silent within an answer. */
const PATIENCE = 10;

/**
 * A source over HTTP.
 * @throws TypeError for an address that is none, or that would send a token in the clear.
 */
export function httpSource(options: HttpSourceOptions): FeedSource {
  const base = new URL(options.url);
  if (base.protocol !== 'https:' && base.protocol !== 'http:') {
    throw new TypeError(`not an address of the web \`${base.protocol}\``);
  }
  const isOpen =
    base.protocol === 'http:' && !isLoopbackAddress(base.hostname.replace(/^\[|\]$/gu, ''));
  if (isOpen && options.insecure !== true) throw new TypeError('a feed names people: use https');
  const path = base.href.replace(/[?#].*$/u, '').replace(/\/$/u, '');
  const call = caller(options);
  return {
    async snapshot(slice, signal) {
      const request = await call(
        `${path}/snapshot?${new URLSearchParams({ slice })}`,
        {},
        { signal },
      );
      return snapshotOf(request, options.snapshotBytesMax ?? 4 * 1024 ** 3);
    },
    async deltas(slice, after, { waitSeconds = 0, signal } = {}) {
      const query = new URLSearchParams({
        slice,
        epoch: String(after.epoch),
        after: String(after.revision),
        // Whole seconds, at least one where any wait was asked for.
        wait: String(Math.ceil(Math.max(0, waitSeconds))),
      });
      const request = await call(`${path}/deltas?${query}`, {}, { signal, waitSeconds });
      return deltasOf(request);
    },
    async acknowledge(acknowledgement: Acknowledgement, signal) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(acknowledgement),
      };
      const { response, end } = await call(`${path}/acknowledgements`, init, { signal });
      try {
        await requireOk(response);
      } finally {
        end();
      }
    },
  };
}

/** A call under way: what it answered, and what watches over it. */
interface Call {
  readonly response: Response;
  /** The chunks of the body, each within its time. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Forgets timer and signal. */
  end(): void;
}

interface CallOptions {
  readonly signal: AbortSignal | undefined;
  readonly waitSeconds?: number;
}

function caller(options: HttpSourceOptions) {
  const { timers = hostTimers, timeoutSeconds = 30, token } = options;
  const fetching = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  return async (url: string, init: RequestInit, { signal, waitSeconds = 0 }: CallOptions) => {
    signal?.throwIfAborted();
    const ending = new AbortController();
    let forget = () => {};
    const give = (seconds: number): void => {
      forget();
      forget = timers.set(() => ending.abort(new Error('no answer in time')), 1000 * seconds);
    };
    const abort = (): void => ending.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    const end = (): void => {
      forget();
      signal?.removeEventListener('abort', abort);
    };
    const failed = (cause: unknown): unknown =>
      signal?.aborted === true || cause instanceof CarrierError
        ? cause
        : new CarrierError('the source cannot be reached', { retryable: true, cause });
    try {
      give(timeoutSeconds + waitSeconds);
      const bearer =
        typeof token === 'function' ? await unlessEnded(ending.signal, token()) : token;
      const headers: Record<string, string> = { ...(init.headers as Record<string, string>) };
      if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`;
      // A redirect would carry the token elsewhere.
      const whole = { ...init, headers, redirect: 'error', signal: ending.signal } as const;
      const response = await unlessEnded(ending.signal, fetching(url, whole));
      const chunks = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
        try {
          give(timeoutSeconds);
          for await (const chunk of bodyChunks(response.body)) {
            // Whoever reads may be busy; whoever went away lets go at some time.
            give(PATIENCE * timeoutSeconds);
            yield chunk;
            give(timeoutSeconds);
          }
        } catch (error) {
          throw failed(error);
        } finally {
          end();
        }
      };
      return { response, chunks, end } satisfies Call;
    } catch (error) {
      end();
      throw failed(error);
    }
  };
}

/** A promise, or the reason why nobody waits for it any more: not all that is given as an option knows of signals. */
function unlessEnded<T>(signal: AbortSignal, wanted: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    Promise.resolve(wanted).then(resolve, reject);
  });
}

async function snapshotOf(call: Call, bytesMax: number): Promise<CarriedSnapshot> {
  await requireFrames(call.response).catch((error: unknown) => {
    call.end();
    throw error;
  });
  const parts = readFrames(limited(call.chunks(), bytesMax), SEALED_BYTES_MAX);
  const head = await parts.next();
  if (head.done === true) throw new CarrierError('an empty answer', { retryable: true });
  return { head: head.value, parts: smallParts(parts) };
}

async function* smallParts(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    if (part.length > PART_BYTES_MAX)
      throw new CarrierError('a part is too large', { retryable: false });
    yield part;
  }
}

async function deltasOf(call: Call): Promise<DeltasResult> {
  if (call.response.status === 410) {
    call.response.body?.cancel().catch(() => undefined);
    call.end();
    return { behind: true };
  }
  await requireFrames(call.response).catch((error: unknown) => {
    call.end();
    throw error;
  });
  const messages: Uint8Array[] = [];
  for await (const message of readFrames(
    limited(call.chunks(), DELTAS_BYTES_MAX),
    SEALED_BYTES_MAX,
  )) {
    messages.push(message);
    if (messages.length > DELTAS_MAX + 1)
      throw new CarrierError('too many deltas', { retryable: false });
  }
  const heartbeat = messages.pop();
  if (heartbeat === undefined) throw new CarrierError('an empty answer', { retryable: true });
  return { deltas: messages, heartbeat };
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax)
      throw new CarrierError('an answer that is too large', { retryable: false });
    yield chunk;
  }
}

/** Statuses after which the same call may succeed later: time-outs, limits, faults of the source or on the way. */
const LATER = [408, 425, 429];

/** @throws CarrierError for a refusal, and for what somebody on the way answered. */
async function requireFrames(response: Response): Promise<void> {
  await requireOk(response);
  if (response.headers.get('content-type') === FRAMES_TYPE) return;
  response.body?.cancel().catch(() => undefined);
  throw new CarrierError('no answer of a feed', { retryable: true });
}

/** @throws CarrierError for a refusal. */
async function requireOk(response: Response): Promise<void> {
  if (response.ok) return;
  const said = await bodyText(response, 1024);
  const retryable = response.status >= 500 || LATER.includes(response.status);
  throw new CarrierError(`the source answered ${response.status} ${said ?? ''}`.trim(), {
    retryable,
  });
}
