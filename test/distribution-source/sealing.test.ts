import { expect, test } from 'vitest';
import { sealing } from '../../src/adapters/distribution/sealing.js';
import { SliceFeed } from '../../src/adapters/distribution/slice-feed.js';
import type { FeedMessage } from '../../src/distribution/message.js';
import { parseMessage } from '../../src/distribution/parse-message.js';
import { compilePolicy } from '../../src/index.js';
import { ORGANIZATION, POLICY, START } from './ground.js';

const bounds = {
  deltas: 1,
  deltaBytes: 1,
  withdrawals: 1,
  withdrawalBytes: 1,
  withdrawalAge: 1000,
};
const position = { epoch: 1, revision: 0, chain: 'a'.repeat(64) };

test('a heartbeat answers all who ask at about the same time, none that asks after the clock was set right', async () => {
  const sealed: FeedMessage[] = [];
  const feed = new SliceFeed(
    { organization: ORGANIZATION, slice: '' },
    compilePolicy(POLICY),
    bounds,
  );
  const { heartbeat } = sealing(async (message) => {
    sealed.push(message);
    return new Uint8Array(1);
  });
  await heartbeat(feed, position, START);
  await heartbeat(feed, position, START + 249);
  expect(sealed.map(({ at }) => at)).toEqual([START]);
  // For a moment the clock ran an hour ahead: what was said then is no answer for an hour.
  await heartbeat(feed, position, START + 3_600_000);
  await heartbeat(feed, position, START + 300);
  expect(sealed.map(({ at }) => at)).toEqual([START, START + 3_600_000, START + 300]);
});

test('a heartbeat of a position says nothing of later ones, though the feed went on while others were signed', async () => {
  const engine = compilePolicy(POLICY);
  const generous = { ...bounds, withdrawals: 9, withdrawalBytes: 9999 };
  const feed = new SliceFeed({ organization: ORGANIZATION, slice: '' }, engine, generous);
  for (const revision of [1, 2]) {
    const withdraws = { users: [`u${revision}`] };
    const step = { epoch: 1, revision, chain: 'b'.repeat(64), previous: 'a'.repeat(64) };
    feed.advance({ ...step, changes: { revision }, engine, withdraws, at: START });
  }
  let said: FeedMessage | undefined;
  const { heartbeat } = sealing(async (message) => {
    said = message;
    return new Uint8Array(1);
  });
  await heartbeat(feed, { ...position, revision: 1 }, START);
  expect(said).toMatchObject({ revision: 1, withdrawn: [{ revision: 1 }] });
  expect(parseMessage(JSON.parse(JSON.stringify(said)))).toMatchObject({ ok: true });
});
