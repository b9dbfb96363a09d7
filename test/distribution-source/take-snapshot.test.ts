/** A snapshot is read as it comes; what it says, and what is wrong with it, is what reading it whole says. */
import { expect, test } from 'vitest';
import { toHex } from '../../protocol/wire/hex.js';
import { takeSnapshot } from '../../src/adapters/distribution/take-snapshot.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import type { SnapshotHead } from '../../src/distribution/message.js';
import { compilePolicy, PolicyError, parsePolicy } from '../../src/index.js';

const CRYPTO = nodeCrypto();

/** A policy of so many users with a right each, whose names are of characters of several bytes. */
function policyOf(users: number) {
  const numbers = Array.from({ length: users }, (_, number) => number);
  return {
    version: 1,
    revision: 9,
    organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [{ id: 'all', doors: ['front'] }],
    users: numbers.map((number) => ({ id: `u${number}`, name: `Zoë 🔑 ${number}` })),
    assignments: numbers.map((number) => ({
      id: `r${number}`,
      subject: { type: 'user', id: `u${number}` },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
    })),
  };
}

/** What a reader makes of a text that comes in parts of so many bytes. */
function taken(text: string, partBytes: number) {
  const bytes = new TextEncoder().encode(text);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += partBytes) parts.push(bytes.slice(at, at + partBytes));
  const told = parts.map((part) => ({ bytes: part.length, sha256: toHex(CRYPTO.sha256(part)) }));
  const head = { organization: 'acme', revision: 9, parts: told } as Partial<SnapshotHead>;
  return takeSnapshot(head as SnapshotHead, parts, CRYPTO, {});
}

test.each([1, 100, 101, 102, 103, 4096, 1e6])('in parts of %i bytes', async (partBytes) => {
  const policy = policyOf(60);
  const engine = await taken(JSON.stringify(policy), partBytes);
  expect(engine.policy).toEqual(compilePolicy(policy).policy);
  const facts = { time: '2026-11-23T12:00:00Z' };
  expect(engine.can('u59', 'unlock', 'front', facts)).toBe(true);
  expect(engine.can('u60', 'unlock', 'front', facts)).toBe(false);
});

test.each<[string, (policy: ReturnType<typeof policyOf>) => unknown]>([
  ['an id used twice', (policy) => ({ ...policy, users: [...policy.users, { id: 'u1' }] })],
  [
    'issues far apart',
    (policy) => {
      const assignments = policy.assignments.map((each, at) =>
        at % 20 === 0 ? { ...each, role: 'none', x: 1 } : each,
      );
      return { ...policy, places: [{ id: 'h q' }], assignments };
    },
  ],
  ['an unknown member of the root', (policy) => ({ ...policy, people: [{ id: 'ada' }] })],
  ['another version', (policy) => ({ ...policy, version: 2 })],
])('%s: every issue is told, in the order of the document', async (_, change) => {
  const document = change(policyOf(60));
  const parsed = parsePolicy(document);
  expect(parsed.ok).toBe(false);
  const error = await taken(JSON.stringify(document), 500).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PolicyError);
  expect(error).toMatchObject({ issues: parsed.ok ? [] : parsed.issues });
});

test.each([
  ['no JSON', JSON.stringify(policyOf(60)).replace('},{', '},,{')],
  ['cut off', JSON.stringify(policyOf(60)).slice(0, -1)],
  [
    'with space, which is read whole, and of another revision',
    JSON.stringify({ ...policyOf(60), revision: 8 }, null, 1),
  ],
  ['of another revision', JSON.stringify({ ...policyOf(60), revision: 8 })],
  ['of another organisation', JSON.stringify(policyOf(60)).replace('"acme"', '"other"')],
])('a body that is %s is refused as what the carrier brought', async (_, text) => {
  await expect(taken(text, 500)).rejects.toMatchObject({ name: 'CarrierError', retryable: true });
});

test('space between elements does no harm', async () => {
  const policy = policyOf(60);
  const engine = await taken(JSON.stringify(policy, null, 1), 500);
  expect(engine.policy).toEqual(compilePolicy(policy).policy);
});
