/** The JetStream stream that keeps deltas for readers that were away: a convenience, never the truth. */
import {
  JetStreamApiError,
  type JetStreamClient,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { type FeedPlace, prefixOf } from './subjects.js';

/** How much the stream keeps. */
export interface DeltaStreamOptions {
  /** Default 3 600. */
  readonly maxAgeSeconds?: number;
  /** Default 256 MiB. */
  readonly maxBytes?: number;
  /** Deltas of one slice. Default 10 000. */
  readonly maxDeltas?: number;
  /** Copies in a cluster. Default 1. */
  readonly replicas?: number;
}

const NANOSECONDS = 1e9;

/** The name of the stream of a place. */
export function deltaStreamName(place: FeedPlace): string {
  return `${prefixOf(place).replaceAll('.', '-')}-deltas`;
}

/**
 * Makes the stream, or brings it to these limits.
 * @throws whatever the client throws: no JetStream, no permission.
 */
export async function ensureDeltaStream(
  connection: NatsConnection,
  place: FeedPlace,
  options: DeltaStreamOptions,
): Promise<JetStreamClient> {
  const manager = await jetstreamManager(connection);
  const name = deltaStreamName(place);
  const limits = {
    subjects: [`${prefixOf(place)}.*.*.delta`],
    max_age: (options.maxAgeSeconds ?? 3600) * NANOSECONDS,
    max_bytes: options.maxBytes ?? 256 * 1024 * 1024,
    max_msgs_per_subject: options.maxDeltas ?? 10_000,
    num_replicas: options.replicas ?? 1,
  };
  try {
    await manager.streams.update(name, limits);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.status !== 404) throw error;
    await manager.streams.add({ name, discard: 'old', ...limits });
  }
  return jetstream(connection);
}

/**
 * Hands on the deltas that the stream kept since a time, up to where it is now.
 * @throws whatever the client throws; then what was missed is fetched.
 */
export async function replayDeltas(
  connection: NatsConnection,
  place: FeedPlace,
  wanted: { readonly subject: string; readonly since: number; readonly signal: AbortSignal },
  onMessage: (sealed: Uint8Array) => void,
): Promise<void> {
  const { subject, since, signal } = wanted;
  const consumer = await jetstream(connection).consumers.get(deltaStreamName(place), {
    filter_subjects: subject,
    deliver_policy: 'by_start_time',
    opt_start_time: new Date(since).toISOString(),
  });
  const { num_pending: pending } = await consumer.info();
  if (pending === 0 || signal.aborted) return;
  const messages = await consumer.consume();
  const stop = (): void => messages.stop();
  signal.addEventListener('abort', stop);
  try {
    for await (const message of messages) {
      if (signal.aborted) return;
      onMessage(message.data);
      if (message.info.pending === 0) return;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    messages.stop();
  }
}
