import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PhoneEvent } from '../../../protocol/phone/event.js';
import type { LockMessage, PhoneMessage } from '../../../protocol/session/messages.js';
import { STATUS_NUMBERS } from '../../../protocol/status.js';
import { filled } from '../../helpers/issuing.js';
import { runs } from '../../helpers/runs.js';
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
import { phoneHost } from './phone-host.js';
import { receiptOf, scriptedLock } from './scripted-lock.js';

/** What happens to one frame on its way. */
const fate = fc.oneof(
  { weight: 60, arbitrary: fc.constant('keep' as const) },
  { weight: 2, arbitrary: fc.constantFrom('drop', 'double', 'flip', 'cut', 'hang-up') },
);
const { permitted, expired, denied, bolt_failed, applied } = STATUS_NUMBERS;
const status = fc.constantFrom(permitted, permitted, expired, denied, bolt_failed, 250);

const opens: PhoneEvent = {
  kind: 'open',
  wish: { lockId: LOCK_ID, operation: 'unlock', asserted: 1 },
};

test(
  'each wish ends once, and never as harmless when the bolt may have moved',
  () => {
    const grants = [grantBytes(), grantBytes({ id: filled(2, 8) })];
    const bundle = bundleBytes({ doors: [doorOf({ grants })], time: timeBytes() });
    let lost = 0;
    fc.assert(
      fc.property(
        fc.array(fate, { maxLength: 200 }),
        fc.array(status, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 23, max: 80 }),
        (fates, statuses, mtu) => {
          let frames = 0;
          let requests = 0;
          let moved = false;
          const answer = (message: PhoneMessage): LockMessage => {
            if (message.kind === 'carry') return { kind: 'carried', status: applied };
            if (message.kind !== 'request') return { kind: 'closed' };
            const number = statuses[requests % statuses.length]!;
            requests += 1;
            moved ||= number === permitted || number === bolt_failed;
            const receipt = receiptOf(SCRIPT, { status: Math.min(number, 255) });
            return { kind: 'answer', status: number, receipt };
          };
          const lock = scriptedLock({ ...SCRIPT, mtu, answer });
          const plain = lock.frame;
          const pass = (bytes: Uint8Array): Uint8Array[] | undefined => {
            const what = fates[frames++] ?? 'keep';
            if (what === 'hang-up') return undefined;
            const altered = bytes.slice();
            if (what === 'flip') altered[frames % altered.length]! ^= 1 << (frames & 7);
            const cut = what === 'cut' ? altered.slice(0, frames % altered.length) : altered;
            return what === 'drop' ? [] : what === 'double' ? [cut, cut] : [cut];
          };
          lock.frame = (bytes) => {
            const out: Uint8Array[] = [];
            for (const one of pass(bytes) ?? [undefined]) {
              const answers = one === undefined ? undefined : plain(one);
              if (answers === undefined) return undefined;
              for (const frame of answers) {
                const passed = pass(frame);
                if (passed === undefined) return undefined;
                out.push(...passed);
              }
            }
            return out;
          };
          const host = phoneHost(setup, device, lock);
          host.mtu = mtu;
          host.send({ kind: 'bundle', bytes: bundle });
          host.send(opens);
          for (let tick = 0; tick < 40 && host.state.visit !== null; tick++) {
            host.elapsedMs += 5000;
            host.send({ kind: 'tick' });
          }
          const [result, ...others] = host.results();
          expect(others).toEqual([]);
          expect(result).toBeDefined();
          expect(host.state.visit).toBeNull();
          if (moved) expect(result!.mayHaveActed).toBe(true);
          if (result!.code === 'permitted') expect(moved).toBe(true);
          if (result!.code !== 'permitted') lost += 1;
        },
      ),
      { numRuns: runs(80), seed: 45 },
    );
    expect(lost).toBeGreaterThan(5);
  },
  runs(60_000),
);

test(
  'no order of events makes it throw, tell a wish twice, or send where no link is',
  () => {
    const link = fc.integer({ min: 0, max: 4 });
    const lock = scriptedLock(SCRIPT);
    const event: fc.Arbitrary<PhoneEvent> = fc.oneof(
      fc.constant(opens),
      fc.constant<PhoneEvent>({ kind: 'cancel' }),
      fc.constant<PhoneEvent>({ kind: 'tick' }),
      fc.constant<PhoneEvent>({ kind: 'acknowledge' }),
      fc.constant<PhoneEvent>({ kind: 'sighted', address: 'a', advert: lock.advert }),
      link.map(
        (number): PhoneEvent => ({
          kind: 'connected',
          link: number,
          mtu: 23,
          capabilities: lock.advert.slice(13),
        }),
      ),
      link.map((number): PhoneEvent => ({ kind: 'disconnected', link: number })),
      fc
        .tuple(link, fc.uint8Array({ maxLength: 20 }))
        .map(([number, bytes]): PhoneEvent => ({ kind: 'frame', link: number, bytes })),
      fc
        .tuple(fc.nat(5), fc.option(fc.uint8Array({ maxLength: 70 })))
        .map(([order, signature]): PhoneEvent => ({ kind: 'signed', order, signature })),
      fc.uint8Array({ maxLength: 40 }).map((bytes): PhoneEvent => ({ kind: 'time-token', bytes })),
      fc.uint8Array({ maxLength: 40 }).map((bytes): PhoneEvent => ({ kind: 'bundle', bytes })),
    );
    const bundle = bundleBytes();
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.integer({ min: 0, max: 9000 }),
        (events, ms) => {
          // Nothing follows by itself: every effect stays undone.
          const host = phoneHost(setup, device, undefined);
          host.send({ kind: 'bundle', bytes: bundle });
          host.perform = () => [];
          for (const one of events) {
            host.elapsedMs += ms;
            const links = new Set([host.state.visit?.link ?? 0]);
            for (const effect of host.send(one)) {
              if (effect.kind === 'connect') links.add(effect.link);
              if (effect.kind === 'send') expect(links.has(effect.link)).toBe(true);
            }
          }
          const wishes = events.filter(({ kind }) => kind === 'open').length;
          const told = host.results().length;
          expect(told).toBe(
            host.state.visit === null || host.state.visit.told ? wishes : wishes - 1,
          );
        },
      ),
      { numRuns: runs(200), seed: 46 },
    );
  },
  runs(60_000),
);
