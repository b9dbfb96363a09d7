/** How far a proposal reaches, against a count of every pair of a person and a door. */
import { expect, test, vi } from 'vitest';
import { whyNot } from '../../../src/analysis/questions/why-not.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { drawOpening } from '../../helpers/arbitraries-requests.js';
import { changed } from '../../helpers/changes.js';
import { openingsOf } from '../../helpers/openings.js';
import { overWorlds } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';

// Seconds on a quiet machine, and minutes on a busy one or with DOORWRIGHT_RUNS.
vi.setConfig({ testTimeout: 1_200_000 });

/** Every other request that the change permits and the policy refuses, the facts put in each person's and door's terms. */
function counted(policy: Policy, after: Policy, request: AccessRequest): number {
  const { device, reader, ...facts } = request.context;
  const directionOf = (id: unknown) =>
    [...(policy.doors ?? []), ...(policy.elevators ?? [])]
      .flatMap(({ readers }) => readers ?? [])
      .filter((one) => one.id === id)
      .map(({ direction }) => direction ?? 'entry')[0];
  const readersOf = (type: string, id: string) =>
    (type === 'door'
      ? policy.doors?.find((door) => door.id === id)
      : policy.elevators?.find(({ stops }) => stops.some((stop) => stop.id === id))
    )?.readers ?? [];
  const people = [
    // A change may make a device the primary one: what counts is how the person comes afterwards.
    ...(after.users ?? []).map(({ id, primaryDevice }) => ({ type: 'user', id, primaryDevice })),
    ...(after.links ?? []).map(({ id }) => ({ type: 'link', id, primaryDevice: undefined })),
  ];
  let count = 0;
  for (const { type, id, primaryDevice } of people) {
    for (const opening of openingsOf(policy)) {
      const isSame = (one: { type: string; id: string }, other: { type: string; id: string }) =>
        one.type === other.type && one.id === other.id;
      if (isSame({ type, id }, request.subject) && isSame(opening, request.resource)) continue;
      const direction = directionOf(reader);
      const own = readersOf(opening.type, opening.id).find(
        (one) => direction !== undefined && (one.direction ?? 'entry') === direction,
      );
      const asked: AccessRequest = {
        subject: { type, id },
        action: { name: opening.type === 'door' ? 'unlock' : 'get_access' },
        resource: { type: opening.type, id: opening.id },
        context: {
          ...facts,
          ...(device === undefined || primaryDevice === undefined ? {} : { device: primaryDevice }),
          ...(own === undefined ? {} : { reader: own.id }),
        },
      };
      if (!referenceDecide(after, asked).decision) continue;
      if (!referenceDecide(policy, asked).decision) count += 1;
    }
  }
  return count;
}

test('the breadth is the number of other openings that a change permits', () => {
  let [compared, wide] = [0, 0];
  overWorlds(
    40,
    0,
    ({ policy, draw, anchor }) => {
      const engine = compilePolicy(policy);
      for (let draws = 0; draws < 4; draws++) {
        const drawn = drawOpening(draw, policy, anchor);
        if (drawn.subject.type === 'credential') continue;
        // Company makes one person's right a matter of another's.
        const { companions: _, ...context } = drawn.context;
        const request = { ...drawn, context };
        for (const proposal of whyNot(engine, request, { attemptsMax: 60 }).proposals) {
          const count = counted(policy, changed(policy, proposal.changes), request);
          compared += 1;
          wide += count > 0 ? 1 : 0;
          const { pairs, exact } = proposal.breadth;
          if (!exact || pairs !== count) expect({ request, proposal }).toBe(count);
        }
      }
    },
    { tenants: false },
  );
  expect(compared).toBeGreaterThan(100);
  expect(wide).toBeGreaterThan(20);
});
