/** What a change takes away is taken away wherever it is heard of, whatever else is missing there. */
import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../src/distribution/parse-message.js';
import { withdraw } from '../../src/distribution/withdraw.js';
import type { Withdrawal } from '../../src/distribution/withdrawal.js';
import { withdrawalsOf } from '../../src/distribution/withdrawals-of.js';
import type { Engine } from '../../src/engine/engine.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import { right, site, unlock } from '../helpers/builders.js';
import { overWorlds } from '../helpers/worlds.js';
import { appliedTo, drawOpenings, drawStep, engineOf, isLeaving } from './histories.js';
import { NARROWING } from './narrowing-edits.js';
import { questionsOf } from './questions.js';

/** What an engine permits of some questions. */
const permitted = (engine: Engine, requests: readonly AccessRequest[]) =>
  requests.filter((request) => engine.check(request));

/** A withdrawal as a reader finds it in a delta. */
function sentAndRead(withdraws: Withdrawal): Withdrawal | undefined {
  const chain = '0'.repeat(64);
  const about = { organization: 'org', slice: '', epoch: 1, revision: 2, chain, at: 0 };
  const delta = { kind: 'delta', ...about, previous: chain, changes: { revision: 2 }, withdraws };
  const read = parseMessage(JSON.parse(JSON.stringify(delta)));
  return read.ok && read.value.kind === 'delta' ? read.value.withdraws : undefined;
}

/** Fails when a state less a withdrawal permits what the truth after the change refuses; answers how often it matters. */
function expectComplete(
  engine: Engine,
  truth: Engine,
  changes: Changes,
  requests: readonly AccessRequest[],
): number {
  const withdrawal = withdrawalsOf(engine, changes);
  const less = withdraw(engine, withdrawal === undefined ? [] : [withdrawal]);
  let refused = 0;
  for (const request of requests) {
    if (truth.check(request)) continue;
    refused += 1;
    if (!less.check(request)) continue;
    const answers = { less: less.decide(request), truth: truth.decide(request) };
    expect({ request, changes, withdrawal, ...answers }).toBe('refused, as the truth does');
  }
  return refused;
}

describe('a change is withdrawn from the state before it', () => {
  test('so that nobody comes in whom the state after it keeps out: every kind of change', () => {
    const bites = new Map(Object.keys(NARROWING).map((name) => [name, { named: 0, refused: 0 }]));
    overWorlds(80, 0, (world) => {
      const engine = engineOf(world.policy);
      const open = permitted(engine, questionsOf(world));
      for (const [name, [member, edit]] of Object.entries(NARROWING)) {
        const changes = edit(world.draw, world);
        const truth = changes && appliedTo(engine, changes);
        if (truth === undefined) continue;
        const withdrawal = withdrawalsOf(engine, changes!);
        expect(withdrawal?.[member], `${name}: ${JSON.stringify(withdrawal)}`).toBeDefined();
        expect(sentAndRead(withdrawal!)).toEqual(withdrawal);
        const bite = bites.get(name)!;
        bite.named += 1;
        bite.refused += expectComplete(engine, truth, changes!, open);
      }
    });
    const idle = [...bites].filter(([, { named, refused }]) => named * refused === 0);
    // Nested teams seldom make a difference in random sites: there is a case for them below.
    expect(idle.map(([name]) => name).filter((name) => name !== 'a team leaves a team')).toEqual(
      [],
    );
  });

  test('so that nobody comes in whom the state after it keeps out: changes at random', () => {
    const counts = { steps: 0, refused: 0 };
    overWorlds(60, 0, (world) => {
      const engine = engineOf(world.policy);
      const step = drawStep(world.draw, world.policy);
      if (step === undefined) return;
      const asked = drawOpenings(world.draw, 20, world, step.after);
      const truth = engine.apply(step.changes);
      const open = permitted(engine, [...asked, ...questionsOf(world)]);
      const coming = open.filter((request) => !isLeaving(world.policy, request));
      counts.steps += 1;
      counts.refused += expectComplete(engine, truth, step.changes, coming);
    });
    expect(counts.steps).toBeGreaterThan(30);
    expect(counts.refused).toBeGreaterThan(300);
  });
});

test('who came in by a team of a team does not when the inner team leaves the outer one', () => {
  const engine: Engine = compilePolicy<unknown>({
    ...site({}),
    teams: [
      { id: 'inner', users: ['ada'] },
      { id: 'outer', teams: ['inner'] },
    ],
    assignments: [{ ...right('a', 'ada'), subject: { type: 'team', id: 'outer' } }],
  });
  const withdrawal = withdrawalsOf(engine, { put: { teams: [{ id: 'outer' }] } });
  expect(withdrawal).toEqual({ members: [{ team: 'outer', teams: ['inner'] }] });
  expect(engine.check(unlock('ada', 'front'))).toBe(true);
  expect(withdraw(engine, [withdrawal!]).check(unlock('ada', 'front'))).toBe(false);
});
