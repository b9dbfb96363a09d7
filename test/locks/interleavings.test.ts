/** A gateway under everything that can happen at once, against what must never happen. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DoorReport, LockProvider } from '../../src/adapters/for-locks.js';
import { runs } from '../helpers/runs.js';
import { asks, gatewayOf, LOCKDOWN, MINUTE } from './gateway-parts.js';

const DOORS = ['front', 'back'] as const;
const behaviour = fc.record(
  {
    delayMs: fc.constantFrom(1, 50, 3000, 4999, 5000, 9000),
    deaf: fc.boolean(),
    mute: fc.boolean(),
    twice: fc.boolean(),
    refuse: fc.constant('busy'),
    jam: fc.boolean(),
  },
  { requiredKeys: [] },
);
const door = fc.constantFrom(...DOORS);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      user: fc.constantFrom('ann', 'ann', 'bob'),
      door,
      // Of few ids, so that some are asked again.
      id: fc.integer({ min: 0, max: 5 }),
      gaveUp: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 1, 40, 2500, 5000, 7000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('behave' as const), door, behaviour }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('away' as const), door, isThere: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lockdown' as const), on: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Sent {
  readonly commandId: string;
  readonly device: string;
  readonly permitted: boolean;
}

/** Plays a script; answers what was sent, and every report that was given. */
async function play(script: readonly Step[]) {
  const sent: Sent[] = [];
  const asked = new Map<string, string>();
  const parts: ReturnType<typeof gatewayOf> = gatewayOf({
    provider: (provider: LockProvider): LockProvider => ({
      ...provider,
      unlock(device, order) {
        const user = asked.get(order.commandId) ?? 'nobody';
        const context = { time: parts.clock.now(), method: 'remote' };
        const request = { ...asks(user, device.slice(5)), action: { name: 'unlock' }, context };
        const permitted = parts.state.engine.check(request);
        sent.push({ commandId: order.commandId, device, permitted });
        return provider.unlock(device, order);
      },
    }),
  });
  const reports: { readonly id: string; readonly report: DoorReport }[] = [];
  let isDown = false;
  const waiting: Promise<void>[] = [];
  for (const one of script) {
    if (one.kind === 'pass') await parts.clock.pass(one.ms);
    else if (one.kind === 'behave')
      parts.locks.lock(`lock-${one.door}`).behave(one.behaviour as never);
    else if (one.kind === 'away') parts.locks.setAvailable(`lock-${one.door}`, one.isThere);
    else if (one.kind === 'lockdown') {
      if (one.on !== isDown) parts.apply(one.on ? LOCKDOWN : { remove: { lockdowns: ['alarm'] } });
      isDown = one.on;
    } else {
      const id = `r-${one.id}-${one.user}-${one.door}`;
      asked.set(id, one.user);
      const ending = new AbortController();
      const options = { requestId: id, signal: ending.signal };
      waiting.push(
        parts.gateway
          .unlock(asks(one.user, one.door), options)
          .then((report) => void reports.push({ id, report })),
      );
      if (one.gaveUp) ending.abort();
    }
  }
  // Whatever is slow comes to its end, and stays there.
  await parts.clock.pass(MINUTE);
  await Promise.all(waiting);
  await parts.gateway.close();
  const moves = DOORS.flatMap((name) =>
    parts.locks.lock(`lock-${name}`).moves.map(({ command }) => command),
  );
  return { sent, reports, moves };
}

test('never a command without a permit, never two for one request, and every report is honest', async () => {
  let commands = 0;
  let unsure = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (script) => {
      const { sent, reports, moves } = await play(script);
      const count = (id: string) => moves.filter(({ commandId }) => commandId === id).length;
      for (const { permitted } of sent) expect(permitted).toBe(true);
      for (const { commandId } of sent) {
        expect(sent.filter((other) => other.commandId === commandId)).toHaveLength(1);
        expect(count(commandId)).toBeLessThanOrEqual(1);
      }
      for (const { commandId } of moves)
        expect(sent.some((other) => other.commandId === commandId)).toBe(true);
      for (const { id, report } of reports) {
        if (report.decision?.decision !== true) expect(report.command).toBeNull();
        if (report.command === null) expect(report.mayHaveActed).toBe(false);
        else expect(report.mayHaveActed).toBe(report.command.mayHaveActed);
        if (report.command?.outcome === 'confirmed') expect(count(id)).toBe(1);
        // A report of no command speaks for itself alone: the same id may have been asked before or after.
        if (report.command !== null && !report.mayHaveActed) expect(count(id)).toBe(0);
        commands += report.command === null ? 0 : 1;
        unsure += report.mayHaveActed && report.command?.outcome !== 'confirmed' ? 1 : 0;
      }
    }),
    { seed: 20261122, numRuns: runs(1000) },
  );
  // The property would hold of a gateway that does nothing.
  expect(commands).toBeGreaterThan(500);
  expect(unsure).toBeGreaterThan(100);
});
