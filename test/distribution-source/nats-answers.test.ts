import type { Msg, NatsConnection } from '@nats-io/nats-core';
import { expect, test } from 'vitest';
import { answers } from '../../src/adapters/nats/answers.js';

const connection = { info: { max_payload: 4096 + 10 } } as unknown as NatsConnection;
const message = (text = '') => ({ respond: () => true, string: () => text }) as unknown as Msg;

async function* long(): AsyncGenerator<Uint8Array> {
  for (let times = 0; times < 3; times++) yield new Uint8Array(10);
}

async function* short(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(10);
}

test('whoever begins answers of one slice and never takes the rest leaves room for those of others', async () => {
  let now = 0;
  const answering = answers(connection, 'p', () => now);
  const begin = (slice: string, frames = long) => answering.begin(message(), slice, frames());
  const flood = await Promise.allSettled(Array.from({ length: 2000 }, () => begin('west')));
  const refused = flood.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(1500);
  await expect(begin('west')).rejects.toMatchObject({ retryable: true });
  await begin('east');
  // What is one message needs no room for long.
  for (let times = 0; times < 600; times++) await begin('north', short);
  now += 30_001;
  await begin('west');
  answering.close();
});
