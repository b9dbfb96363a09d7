import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../../protocol/objects/bundle.js';
import type { Receipt } from '../../../protocol/objects/receipt.js';
import type { PhoneEffect, VisitResult, Wish } from '../../../protocol/phone/event.js';
import { STAGE_MS } from '../../../protocol/phone/visit.js';
import type { LockMessage, PhoneMessage } from '../../../protocol/session/messages.js';
import { STATUS_NUMBERS } from '../../../protocol/status.js';
import { crypto, filled, signerOf } from '../../helpers/issuing.js';
import {
  bundleBytes,
  device,
  doorOf,
  grantBytes,
  LOCK_ID,
  SCRIPT,
  setup,
  timeBytes,
} from './bundles.js';
import { type PhoneHost, phoneHost } from './phone-host.js';
import { HELLO, receiptOf, type Script, scriptedLock } from './scripted-lock.js';

const WISH: Wish = { lockId: LOCK_ID, operation: 'unlock', asserted: 1 };
const { permitted, denied, time_token_needed: needed } = STATUS_NUMBERS;

const answer = (status: number, receipt: Uint8Array | null = null): LockMessage => ({
  kind: 'answer',
  status,
  receipt,
});

/** Carries are applied, closes answered; requests go to `onRequest`. */
const withRequest =
  (onRequest: Script['answer']): Script['answer'] =>
  (message, session) => {
    if (message.kind === 'carry') return { kind: 'carried', status: STATUS_NUMBERS.applied };
    if (message.kind === 'close') return { kind: 'closed' };
    return onRequest(message, session);
  };

function scene(script: Partial<Script>, bundle: Partial<Bundle> = {}) {
  const lock = scriptedLock({ ...SCRIPT, ...script });
  const host = phoneHost(setup, device, lock);
  host.send({ kind: 'bundle', bytes: bundleBytes(bundle) });
  host.effects.length = 0;
  return { host, lock };
}

/** The one result of an opening, whatever else is sent until then. */
function resultOf(host: PhoneHost, ...then: readonly number[]): VisitResult {
  host.send({ kind: 'open', wish: WISH });
  for (const ms of then) {
    host.elapsedMs += ms;
    host.send({ kind: 'tick' });
  }
  expect(host.results()).toHaveLength(1);
  expect(host.state.visit).toBeNull();
  return host.results()[0]!;
}

const of = <K extends PhoneEffect['kind']>(host: PhoneHost, kind: K) =>
  host.effects.filter((effect) => effect.kind === kind);

describe('who is not the lock', () => {
  test('D3 an impostor without the static key is told nothing: no carry, no request, no signature', () => {
    const impostor = scene({ staticSecret: filled(0x66) });
    const { host, lock } = impostor;
    // It answers M1 with noise instead of hanging up.
    lock.frame = () => [Uint8Array.of(0xc0, 0, 17, ...filled(1, 17))];
    expect(resultOf(host)).toMatchObject({
      code: 'lock_not_authentic',
      mayHaveActed: false,
      retryable: true,
    });
    expect(of(host, 'sign')).toEqual([]);
    expect(of(host, 'send').every((effect) => effect.kind === 'send')).toBe(true);
    // Three M1 of 56 bytes in four frames each, and not a byte more.
    expect(of(host, 'send')).toHaveLength(12);
    expect(lock.heard).toEqual([]);
  });

  test('D3 an M2 under another static key ends the visit after three handshakes', () => {
    const { host, lock } = scene({ staticSecret: filled(0x66) });
    expect(resultOf(host).code).toBe('connection_lost');
    expect(lock.heard).toEqual([]);
    expect(of(host, 'connect')).toHaveLength(3);
  });

  test('D4 a lock whose capabilities were altered on the way does not shake hands', () => {
    const { host, lock } = scene({ capabilities: Uint8Array.of(1, 1, 7) });
    expect(resultOf(host).code).toBe('connection_lost');
    expect(lock.handshakes).toBe(0);
  });

  test('D4 INFO that differs from the advert ends it before M1', () => {
    const { host } = scene({});
    host.capabilities = Uint8Array.of(1, 1, 0);
    expect(resultOf(host)).toMatchObject({ code: 'lock_incompatible', retryable: false });
    expect(of(host, 'connect')).toHaveLength(3);
    expect(of(host, 'send')).toEqual([]);
  });

  test('D5 a lock of another version or suite is not connected to', () => {
    for (const capabilities of [
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const { host, lock } = scene({});
      const advert = Uint8Array.of(...lock.advert.slice(0, 13), ...capabilities);
      Object.assign(lock, { advert });
      expect(resultOf(host, STAGE_MS.seeking).code).toBe('lock_incompatible');
      expect(of(host, 'connect')).toEqual([]);
    }
  });

  test('D5 an advert shown again with other capabilities does not keep the true lock away', () => {
    const { host, lock } = scene({ answer: withRequest(() => answer(permitted)) });
    const { advert } = lock;
    Object.assign(lock, { advert: Uint8Array.of(...advert.slice(0, 13), 2, 1, 0) });
    host.send({ kind: 'open', wish: WISH });
    expect(host.results()).toEqual([]);
    host.send({ kind: 'sighted', address: 'a', advert });
    expect(host.results()).toMatchObject([{ code: 'permitted' }]);
  });

  test('D6 a pinned key of small order makes no session', () => {
    const { host } = scene({}, { doors: [doorOf({ staticKeys: [new Uint8Array(32)] })] });
    expect(resultOf(host).code).toBe('lock_not_authentic');
    expect(of(host, 'send')).toEqual([]);
  });

  test('adverts of other locks, and bytes that are none, are passed by', () => {
    const { host, lock } = scene({});
    Object.assign(lock, { advert: filled(7, 16) });
    host.send({ kind: 'open', wish: WISH });
    host.send({ kind: 'sighted', address: 'x', advert: filled(0, 3) });
    expect(of(host, 'connect')).toEqual([]);
    host.elapsedMs = STAGE_MS.seeking;
    host.send({ kind: 'tick' });
    expect(host.results()[0]).toMatchObject({ code: 'not_found', retryable: true });
    expect(host.effects.at(-2)).toEqual({ kind: 'listen', on: false });
  });
});

describe('re-keying', () => {
  test('the second pinned key is tried when the first does not open M2', () => {
    const staticKeys = [
      crypto.x25519Public(filled(0x77)),
      crypto.x25519Public(SCRIPT.staticSecret),
    ];
    const { host } = scene(
      { answer: withRequest(() => answer(permitted)) },
      { doors: [doorOf({ staticKeys })] },
    );
    expect(resultOf(host)).toMatchObject({ code: 'permitted', receipt: 'none' });
    expect(of(host, 'connect')).toHaveLength(2);
  });
});

describe('what is said outside the protocol', () => {
  const raw = (...bytes: number[]) => ({ kind: 'raw' as const, bytes: Uint8Array.from(bytes) });
  const ROWS: readonly (readonly [string, Script['answer']])[] = [
    ['bytes that are no message', () => raw(0xff)],
    ['an answer to a carry', () => answer(permitted)],
    ['a phone’s message (D13)', () => raw(0x81, 4, 0)],
    ['a close nobody asked for', () => ({ kind: 'closed' })],
    ['a segment nobody asked for', () => ({ kind: 'segment', sealed: null })],
  ];
  test.each(ROWS)('%s before a request: nothing was asked, nothing can be open', (_, said) => {
    const { host, lock } = scene({ answer: said }, { time: timeBytes() });
    expect(resultOf(host)).toMatchObject({ code: 'lock_misbehaved', mayHaveActed: false });
    expect(lock.heard.every(({ kind }) => kind === 'carry')).toBe(true);
  });

  test.each(ROWS.filter(([what]) => !what.startsWith('an answer')))(
    '%s after a request: the door may be open',
    (_, said) => {
      const { host } = scene({ answer: withRequest(said) });
      expect(resultOf(host)).toMatchObject({ code: 'outcome_unknown', mayHaveActed: true });
    },
  );

  test('a hello that is none', () => {
    const { host } = scene({ hello: { ...HELLO, nonce: filled(1, 15) } });
    expect(resultOf(host)).toMatchObject({ code: 'lock_misbehaved', mayHaveActed: false });
  });

  test('a status of a later version refuses', () => {
    const { host } = scene({ answer: withRequest(() => answer(200)) });
    expect(resultOf(host)).toMatchObject({ code: 'refused', status: null, mayHaveActed: false });
  });
});

describe('receipts', () => {
  const ROWS: readonly (readonly [string, Partial<Receipt>, number])[] = [
    ['another lock', { lockId: filled(1, 8) }, SCRIPT.identity],
    ['another session', { counter: filled(1, 8) }, SCRIPT.identity],
    ['an old sequence', { sequence: HELLO.receiptSequence }, SCRIPT.identity],
    ['another status', { status: denied }, SCRIPT.identity],
    ['an older policy than the lock said', { policyVersion: 0 }, SCRIPT.identity],
    ['another grant', { grantHash: filled(1, 8) }, SCRIPT.identity],
    ['another key', {}, 0x44],
  ];
  test.each(ROWS)('with %s are not kept, though the door is open', (_, edits, identity) => {
    const receipt = receiptOf({ ...SCRIPT, identity }, edits);
    const { host } = scene({ answer: withRequest(() => answer(permitted, receipt)) });
    expect(resultOf(host)).toMatchObject({ code: 'permitted', receipt: 'invalid' });
    expect(host.state.outbox.map(({ kind }) => kind)).toEqual(['device-ack']);
  });

  test('of a refusal are kept too, also where the air says only `denied`', () => {
    const receipt = receiptOf(SCRIPT, { status: STATUS_NUMBERS.signature_wrong });
    const { host } = scene({ answer: withRequest(() => answer(denied, receipt)) });
    expect(resultOf(host)).toMatchObject({ code: 'refused', status: 'denied', receipt: 'kept' });
    const grantHash = crypto.sha256(grantBytes()).slice(0, 8);
    const expired = receiptOf(SCRIPT, { status: STATUS_NUMBERS.expired, grantHash });
    const other = scene({ answer: withRequest(() => answer(STATUS_NUMBERS.expired, expired)) });
    expect(resultOf(other.host)).toMatchObject({ status: 'expired', receipt: 'kept' });
  });

  test.each([
    ['expired', 'clock_alarm', 'kept'],
    ['expired', 'fork', 'kept'],
    ['expired', 'revoked', 'invalid'],
    ['permitted', 'clock_alarm', 'invalid'],
    ['permitted', 'fork', 'invalid'],
  ] as const)('with the answer `%s` a receipt of `%s` is %s', (told, signed, receipt) => {
    const signedBytes = receiptOf(SCRIPT, { status: STATUS_NUMBERS[signed] });
    const { host } = scene({
      answer: withRequest(() => answer(STATUS_NUMBERS[told], signedBytes)),
    });
    expect(resultOf(host)).toMatchObject({ receipt });
  });

  test('bytes that are no receipt are not kept', () => {
    const { host } = scene({ answer: withRequest(() => answer(permitted, filled(1, 40))) });
    expect(resultOf(host)).toMatchObject({ code: 'permitted', receipt: 'invalid' });
  });
});

describe('when nothing comes', () => {
  test('a lock that does not answer M1 costs three tries', () => {
    const { host, lock } = scene({});
    lock.frame = () => [];
    const waits = [STAGE_MS.answer, STAGE_MS.answer, STAGE_MS.answer];
    expect(resultOf(host, ...waits)).toMatchObject({ code: 'timed_out', retryable: true });
    expect(of(host, 'connect')).toHaveLength(3);
  });

  test('a lock that does not answer the request may have opened', () => {
    const { host } = scene({ answer: withRequest(() => undefined) });
    expect(resultOf(host, STAGE_MS.bolt - 1, 1)).toMatchObject({
      code: 'outcome_unknown',
      mayHaveActed: true,
      retryable: true,
    });
  });

  test('a lock that hangs up after the request may have opened, and is not asked again', () => {
    const { host, lock } = scene({ answer: withRequest(() => null) });
    expect(resultOf(host)).toMatchObject({ code: 'outcome_unknown', mayHaveActed: true });
    expect(lock.heard.filter(({ kind }) => kind === 'request')).toHaveLength(1);
    expect(of(host, 'connect')).toHaveLength(1);
  });

  test('a lock that hangs up before is visited again, three times in all', () => {
    let carries = 0;
    const { host } = scene({
      answer: (message: PhoneMessage) => {
        if (message.kind !== 'carry') return withRequest(() => answer(permitted))(message, never);
        carries += 1;
        return carries < 3 ? null : { kind: 'carried', status: 64 };
      },
    });
    expect(resultOf(host).code).toBe('permitted');
    expect(of(host, 'connect')).toHaveLength(3);
  });

  test('an owner who does not release the key is told so, and the lock hears no request', () => {
    const { host, lock } = scene({ answer: withRequest(() => answer(permitted)) });
    host.signer = null;
    expect(resultOf(host)).toMatchObject({ code: 'signature_missing', mayHaveActed: false });
    host.effects.length = 0;
    host.signer = signerOf(55);
    expect(resultOf(host)).toMatchObject({ code: 'signature_missing', retryable: true });
    expect(lock.heard.map(({ kind }) => kind)).not.toContain('request');
  });

  test('giving up after the request says that the door may be open', () => {
    const { host } = scene({ answer: withRequest(() => undefined) });
    host.send({ kind: 'open', wish: WISH });
    host.send({ kind: 'cancel' });
    expect(host.results()).toMatchObject([{ code: 'outcome_unknown', mayHaveActed: true }]);
    const before = scene({ answer: () => undefined });
    before.host.send({ kind: 'open', wish: WISH });
    before.host.send({ kind: 'cancel' });
    expect(before.host.results()).toMatchObject([{ code: 'cancelled', mayHaveActed: false }]);
  });

  test('frames and endings of a link that was given up mean nothing', () => {
    const { host } = scene({ answer: () => undefined });
    host.send({ kind: 'open', wish: WISH });
    const { state } = host;
    host.send({ kind: 'frame', link: 9, bytes: filled(1, 5) });
    host.send({ kind: 'disconnected', link: 9 });
    host.send({ kind: 'connected', link: 9, mtu: 23, capabilities: filled(1, 3) });
    host.send({ kind: 'signed', order: 99, signature: filled(1, 64) });
    expect(host.state).toEqual(state);
  });

  test('every stage asks to be woken at its end', () => {
    const { host } = scene({ answer: () => undefined });
    host.send({ kind: 'open', wish: WISH });
    expect(of(host, 'wake').at(-1)).toEqual({ kind: 'wake', elapsedMs: STAGE_MS.answer });
  });
});

describe('a lock without a clock', () => {
  const asking = (then: number): Script['answer'] => {
    let requests = 0;
    return withRequest(() => {
      requests += 1;
      return answer(requests === 1 ? needed : then);
    });
  };

  test('gets a token with its nonce, and the same request once more', () => {
    const { host, lock } = scene({ answer: asking(permitted) });
    host.send({ kind: 'open', wish: WISH });
    expect(of(host, 'fetch-time-token')).toEqual([
      { kind: 'fetch-time-token', nonce: HELLO.nonce },
    ]);
    host.send({ kind: 'time-token', bytes: timeBytes(filled(1, 16)) });
    expect(host.results()).toEqual([]);
    const token = timeBytes(HELLO.nonce);
    host.send({ kind: 'time-token', bytes: token });
    expect(host.results()).toMatchObject([{ code: 'permitted' }]);
    const kinds = lock.heard.map(({ kind }) => kind);
    expect(kinds).toEqual(['carry', 'request', 'carry', 'carry', 'request', 'close']);
    expect(lock.heard[3]).toEqual({ kind: 'carry', object: 'time-token', bytes: token });
  });

  test('without a token in time, says what it needed', () => {
    const { host } = scene({ answer: asking(permitted) });
    expect(resultOf(host, STAGE_MS['time-token'])).toMatchObject({
      code: 'refused',
      status: 'time_token_needed',
    });
  });

  test('asks once a session', () => {
    const { host } = scene({ answer: asking(needed) });
    host.send({ kind: 'open', wish: WISH });
    host.send({ kind: 'time-token', bytes: timeBytes(HELLO.nonce) });
    expect(host.results()).toMatchObject([{ code: 'refused', status: 'time_token_needed' }]);
    expect(of(host, 'fetch-time-token')).toHaveLength(1);
  });
});

describe('news on the other side', () => {
  test('a lock of a later epoch, or that lacks a policy nobody has, asks for a new bundle', () => {
    const behind = scene({
      hello: { ...HELLO, trustEpoch: 2 },
      answer: withRequest(() => answer(denied)),
    });
    expect(resultOf(behind.host)).toMatchObject({ code: 'refresh_needed', status: 'denied' });
    const missing = STATUS_NUMBERS.policy_version_missing;
    const { host } = scene({ answer: withRequest(() => answer(missing)) });
    expect(resultOf(host)).toMatchObject({ code: 'refresh_needed', retryable: false });
  });

  test('a bolt that did not move may have', () => {
    const { host } = scene({ answer: withRequest(() => answer(STATUS_NUMBERS.bolt_failed)) });
    expect(resultOf(host)).toMatchObject({ code: 'refused', mayHaveActed: true, retryable: true });
  });
});

describe('reading a log', () => {
  const grants = [grantBytes({ scope: 8 })];
  const wish: Wish = { ...WISH, operation: 'read-log' };

  test('asks from where the server is, until nothing comes, and keeps what it cannot read', () => {
    let left = 2;
    const { host, lock } = scene(
      {
        answer: withRequest((message) => {
          if (message.kind === 'request') return answer(permitted);
          left -= 1;
          return { kind: 'segment', sealed: left < 0 ? null : filled(left + 1, 90) };
        }),
      },
      { doors: [doorOf({ grants })] },
    );
    host.send({ kind: 'open', wish });
    const asked = lock.heard.flatMap((one) => (one.kind === 'read-log' ? [one.from] : []));
    expect(asked).toEqual([1, 49, 97]);
    const kinds = host.state.outbox.map(({ kind }) => kind);
    expect(kinds).toEqual(['device-ack', 'log-segment', 'log-segment']);
  });

  test('ends after a whole ring, whatever the lock goes on saying', () => {
    let count = 0;
    const { host, lock } = scene(
      {
        answer: withRequest((message) => {
          count += 1;
          if (message.kind === 'request') return answer(permitted);
          return { kind: 'segment', sealed: filled(count, 90) };
        }),
      },
      { doors: [doorOf({ grants })] },
    );
    host.send({ kind: 'open', wish });
    expect(lock.heard.filter(({ kind }) => kind === 'read-log')).toHaveLength(11);
    expect(host.state.visit).toBeNull();
  });
});

test('J6 a phone in the middle of a session prints none of its keys', () => {
  const { host } = scene({ answer: () => undefined });
  host.send({ kind: 'open', wish: WISH });
  const { visit } = JSON.parse(JSON.stringify(host.state));
  expect(visit.stage.kind).toBe('talking');
  expect(visit.stage.talk.transport).toBe('secret');
});

const never = { hash: new Uint8Array(0), heard: [] };
