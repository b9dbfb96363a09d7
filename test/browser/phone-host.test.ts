/** The host of the phone's machine, without a browser: what is on the disk before what, and what happens when a write fails. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { phoneSetupOf } from '../../examples/phone/desk/setup.mjs';
import { type Desk, openDesk } from '../../examples/phone/src/desk.js';
import { carry, fetchBundle } from '../../examples/phone/src/exchange.js';
import { type PhoneHost, startHost } from '../../examples/phone/src/host.js';
import type { PhoneMemory } from '../../examples/phone/src/memory.js';
import { openLock } from '../../examples/phone/src/opening.js';
import { memorySigner } from '../../protocol/crypto/steps.js';
import type { VisitResult } from '../../protocol/phone/event.js';
import type { OutboxItem } from '../../protocol/phone/outbox.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { type DeskHouse, openHouse } from './phone-desk.js';

let house: DeskHouse;
beforeAll(async () => {
  house = await openHouse(['l4-cellar', 'l4-f07']);
});
afterAll(() => house.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: house.nowMs() });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Everything that happened, in order. */
type Log = string[];

/** A memory whose writes take a while, and fail for what is named. */
function slowMemory(log: Log, failing: { what: RegExp }): PhoneMemory {
  const write = async (what: string): Promise<void> => {
    log.push(`begins ${what}`);
    await new Promise((done) => setTimeout(done, 5));
    if (failing.what.test(what)) throw new Error('the disk is full');
    log.push(`has ${what}`);
  };
  return {
    records: new Map(),
    papers: {},
    writeRecord: (name) => write(name.replace(/-.*/u, '')),
    eraseRecord: async () => undefined,
    write: write as PhoneMemory['write'],
    erase: async () => undefined,
    forget: async () => undefined,
  };
}

let seed = 0;

/** Somebody's phone, enrolled and without keys yet. */
async function phoneOf(person: string, failing = { what: /^$/u }) {
  const log: Log = [];
  const crypto = nodeCrypto();
  seed += 1;
  const signer = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(seed));
  const address = 'http://127.0.0.1/api/';
  const desk = openDesk(
    { address, fetch: (url, init) => house.answer(new Request(url, init)) },
    signer,
  );
  const enrolment = await desk.enrol(await house.desk.makeCode(person));
  if (!enrolment.ok) throw new Error(enrolment.code);
  const memory = slowMemory(log, failing);
  const started = startHost({
    setup: phoneSetupOf(enrolment.value.setup, signer.publicKey),
    signer: {
      publicKey: signer.publicKey,
      sign: (message) => {
        log.push('signs');
        return signer.sign(message);
      },
    },
    ...{ crypto, memory, transport: house.radio() },
    timeToken: async (nonce) => {
      const answer = await desk.time(nonce);
      return answer.ok ? answer.value : undefined;
    },
    onProgress: () => undefined,
    onUpload: () => log.push('may carry'),
    onBroken: (error) => log.push(`broke: ${(error as Error).message}`),
  });
  if (!started.ok) throw new Error(started.code);
  return { host: started.value, desk, memory, log };
}

describe('what is on the disk before what', () => {
  test('a bundle and its pins are there before it counts, and before anybody signs that it does', async () => {
    const { host, desk, memory, log } = await phoneOf('johanna');
    await fetchBundle(host, desk, memory);
    await vi.waitFor(() => expect(log).toContain('may carry'));
    expect(log.slice(0, 5)).toEqual([
      'begins bundle',
      'has bundle',
      'begins pins',
      'has pins',
      // The list of keys is written while the key signs.
      expect.stringMatching(/signs|begins list/u),
    ]);
    expect(log.indexOf('has outbox')).toBeLessThan(log.indexOf('may carry'));
    host.stop();
  });

  test('a receipt is there before the page says that the door is open', async () => {
    const { host, desk, memory, log } = await phoneOf('johanna');
    await fetchBundle(host, desk, memory);
    await vi.waitFor(() => expect(log).toContain('may carry'));
    log.length = 0;
    const end = await openLock(host, house.lock('l4-cellar'), null);
    log.push('said');
    expect(end).toMatchObject({ code: 'permitted', mayHaveActed: true });
    // At the first visit the lock asks for the time, and gives a receipt for its no as well.
    const writes = log.filter((one) => one !== 'signs');
    expect(writes.slice(0, 3)).toEqual(['begins outbox', 'has outbox', 'may carry']);
    expect(writes.slice(-3)).toEqual(['has outbox', 'may carry', 'said']);
    host.stop();
  });
});

describe('a write that fails', () => {
  test('of pins: the bundle is not taken, nothing is signed, and nothing goes on', async () => {
    const { host, desk, memory, log } = await phoneOf('johanna', { what: /^pins$/u });
    await expect(fetchBundle(host, desk, memory)).rejects.toThrow('the disk is full');
    expect(log).toEqual(['begins bundle', 'has bundle', 'begins pins', 'broke: the disk is full']);
    host.uploaded(['nothing']);
    await new Promise((done) => setTimeout(done, 20));
    expect(log).toHaveLength(4);
  });

  test('of a receipt: the door may be open, and the page must say so', async () => {
    const failing = { what: /^$/u };
    const { host, desk, memory, log } = await phoneOf('johanna', failing);
    await fetchBundle(host, desk, memory);
    await vi.waitFor(() => expect(log).toContain('may carry'));
    failing.what = /^outbox$/u;
    const end = { code: 'memory_failed', mayHaveActed: true };
    expect(await openLock(host, house.lock('l4-cellar'), null)).toMatchObject(end);
    expect(log.at(-1)).toBe('broke: the disk is full');
    // Nor does a wish after that wait for ever.
    expect(await openLock(host, house.lock('l4-cellar'), null)).toMatchObject(end);
  });
});

describe('the chooser of the browser', () => {
  const result = (code: VisitResult['code']): VisitResult => ({
    wish: { lockId: new Uint8Array(8), operation: 'unlock', asserted: 1 },
    ...{ code, status: null, missing: 0, mayHaveActed: false, retryable: true, receipt: 'none' },
  });
  const hostThat = (...ends: VisitResult['code'][]) => {
    const calls: string[] = [];
    const host = {
      open: async () => {
        calls.push('open');
        return result(ends.shift() ?? 'busy');
      },
      cancel: () => void calls.push('cancel'),
    } as unknown as PhoneHost;
    return { host, calls };
  };
  const LOCK = '00'.repeat(8);

  test('a chooser that is closed ends the wish, and says why', async () => {
    const { host, calls } = hostThat('cancelled');
    const choose = async () => ({ ok: false, code: 'no_adapter', detail: '' }) as const;
    const end = await openLock(host, LOCK, choose);
    expect(end).toMatchObject({ code: 'cancelled', chooser: 'no_adapter' });
    expect(calls).toEqual(['open', 'cancel']);
  });

  test('whoever takes long to choose is not told that there was no lock', async () => {
    const { host, calls } = hostThat('not_found', 'permitted');
    const end = await openLock(host, LOCK, async () => ({ ok: true, value: undefined }));
    expect(end).toMatchObject({ code: 'permitted', chooser: null });
    expect(calls).toEqual(['open', 'open']);
  });

  test('a wish that ended otherwise does not wait for the chooser', async () => {
    const { host, calls } = hostThat('refused');
    const end = await openLock(host, LOCK, () => new Promise(() => undefined));
    expect(end).toMatchObject({ code: 'refused', chooser: null });
    expect(calls).toEqual(['open']);
  });
});

test('what the desk did not keep waits on, and a failure in the middle loses nothing', async () => {
  const outbox = Array.from({ length: 130 }, (_, at) => ({ id: `item-${at}` }) as OutboxItem);
  const gone: string[] = [];
  const host = {
    outbox,
    uploaded: (ids: readonly string[]) => void gone.push(...ids),
  } as unknown as PhoneHost;
  let calls = 0;
  const desk = {
    carry: async (items: readonly OutboxItem[]) => {
      calls += 1;
      if (calls === 2) return { ok: false, code: 'unreachable', detail: '' } as const;
      return { ok: true, value: items.slice(1).map(({ id }) => id) } as const;
    },
  } as unknown as Desk;
  expect(await carry(host, desk)).toBe('unreachable');
  expect(gone).toEqual(outbox.slice(1, 64).map(({ id }) => id));
});
