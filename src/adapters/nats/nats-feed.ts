/** Feeds over NATS, the reader's side. */
import type { Msg, NatsConnection } from '@nats-io/nats-core';
import type { Acknowledgement } from '../../distribution/message.js';
import { PART_BYTES_MAX } from '../../distribution/parse-message.js';
import { SEALED_BYTES_MAX } from '../../distribution/sealed.js';
import { CarrierError, type FeedBroadcast, type FeedSource } from '../distribution/carrier.js';
import { readFrames } from '../distribution/frames.js';
import { quietly } from '../quietly.js';
import { answerChunks, isBehind, requireAnswer } from './answers.js';
import { replayDeltas } from './delta-stream.js';
import { type FeedPlace, feedSubjects } from './subjects.js';

/** Where to follow. */
export interface NatsFeedOptions extends FeedPlace {
  readonly organization: string;
  /** How long one question may take beside the wait that was asked for, seconds. Default 10. */
  readonly timeoutSeconds?: number;
  /** What went wrong without harm: kept deltas that could not be read. What it throws is dropped. */
  readonly onError?: (error: unknown) => void;
}

/** A lost answer is asked for again so many times. */
const TRIES = 3;
const DELTAS_MAX = 1000;
/** Deltas were kept by the broker's clock, and are asked for by the source's. */
const CLOCKS_MS = 60_000;

/**
 * A feed on a NATS connection, to be given to a consumer both as broadcast and as source. The connection reconnects by
 * itself; give it `maxReconnectAttempts: -1`, and `waitOnFirstConnect` where the server may come later.
 * @throws TypeError for a prefix that is none.
 */
export function natsFeed(
  connection: NatsConnection,
  options: NatsFeedOptions,
): FeedBroadcast & FeedSource {
  const { organization, timeoutSeconds = 10 } = options;
  const subjectsOf = (slice: string) => feedSubjects(organization, slice, options);
  // A wrong prefix is told here, not at the first question.
  subjectsOf('');
  const ask = asking(connection, 1000 * timeoutSeconds);
  const chunksOf = (slice: string, first: Msg, signal?: AbortSignal) =>
    answerChunks(first, (publisher, question) =>
      ask(subjectsOf(slice).askMore(publisher), question, { tries: TRIES, signal }),
    );
  return {
    async snapshot(slice, signal) {
      const first = await ask(subjectsOf(slice).askSnapshot, '', { signal });
      requireAnswer(first);
      const parts = readFrames(chunksOf(slice, first, signal), SEALED_BYTES_MAX);
      const head = await parts.next();
      if (head.done === true) throw senseless();
      return { head: head.value, parts: smallParts(parts) };
    },
    async deltas(slice, { epoch, revision }, { waitSeconds = 0, signal } = {}) {
      const wait = Math.ceil(Math.max(0, waitSeconds));
      const question = JSON.stringify({ epoch, after: revision, wait });
      const first = await ask(subjectsOf(slice).askDeltas, question, { signal, wait });
      requireAnswer(first);
      if (isBehind(first)) return { behind: true };
      const messages: Uint8Array[] = [];
      for await (const message of readFrames(chunksOf(slice, first, signal), SEALED_BYTES_MAX)) {
        messages.push(message);
        if (messages.length > DELTAS_MAX + 1) throw senseless();
      }
      const heartbeat = messages.pop();
      if (heartbeat === undefined) throw senseless();
      return { deltas: messages, heartbeat };
    },
    async acknowledge(acknowledgement: Acknowledgement, signal) {
      const { slice, consumer } = acknowledgement;
      const subject = subjectsOf(slice).acknowledge(consumer);
      requireAnswer(await ask(subject, JSON.stringify(acknowledgement), { signal }));
    },
    follow: (slice, onMessage, wanted) =>
      follow(connection, options, { ...wanted, slice, onMessage }),
  };
}

interface Following {
  readonly slice: string;
  readonly onMessage: (sealed: Uint8Array) => void;
  readonly signal: AbortSignal;
  readonly since?: number;
}

async function follow(
  connection: NatsConnection,
  options: NatsFeedOptions,
  { slice, onMessage, signal, since }: Following,
): Promise<void> {
  if (signal.aborted) return;
  const { delta, heartbeat } = feedSubjects(options.organization, slice, options);
  const tell = quietly(options.onError);
  const subscriptions = [delta, heartbeat].map((subject) =>
    connection.subscribe(subject, {
      callback: (failure, message) => {
        if (failure === null) onMessage(message.data);
        else tell(failure);
      },
    }),
  );
  let end = (): void => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    end = () => resolve('aborted');
    signal.addEventListener('abort', end);
  });
  try {
    if (since !== undefined) {
      const wanted = { subject: delta, since: Math.max(0, since - CLOCKS_MS), signal };
      replayDeltas(connection, options, wanted, onMessage).catch(tell);
    }
    const how = await Promise.race([aborted, connection.closed()]);
    if (how === 'aborted') return;
    throw new CarrierError('the connection was closed', { retryable: false, cause: how });
  } finally {
    signal.removeEventListener('abort', end);
    for (const subscription of subscriptions) subscription.unsubscribe();
  }
}

interface Asking {
  readonly tries?: number;
  /** Seconds that the other side may wait. */
  readonly wait?: number;
  readonly signal?: AbortSignal | undefined;
}

function asking(connection: NatsConnection, timeoutMs: number) {
  const orLost = losses(connection);
  return async (subject: string, question: string, options: Asking): Promise<Msg> => {
    const { tries = 1, wait = 0, signal } = options;
    for (let count = 1; ; count++) {
      signal?.throwIfAborted();
      try {
        const request = connection.request(subject, question, { timeout: timeoutMs + 1000 * wait });
        return await orLost(request, signal);
      } catch (cause) {
        if (signal?.aborted === true) throw cause;
        if (count < tries && !connection.isClosed()) continue;
        const retryable = !connection.isClosed();
        throw new CarrierError('no answer over NATS', { retryable, cause });
      }
    }
  };
}

/**
 * What ends the wait for an answer early: a question that was under way when the connection was lost is never answered, and
 * NATS does not take one back when the asker has gone.
 */
function losses(connection: NatsConnection) {
  const waiting = new Set<(error: Error) => void>();
  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type !== 'disconnect') continue;
      for (const lose of waiting) lose(new Error('the connection was lost'));
    }
  };
  watch().catch(() => undefined);
  return <T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const abort = (): void => lose(signal?.reason);
      const done = (): void => {
        waiting.delete(lose);
        signal?.removeEventListener('abort', abort);
      };
      const lose = (error: unknown): void => {
        done();
        reject(error);
      };
      waiting.add(lose);
      signal?.addEventListener('abort', abort);
      answer.then((value) => {
        done();
        resolve(value);
      }, lose);
    });
}

async function* smallParts(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    if (part.length > PART_BYTES_MAX) throw senseless();
    yield part;
  }
}

function senseless(): CarrierError {
  return new CarrierError('an answer that makes no sense', { retryable: true });
}
