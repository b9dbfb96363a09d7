/** What is shown is true at every instant: over random worlds, clocks and policies, without React. */
import { expect, test } from 'vitest';
import { showAccess } from '../../src/adapters/react/lists.js';
import { Scene } from '../../src/adapters/react/scene.js';
import {
  type Question,
  questionText,
  type ShownDecision,
  showDecision,
  shownRefusal,
} from '../../src/adapters/react/shown.js';
import { type Shown, Watch } from '../../src/adapters/react/watch.js';
import { readInstant } from '../../src/engine/ask.js';
import { compilePolicy, type Engine } from '../../src/index.js';
import { overWorlds } from '../helpers/worlds.js';
import { changing } from './world.js';

/** A clock that only a test moves, and the timers on it. */
function virtualHost(start: number) {
  let time = start;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    clock: () => time,
    setTimer(callback: () => void, milliseconds: number) {
      const timer = { at: time + milliseconds, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    onWake: () => () => undefined,
    clockLookMs: 2 ** 31 - 1,
    /** Moves the clock on, and rings every timer at its instant. */
    pass(milliseconds: number) {
      const end = time + milliseconds;
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        time = Math.max(time, next.at);
        next.callback();
      }
      time = end;
    },
    timers,
  };
}

/** Shows what a watch says, as a screen does: it looks only when it is told to. */
function screen<T extends Shown>(watch: Watch<T>) {
  const seen = { shown: watch.getSnapshot(), renders: 0 };
  const leave = watch.subscribe(() => {
    seen.shown = watch.getSnapshot();
    seen.renders++;
  });
  return { seen, leave };
}

const brief = ({ decision, reason, reasons, grants }: ShownDecision) => ({
  decision,
  reason,
  reasons,
  grants,
});

test('a screen that looks only when told shows the decision of this instant', () => {
  let changes = 0;
  let permits = 0;
  overWorlds(60, 3, ({ policy, requests, draw }) => {
    const engines = [
      compilePolicy(policy),
      compilePolicy({ ...policy, assignments: [] }),
    ] as Engine[];
    for (const { context, ...asked } of requests) {
      const start = readInstant(Object(context).time);
      if (Number.isNaN(start) || start < 0 || start > 4e12) continue;
      const { time: _, ...facts } = Object(context);
      const text = questionText({ ...asked, facts } satisfies Question);
      const host = virtualHost(start);
      const source = changing(engines[0]);
      const scene = new Scene(source, host);
      const { seen, leave } = screen(
        new Watch<ShownDecision>(scene, {
          find: (deciding, time) => showDecision(deciding, text, time),
          fault: shownRefusal('fault'),
          onServer: shownRefusal('not_ready'),
        }),
      );
      for (let step = 0; step < 6; step++) {
        const engine = source.current();
        const fresh = showDecision(
          {
            ok: true,
            view: {
              engine: engine as Engine,
              decide: (r, o) => (engine as Engine).decide(r, o),
              stale: false,
            },
          },
          text,
          host.clock(),
        );
        expect(brief(seen.shown)).toEqual(brief(fresh));
        if (seen.shown.decision) permits++;
        if (draw.int(0, 9) === 0) source.become(engines[draw.int(0, 1)]);
        else host.pass(draw.int(1, 14 * 24 * 60) * 60_000);
      }
      changes += seen.renders;
      leave();
      expect(host.timers.size).toBe(0);
      expect(source.listeners.size).toBe(0);
    }
  });
  expect(changes).toBeGreaterThan(20);
  expect(permits).toBeGreaterThan(20);
});

test("a list of what somebody holds is the engine's at this instant", () => {
  let changes = 0;
  overWorlds(60, 1, ({ policy, draw }) => {
    const engine = compilePolicy(policy) as Engine;
    const host = virtualHost(Date.parse('2026-03-20T00:00:00Z'));
    for (const { id } of engine.policy.users?.slice(0, 3) ?? []) {
      const subject = { type: 'user', id };
      const text = questionText({ subject });
      const fault = showAccess({ ok: false, code: 'not_ready' }, text, 0);
      const { seen, leave } = screen(
        new Watch(new Scene(engine, host), {
          find: (deciding, time) => showAccess(deciding, text, time),
          fault,
          onServer: fault,
        }),
      );
      for (let step = 0; step < 5; step++) {
        expect(seen.shown.entries).toEqual(engine.access(subject, { time: host.clock() }));
        host.pass(draw.int(1, 7 * 24 * 60) * 60_000);
      }
      changes += seen.renders;
      leave();
    }
  });
  expect(changes).toBeGreaterThan(20);
});
