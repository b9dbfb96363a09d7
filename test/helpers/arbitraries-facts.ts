/** Random facts of a request, near the truth: the door's readers, the holder's devices, instants at which rules change. */
import type { Entity, Facts } from '../../src/engine/request.js';
import type { Policy } from '../../src/policy/document.js';
import type { Draw } from './arbitraries-draw.js';
import { shift } from './arbitraries-places.js';
import type { Opening } from './openings.js';

export function drawFacts(
  draw: Draw,
  policy: Policy,
  anchor: number,
  opening: Opening,
  subject: Entity,
): Facts {
  const holder =
    subject.type === 'credential'
      ? policy.credentials!.find(({ id }) => id === subject.id)!.user
      : subject.id;
  const own = (policy.credentials ?? []).filter(
    ({ user, state }) => user === holder && (state === 'active' || draw.chance(30)),
  );
  const primary = policy.users?.find(({ id }) => id === holder)?.primaryDevice;
  const devices = [
    ...own.map(({ id }) => id),
    ...(primary === undefined ? [] : [primary, primary]),
  ];
  const anyDevice = [
    'unheard-of',
    'unheard-of',
    'phone-1',
    'fob',
    'Fob',
    '__proto__',
    'unheard-of',
  ];
  const device = devices.length > 0 && draw.chance(96) ? draw.pick(devices) : draw.pick(anyDevice);
  const readers =
    opening.readers.length > 0 && draw.chance(93)
      ? opening.readers
      : ['front-in', 'elsewhere', '__proto__'];
  const time = drawTime(draw, policy, anchor);
  return {
    time,
    ...draw.maybe(85, {
      method: draw.pick([
        'tap',
        'tap',
        'card',
        'qr',
        'remote',
        'link',
        'tap',
        'wave',
        'tap',
        'qr',
        'remote',
      ]),
    }),
    ...draw.maybe(75, {
      location: {
        ...near(draw, opening.centre),
        accuracy: draw.pick([0, 5, 20, 50, 60, 300, 301, 4000]),
      },
    }),
    ...draw.maybe(75, { reader: draw.pick(readers) }),
    ...draw.maybe(subject.type === 'credential' ? 6 : 70, { device }),
    ...draw.maybe(70, { secondFactor: true }),
    ...draw.maybe(45, { arrivals: drawArrivals(draw, policy, anchor, time) }),
    ...draw.maybe(80, { occupancy: draw.pick([0, 0, 0, 1, 1, 2, 3, 9]) }),
    ...draw.maybe(85, { presence: drawPresence(draw, time) }),
    ...draw.maybe(70, { companions: drawCompanions(draw, policy, holder) }),
  };
}

function drawPresence(draw: Draw, time: Facts['time']): object {
  const at = new Date(time).getTime();
  const minutes = draw.pick([0, 1, 2, 59, 60, 61, 1439, 1440, 1441, -1]);
  return {
    state: draw.pick(['outside', 'outside', 'outside', 'inside', 'inside', 'unknown', 'away']),
    ...draw.maybe(85, { since: new Date(at - minutes * 60_000 + draw.int(-1, 1)).toISOString() }),
  };
}

/** Mostly people who hold something, sometimes the person himself, or more than are looked at. */
function drawCompanions(draw: Draw, policy: Policy, holder: string): unknown[] {
  const users = policy.users!.map(({ id }) => id);
  const busy = (policy.assignments ?? []).flatMap(({ subject }) =>
    subject.type === 'user' ? [subject.id] : [],
  );
  const company = draw.upTo(3, [...busy, ...users, holder, 'nobody', '', null, 7]);
  return draw.chance(5) ? [...Array<string>(draw.int(14, 16)).fill('nobody'), ...company] : company;
}

function near(
  draw: Draw,
  centre: { latitude: number; longitude: number },
): { latitude: number; longitude: number } {
  const distance = draw.pick([0, 0, 10, 45, 55, 270, 330, 9000, 11_000]);
  return shift(centre, distance, draw.int(0, 7) * 45);
}

function drawArrivals(draw: Draw, policy: Policy, anchor: number, time: Facts['time']): unknown[] {
  const at = new Date(time).getTime();
  const close = [0, 1, 60_000, 3_600_000, 7 * 3_600_000, 86_400_000, 3 * 86_400_000].map((ago) =>
    new Date(at - ago).toISOString(),
  );
  const count = draw.int(0, 3);
  return Array.from({ length: count }, () =>
    draw.chance(80)
      ? draw.pick(close)
      : draw.pick<unknown>([drawTime(draw, policy, anchor), at, 'noon', null, {}, Number.NaN]),
  );
}

/** Instants far from any rule: local mean time with seconds, the first days, a century on. */
const FAR = [
  '1850-06-15T12:00:30Z',
  '0001-02-03T04:05:06Z',
  '1970-01-01T00:00:00Z',
  '2150-03-01T12:00:00Z',
];

/** An instant near the anchor or near one the policy names, in each of the shapes a caller may give. */
export function drawTime(draw: Draw, policy: Policy, anchor: number): Facts['time'] {
  const texts =
    JSON.stringify(policy).match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g) ??
    [];
  const around =
    texts.length > 0 && draw.chance(25)
      ? Date.parse(draw.pick(texts))
      : anchor + draw.int(-3 * 48, 3 * 48) * 1_800_000;
  const near = draw.chance(3) ? Date.parse(draw.pick(FAR)) : around;
  const ms = near + draw.pick([0, 0, 0, -1, 1, 60_000, -60_000, 900_000]);
  switch (draw.int(0, 5)) {
    case 0:
      return ms;
    case 1:
      return new Date(ms);
    case 2:
      return new Date(ms + 5 * 3_600_000 + 45 * 60_000).toISOString().replace('Z', '+05:45');
    default:
      return new Date(ms).toISOString();
  }
}
