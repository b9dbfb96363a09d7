/** Feeds over NATS, the source's side: broadcasts deltas and heartbeats, answers questions, hears acknowledgements. */
import type { JetStreamClient } from '@nats-io/jetstream';
import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core';
import type { Acknowledgement } from '../../distribution/message.js';
import { parseAcknowledgement } from '../../distribution/parse-message.js';
import { CarrierError } from '../distribution/carrier.js';
import { frame, frames } from '../distribution/frames.js';
import type { Published, Publisher } from '../distribution/publisher.js';
import { quietly } from '../quietly.js';
import { type Answers, answers, refuse, sayBehind } from './answers.js';
import { type DeltaStreamOptions, ensureDeltaStream } from './delta-stream.js';
import { type FeedPlace, type FeedSubjects, feedSubjects, subjectToken } from './subjects.js';

/** How a publisher is put on NATS. */
export interface NatsPublisherOptions extends FeedPlace {
  /** Keeps deltas in JetStream; false: core NATS alone. Default: kept, as `DeltaStreamOptions` says. */
  readonly stream?: DeltaStreamOptions | false;
  /**
   * First tokens of the inboxes that consumers ask with, where they are not `_INBOX` (the `inboxPrefix` of their connections).
   * Nothing is answered elsewhere: whoever may ask could else have the publisher speak where only the publisher may.
   */
  readonly replyPrefixes?: readonly string[];
  /** What could not be sent, or kept. Readers heal it by heartbeats and questions. What it throws is dropped. */
  readonly onError?: (error: unknown) => void;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** A publisher on NATS. */
export interface NatsPublisher {
  /** Stops; the connection and the publisher stay. */
  close(): Promise<void>;
}

/** Any one publisher answers a question. */
const QUEUE = 'publishers';
const WAIT_SECONDS_MAX = 30;
/** Questions of one slice that wait at a time; others are answered at once. */
const WAITING_MAX = 2000;
const OVERHEAD_BYTES = 4096;
/** After the stream failed, it is looked for again after so long, milliseconds. */
const STREAM_RETRY_MS = 5_000;

/**
 * Puts a publisher on a NATS connection. What is broadcast may be lost: NATS is the carrier, never the truth. Give the connection
 * `maxReconnectAttempts: -1`, else it gives up after some time.
 * @throws TypeError for a prefix that is none.
 */
export function natsPublisher(
  connection: NatsConnection,
  publisher: Publisher,
  options: NatsPublisherOptions = {},
): NatsPublisher {
  const { now = Date.now, stream = {} } = options;
  const tell = quietly(options.onError);
  const name = globalThis.crypto.randomUUID();
  const desk: Desk = {
    connection,
    publisher,
    tell,
    isInbox: inboxTest(options.replyPrefixes),
    answering: answers(connection, name, now),
    keep: stream === false ? undefined : keeping(connection, options, stream, { now, tell }),
  };
  const subscriptions: Subscription[] = [];
  const bySlice = new Map<string, FeedSubjects>();
  for (const slice of publisher.slices) {
    const subjects = feedSubjects(publisher.organization, slice, options);
    bySlice.set(slice, subjects);
    subscriptions.push(...subscribe(desk, name, slice, subjects));
  }
  const unwatch = publisher.watch((published) => {
    const subjects = bySlice.get(published.slice);
    if (subjects !== undefined) broadcast(desk, subjects, published).catch(tell);
  });
  return {
    async close() {
      unwatch();
      for (const subscription of subscriptions) subscription.unsubscribe();
      desk.answering.close();
      if (!connection.isClosed()) await connection.flush().catch(tell);
    },
  };
}

interface Desk {
  readonly connection: NatsConnection;
  readonly publisher: Publisher;
  readonly tell: (error: unknown) => void;
  /** Whether an answer may go to this subject. */
  readonly isInbox: (reply: string | undefined) => boolean;
  readonly answering: Answers;
  /** Publishes so that the stream keeps it; undefined: nothing is kept. */
  readonly keep: ((subject: string, sealed: Uint8Array, id: string) => Promise<void>) | undefined;
}

async function broadcast(desk: Desk, subjects: FeedSubjects, published: Published): Promise<void> {
  const { connection, publisher } = desk;
  const { kind, slice, position, sealed } = published;
  const most = (connection.info?.max_payload ?? 2 ** 20) - OVERHEAD_BYTES;
  if (kind === 'heartbeat') {
    if (sealed.length <= most) connection.publish(subjects.heartbeat, sealed);
    return;
  }
  if (sealed.length <= most) {
    const { epoch, revision, chain } = position;
    const { organization } = publisher;
    const tokens = [organization, slice].map(subjectToken);
    // Of two publishers the stream keeps the first; a reader hears both, which does no harm.
    const id = `${tokens.join('.')}.${epoch}.${revision}.${chain.slice(0, 16)}`;
    if (desk.keep === undefined) connection.publish(subjects.delta, sealed);
    else await desk.keep(subjects.delta, sealed, id);
    return;
  }
  // Too long for a message: readers hear that there is something, and fetch it.
  const answer = await publisher.deltas(slice, position);
  if (!('behind' in answer)) connection.publish(subjects.heartbeat, answer.heartbeat);
}

function keeping(
  connection: NatsConnection,
  place: FeedPlace,
  options: DeltaStreamOptions,
  { now, tell }: { readonly now: () => number; readonly tell: (error: unknown) => void },
): NonNullable<Desk['keep']> {
  let client: Promise<JetStreamClient> | undefined;
  let failedAt = -Infinity;
  const failed = (error: unknown): void => {
    client = undefined;
    failedAt = now();
    tell(error);
  };
  const prepare = (): void => {
    if (client !== undefined || now() - failedAt < STREAM_RETRY_MS) return;
    client = ensureDeltaStream(connection, place, options);
    client.catch(failed);
  };
  prepare();
  return async (subject, sealed, id) => {
    prepare();
    const ready = client;
    if (ready === undefined) {
      connection.publish(subject, sealed);
      return;
    }
    const stream = await ready.catch(() => undefined);
    if (stream === undefined) {
      connection.publish(subject, sealed);
      return;
    }
    // Followers hear it whether or not the stream says that it kept it.
    await stream.publish(subject, sealed, { msgID: id, timeout: 5_000 }).catch(failed);
  };
}

function subscribe(
  desk: Desk,
  name: string,
  slice: string,
  subjects: FeedSubjects,
): readonly Subscription[] {
  const { connection, answering } = desk;
  const waiting = { count: 0 };
  const answer = (subject: string, work: (message: Msg) => Promise<void>, queue?: string) =>
    connection.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (failure, message) => {
        if (failure !== null) return desk.tell(failure);
        if (!desk.isInbox(message.reply)) return;
        work(message).catch((error: unknown) => {
          if (!(error instanceof CarrierError)) desk.tell(error);
          refuse(message, error);
        });
      },
    });
  return [
    answer(subjects.askSnapshot, (message) => snapshot(desk, message, slice), QUEUE),
    answer(subjects.askDeltas, (message) => deltas(desk, message, slice, waiting), QUEUE),
    answer(subjects.askMore(name), (message) => answering.more(message, slice)),
    answer(`${subjects.acknowledge('*').replace(/[^.]*$/u, '*')}`, (message) =>
      acknowledge(desk, message, slice, subjects),
    ),
  ];
}

async function snapshot(
  { publisher, answering }: Desk,
  message: Msg,
  slice: string,
): Promise<void> {
  const { head, parts } = await publisher.snapshot(slice);
  const framed = async function* (): AsyncGenerator<Uint8Array> {
    yield frame(head);
    for await (const part of parts) yield frame(part);
  };
  await answering.begin(message, slice, framed());
}

async function deltas(
  { publisher, answering }: Desk,
  message: Msg,
  slice: string,
  waiting: { count: number },
): Promise<void> {
  const { epoch, after, wait } = questionOf(message);
  const waitSeconds = waiting.count < WAITING_MAX ? Math.min(WAIT_SECONDS_MAX, wait) : 0;
  waiting.count++;
  const answer = await publisher
    .deltas(slice, { epoch, revision: after }, { waitSeconds })
    .finally(() => waiting.count--);
  if ('behind' in answer) {
    sayBehind(message);
    return;
  }
  const framed = async function* (): AsyncGenerator<Uint8Array> {
    yield frames([...answer.deltas, answer.heartbeat]);
  };
  await answering.begin(message, slice, framed());
}

/** Whoever may publish on the subject of a consumer is that consumer: permissions of NATS say who. */
async function acknowledge(
  { publisher }: Desk,
  message: Msg,
  slice: string,
  subjects: FeedSubjects,
): Promise<void> {
  const parsed = parseAcknowledgement(jsonOf(message));
  if (!parsed.ok) throw new CarrierError(parsed.detail, { retryable: false });
  const acknowledgement: Acknowledgement = parsed.value;
  const isOwn = message.subject === subjects.acknowledge(acknowledgement.consumer);
  if (!isOwn || acknowledgement.slice !== slice) {
    throw new CarrierError('not in this name', { retryable: false });
  }
  await publisher.acknowledge(acknowledgement);
  message.respond();
}

function inboxTest(prefixes: readonly string[] = ['_INBOX']): Desk['isInbox'] {
  return (reply) =>
    reply !== undefined &&
    /^[^\s*>]+$/u.test(reply) &&
    prefixes.some((prefix) => reply.startsWith(`${prefix}.`));
}

function questionOf(message: Msg) {
  const question = jsonOf(message) as Readonly<Record<string, unknown>> | null;
  const number = (name: string): number => {
    const value = typeof question === 'object' ? question?.[name] : undefined;
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    throw new CarrierError(`no question: \`${name}\``, { retryable: false });
  };
  return { epoch: number('epoch'), after: number('after'), wait: number('wait') };
}

function jsonOf(message: Msg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
