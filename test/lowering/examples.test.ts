/** The example sites, lowered: every phone at every offline door, and the grant that docs/lowering.md shows. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { lower, lowerDevice } from '../../src/lowering/lower.js';
import type { Policy } from '../../src/policy/document.js';
import { readExamples } from '../helpers/examples.js';
import { DAY, HOUR } from './flat.js';
import { faultsOf, opens } from './lock.js';

type Loose = { id: string; [member: string]: unknown };

/** The site with a phone for everybody, and offline locks at the entry readers of sites that have none. */
function withPhones(policy: Policy): Policy {
  const isOffline = policy.doors!.some(({ lock }) => lock === 'offline');
  const doors = (policy.doors as unknown as Loose[]).map(({ unlock, ...door }) =>
    isOffline
      ? { ...door, ...(unlock === undefined ? {} : { unlock }) }
      : { ...door, lock: 'offline' },
  );
  const phones = policy.users!.map(({ id }) => ({
    id: `+${id}`,
    kind: 'phone',
    user: id,
    state: 'active',
  }));
  return {
    ...policy,
    doors,
    credentials: [...policy.credentials!, ...phones],
  } as unknown as Policy;
}

/** A week from a Friday noon, with hours, a holiday night, and in one site the clock's jump of March. */
const WEEKS = [
  '2026-12-04T12:00:00+01:00',
  '2026-03-27T12:00:00+01:00',
  '2026-12-31T12:00:00+01:00',
];

describe.each(readExamples())('examples/$name', ({ policy: document }) => {
  const policy = withPhones(document as Policy);
  const engine = compilePolicy<unknown>(policy);
  const doors = policy.doors!.filter(({ lock }) => lock === 'offline');

  test.each(WEEKS)('in the week from %s every lock opens as the policy says', (friday) => {
    const from = Date.parse(friday) / 1000;
    let grants = 0;
    let permits = 0;
    for (const { id: user } of policy.users!) {
      const credential = `+${user}`;
      const options = { guestLifeSeconds: 7 * DAY, lifeSeconds: new Map() };
      const device = lowerDevice(engine, { user, credential, from, options });
      const byDoor = new Map(device.doors.map((each) => [each.door, each]));
      for (const { door, grants: own, until } of device.doors) {
        grants += own.length;
        expect([door, until]).toEqual([door, from + 7 * DAY]);
        expect(own.flatMap(faultsOf)).toEqual([]);
      }
      for (const door of doors) {
        const reader = door.readers?.find(({ direction }) => direction !== 'exit')?.id;
        // Every three and a half hours, so that in a week each time of the day has its turn.
        for (let t = from; t < from + 7 * DAY; t += 3.5 * HOUR) {
          for (const secondFactor of [false, true]) {
            const context = {
              time: t * 1000,
              method: 'tap',
              device: credential,
              reader,
              secondFactor,
            };
            const permitted = engine.can(user, 'unlock', door.id, context);
            const asserted = secondFactor ? 31 : 15;
            const opened =
              byDoor.get(door.id)?.grants.some((each) => opens(each, t, asserted)) ?? false;
            if (opened !== permitted) expect({ user, door, context, opened }).toBe(permitted);
            if (opened) permits += 1;
          }
        }
      }
    }
    expect(grants).toBeGreaterThan(20);
    expect(permits).toBeGreaterThan(500);
  });
});

test('the page shows what lowering gives', () => {
  const page = readFileSync('docs/lowering.md', 'utf8');
  const shown = [...page.matchAll(/^```json\n(.*?)^```$/gmsu)].map(([, text]) =>
    JSON.parse(text ?? ''),
  );
  const housing = readExamples().find(({ name }) => name === 'housing');
  const engine = compilePolicy<unknown>(housing?.policy);
  const [question, answer] = shown;
  expect(lower(engine, question)).toEqual(answer);
  expect(shown).toHaveLength(2);
});
