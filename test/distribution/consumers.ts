/** Consumers of the small building's feed for tests: started, asked, and gone with the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, vi } from 'vitest';
import { openConsumer } from '../../src/adapters/distribution/consumer.js';
import type {
  Consumer,
  ConsumerOptions,
} from '../../src/adapters/distribution/consumer-options.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { crypto, type ModelFeed, signer } from './model-feed.js';

export const clock = { now: 1_700_000_000_000 };
const opened: Consumer[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((consumer) => consumer.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-feed-'));
  folders.push(folder);
  return folder;
};
export const start = async (feed: ModelFeed, parts: Partial<ConsumerOptions> = {}) => {
  const consumer = await openConsumer({
    organization: 'org',
    name: 'bridge-1',
    source: feed,
    keys: [signer.publicKey],
    crypto,
    now: () => clock.now,
    ...parts,
  });
  opened.push(consumer);
  return consumer;
};
export const asking = (user: string, door: string, facts: object = {}): AccessRequest => ({
  subject: { type: 'user', id: user },
  action: { name: 'unlock' },
  resource: { type: 'door', id: door },
  context: { time: '2026-03-02T12:00:00Z', ...facts },
});
export const decide = (consumer: Consumer, request: AccessRequest) => {
  const view = consumer.pdp.local();
  return view.ok ? view.value.decide(request) : view;
};
export const can = (consumer: Consumer, user: string, door: string, facts?: object) => {
  const answer = decide(consumer, asking(user, door, facts));
  return 'decision' in answer && answer.decision;
};
export const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5000, interval: 5 });
