/** Random sites whose doors are offline and whose people have phones. */
import type { Policy } from '../../src/policy/document.js';
import type { World } from '../helpers/arbitraries.js';
import type { Draw } from '../helpers/arbitraries-draw.js';
import { zones } from '../helpers/arbitraries-places.js';
import { drawSchedule } from '../helpers/arbitraries-schedules.js';

type Loose = { id: string; [member: string]: unknown };

/**
 * The policy of a world with every door offline at one entry reader, sometimes with an exit or none beside, a phone
 * for each user, and hours for more assignments.
 */
export function offline({ policy, anchor }: World, draw: Draw): Policy {
  const doors = (policy.doors as unknown as Loose[]).map(({ unlock: _, readers: __, ...door }) => {
    const entry = { id: `${door.id}-in`, ...draw.maybe(50, { direction: 'entry' }) };
    const exit = { id: `${door.id}-out`, direction: 'exit' };
    const readers = draw.pick([[entry], [entry], [entry, exit], [exit, entry], []]);
    return { ...door, lock: 'offline', ...(readers.length > 0 ? { readers } : {}) };
  });
  // Users name `phone-1`, `phone-2` or `own` as their primary device.
  const credentials = policy.users!.map(({ id: user }, index) => ({
    id: ['phone-1', 'phone-2', 'own', 'phone-4', 'phone-5'][index]!,
    kind: draw.chance(95) ? 'phone' : 'pass',
    user,
    state: draw.chance(95) ? 'active' : draw.pick(['inactive', 'lost', 'stolen']),
  }));
  const assignments = policy.assignments!.map((each) =>
    draw.chance(50)
      ? { ...each, validity: { ...each.validity, schedule: hours(draw, anchor) } }
      : each,
  );
  const whole = { ...policy, doors, credentials, assignments } as unknown as Policy;
  // Where people are counted nothing is lowered: mostly there is no such demand, so that grants are many.
  return draw.chance(20) ? whole : withoutPresence(whole);
}

/** The policy without limits of people, anti-passback and the rule of two persons. */
function withoutPresence(policy: Policy): Policy {
  const presence = new Set(['occupancyLimit', 'antiPassback', 'twoPerson']);
  const text = JSON.stringify(policy, (name, value: unknown) =>
    presence.has(name) ? undefined : value,
  );
  return JSON.parse(text) as Policy;
}

/** A schedule that names its zone, so that it may stand anywhere. */
function hours(draw: Draw, anchor: number): object {
  const { id: _, ...body } = drawSchedule(draw, 'hours', anchor, []);
  return { ...body, timeZone: draw.pick(zones) };
}

/** The policy with every instant it names moved by up to a minute, so that rules begin and end within minutes. */
export function unevenly(policy: Policy, draw: Draw): Policy {
  const text = JSON.stringify(policy).replace(
    /"(from|until|since)":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"/g,
    (whole, name: string, instant: string) => {
      const by = draw.pick([0, 1, 500, 1000, 17_250, 30_000, 59_999]);
      // Ends move later and beginnings earlier, so that no end comes before its beginning.
      const ms = Date.parse(instant) + (name === 'until' ? by : -by);
      return whole.replace(instant, new Date(ms).toISOString());
    },
  );
  return JSON.parse(text) as Policy;
}
