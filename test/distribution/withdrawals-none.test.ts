/** A change that only adds closes nothing, and really only adds: what is said of kinds of changes holds of the engine. */
import { expect, test } from 'vitest';
import { withdrawalsOf } from '../../src/distribution/withdrawals-of.js';
import { overWorlds } from '../helpers/worlds.js';
import { appliedTo, engineOf } from './histories.js';
import { questionsOf } from './questions.js';
import { WIDENING } from './widening-edits.js';

test('a change that only adds is not withdrawn, and keeps nobody out', () => {
  const seen = new Map(Object.keys(WIDENING).map((name) => [name, 0]));
  let gained = 0;
  overWorlds(30, 0, (world) => {
    const engine = engineOf(world.policy);
    const asked = [...questionsOf(world, 'in', [0]), ...questionsOf(world, 'out', [9])];
    for (const [name, edit] of Object.entries(WIDENING)) {
      const changes = edit(world.draw, world);
      const after = changes && appliedTo(engine, changes);
      if (changes === undefined || after === undefined) continue;
      seen.set(name, seen.get(name)! + 1);
      expect(withdrawalsOf(engine, changes), `${name} ${JSON.stringify(changes)}`).toBeUndefined();
      for (const request of asked) {
        const before = engine.check(request);
        if (before === after.check(request)) continue;
        gained += 1;
        if (before) expect({ name, changes, request }).toBe('permitted as before');
      }
    }
  });
  expect([...seen].filter(([, times]) => times === 0)).toEqual([]);
  expect(gained).toBeGreaterThan(200);
});
