/**
 * Feeds over HTTP, the source's side: snapshots, long-polled deltas and acknowledgements behind one handler of web requests.
 * Needs no broker: PostgreSQL and any web server are enough.
 */
import type { Acknowledgement } from '../../distribution/message.js';
import { parseAcknowledgement } from '../../distribution/parse-message.js';
import { bodyText } from '../body-chunks.js';
import { CarrierError, type FeedSource } from './carrier.js';
import { FRAMES_TYPE, frame, frames } from './frames.js';

/** Who asks, and what he may follow. */
export interface FeedCaller {
  /** In whose name he may acknowledge. */
  readonly consumer: string;
  /** The slices he may read; the empty name is the whole policy. */
  readonly slices: readonly string[] | 'all';
}

/** What the handler is made of. */
export interface FeedHandlerOptions {
  /** Who asks; undefined: nobody that is known. What it throws is an answer of 500 that says nothing. */
  readonly authenticate: (request: Request) => Promise<FeedCaller | undefined>;
  /** Default `/feed/v1`. */
  readonly basePath?: string;
  /** Longest wait of a call, whatever it asks for. Default 30. */
  readonly waitSecondsMax?: number;
  /** Calls that may wait at a time: of all, and of one consumer. Default 10 000 and 8. */
  readonly waitingMax?: number;
  readonly waitingMaxEach?: number;
}

/** Answers web requests: `(request) => Promise<Response>`. Never rejects. */
export type FeedHandler = (request: Request) => Promise<Response>;

/** An acknowledgement: a thousand revisions of sixteen digits, and some. */
const BODY_BYTES_MAX = 32 * 1024;

const ROUTES: Readonly<Record<string, 'GET' | 'POST'>> = {
  snapshot: 'GET',
  deltas: 'GET',
  acknowledgements: 'POST',
};

/** The handler of a source, usually a publisher. */
export function feedHandler(source: FeedSource, options: FeedHandlerOptions): FeedHandler {
  const { basePath = '/feed/v1', authenticate } = options;
  const waiting = waitingPlaces(options);
  return async (request) => {
    try {
      const url = new URL(request.url);
      const route = url.pathname.startsWith(`${basePath}/`)
        ? url.pathname.slice(basePath.length + 1)
        : '';
      const method = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
      if (method === undefined) return refusal(404, 'not found');
      if (request.method !== method) {
        return refusal(405, 'method not allowed', { allow: method });
      }
      const caller = await authenticate(request);
      if (caller === undefined) {
        return refusal(401, 'unauthorized', { 'www-authenticate': 'Bearer' });
      }
      if (route === 'acknowledgements') return await acknowledge(source, caller, request);
      const slice = url.searchParams.get('slice') ?? '';
      if (!mayRead(caller, slice)) return refusal(403, 'not of this slice');
      if (route === 'snapshot') return await snapshot(source, slice, request);
      return await deltas(source, slice, { url, request, caller, waiting, options });
    } catch (error) {
      return failure(error, request.signal);
    }
  };
}

async function snapshot(source: FeedSource, slice: string, request: Request): Promise<Response> {
  const { head, parts } = await source.snapshot(slice, request.signal);
  // The end of a sealed message is its signature.
  const etag = `"${Array.from(head.subarray(-16), (byte) => byte.toString(16).padStart(2, '0')).join('')}"`;
  const headers = { ...COMMON, 'content-type': FRAMES_TYPE, etag };
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim());
  if (known.includes(etag)) return new Response(null, { status: 304, headers });
  const body = parts[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(frame(head)),
    async pull(controller) {
      const next = await body.next();
      if (next.done === true) controller.close();
      else controller.enqueue(frame(next.value));
    },
    async cancel() {
      await body.return?.();
    },
  });
  return new Response(stream, { headers });
}

interface DeltasCall {
  readonly url: URL;
  readonly request: Request;
  readonly caller: FeedCaller;
  readonly waiting: WaitingPlaces;
  readonly options: FeedHandlerOptions;
}

async function deltas(source: FeedSource, slice: string, call: DeltasCall): Promise<Response> {
  const { url, request, caller, waiting, options } = call;
  const epoch = numberOf(url, 'epoch');
  const revision = numberOf(url, 'after');
  const wait = url.searchParams.has('wait') ? numberOf(url, 'wait') : 0;
  if (epoch === undefined || revision === undefined || wait === undefined) {
    return refusal(400, 'epoch, after and wait are whole numbers');
  }
  const waitSeconds = Math.min(wait, options.waitSecondsMax ?? 30);
  const leave = waitSeconds > 0 ? waiting.enter(caller.consumer) : () => {};
  if (leave === undefined) return refusal(429, 'too many calls wait', { 'retry-after': '1' });
  try {
    const { signal } = request;
    const answer = await source.deltas(slice, { epoch, revision }, { waitSeconds, signal });
    if ('behind' in answer) return refusal(410, 'no longer kept: take a snapshot');
    const headers = { ...COMMON, 'content-type': FRAMES_TYPE };
    return new Response(frames([...answer.deltas, answer.heartbeat]), { headers });
  } finally {
    leave();
  }
}

async function acknowledge(
  source: FeedSource,
  caller: FeedCaller,
  request: Request,
): Promise<Response> {
  const text = await bodyText(request, BODY_BYTES_MAX);
  if (text === undefined) return refusal(413, 'too large');
  const parsed = parseAcknowledgement(jsonOf(text));
  if (!parsed.ok) return refusal(400, parsed.detail);
  const acknowledgement: Acknowledgement = parsed.value;
  const isOwn = acknowledgement.consumer === caller.consumer;
  if (!isOwn || !mayRead(caller, acknowledgement.slice)) return refusal(403, 'not in this name');
  await source.acknowledge(acknowledgement, request.signal);
  return new Response(null, { status: 204, headers: COMMON });
}

/** What is in a feed names people: it stays with whom it was given to. */
const COMMON = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' };

function mayRead({ slices }: FeedCaller, slice: string): boolean {
  return slices === 'all' || slices.includes(slice);
}

function numberOf(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name) ?? '';
  return /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, error: string, headers: Record<string, string> = {}): Response {
  const said = { ...COMMON, 'content-type': 'application/json', ...headers };
  return new Response(JSON.stringify({ error }), { status, headers: said });
}

function failure(error: unknown, signal: AbortSignal): Response {
  if (error instanceof CarrierError) {
    return error.retryable
      ? refusal(503, 'try again later', { 'retry-after': '1' })
      : refusal(400, 'refused');
  }
  // Nobody reads it.
  if (signal.aborted) return refusal(408, 'gone');
  return refusal(500, 'internal error');
}

/** Places to wait in. */
interface WaitingPlaces {
  /** How to leave again; undefined where there is no place. */
  enter(consumer: string): (() => void) | undefined;
}

function waitingPlaces({
  waitingMax = 10_000,
  waitingMaxEach = 8,
}: FeedHandlerOptions): WaitingPlaces {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    enter(consumer) {
      const own = taken.get(consumer) ?? 0;
      if (all >= waitingMax || own >= waitingMaxEach) return undefined;
      all++;
      taken.set(consumer, own + 1);
      return () => {
        all--;
        const left = (taken.get(consumer) ?? 1) - 1;
        if (left > 0) taken.set(consumer, left);
        else taken.delete(consumer);
      };
    },
  };
}
