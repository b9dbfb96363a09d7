/** Random buildings: places, floors, doors, elevators and groups, with what each asks for. */
import type { Draw } from './arbitraries-draw.js';
import { somewhere, zones } from './arbitraries-places.js';
import { instantText } from './arbitraries-schedules.js';

export type Loose = { id: string; [member: string]: unknown };

export interface Site {
  readonly places: Loose[];
  readonly floors: Loose[];
  readonly doors: Loose[];
  readonly elevators: Loose[];
  readonly groups: Loose[];
  readonly hasZone: boolean;
}

// One id in many collections, and spellings that differ in case.
const NAMES = ['north', 'North', '__proto__', 'hq', 'x:1'];

export function drawSite(
  draw: Draw,
  anchor: { ms: number; zone: string },
  hasZone: boolean,
  schedules: readonly string[],
  tenants: readonly string[],
): Site {
  const places: Loose[] = draw.atLeast(1, 3, ['north', 'North', '__proto__']).map((id, index) => ({
    id,
    location: somewhere(draw),
    ...(index === 0 || !hasZone || draw.chance(50)
      ? { timeZone: index === 0 ? anchor.zone : draw.pick(zones) }
      : {}),
    ...(draw.chance(90)
      ? {
          capacity: draw.int(1, 3),
          ...draw.maybe(25, {
            restrictions: drawRestrictions(draw, schedules, ['limit', 'passback']),
          }),
        }
      : draw.maybe(25, { restrictions: drawRestrictions(draw, schedules, ['passback']) })),
  }));
  const capacityOf = (place: unknown) =>
    places.find(({ id }) => id === place)!['capacity'] === undefined ? [] : ['limit' as const];
  const inSomePlace = () => draw.pick(places).id;
  const floors: Loose[] = draw
    .atLeast(1, 3, ['f0', 'f1', '__proto__'])
    .map((id) => ({ id, place: inSomePlace() }));
  const floorOf = (place: unknown) =>
    draw.pick([
      undefined,
      ...floors.filter((floor) => floor['place'] === place).map(({ id }) => id),
    ]);
  const unlocks = () =>
    schedules.length === 0
      ? []
      : [
          {
            schedule: draw.pick(schedules),
            ...draw.maybe(50, { firstToArrive: draw.pick(schedules) }),
          },
        ];
  const doors: Loose[] = draw.atLeast(2, 4, ['front', 'Front', '__proto__', 'north']).map((id) => {
    const place = inSomePlace();
    const floor = floorOf(place);
    const isOffline = draw.chance(10);
    return {
      id,
      place,
      ...(floor === undefined ? {} : { floor }),
      ...(isOffline ? { lock: 'offline' } : {}),
      ...draw.maybe(40, {
        location: somewhere(draw, places.find((each) => each.id === place)!['location'] as never),
      }),
      ...draw.maybe(65, {
        readers: draw.chance(60)
          ? [
              { id: `${id}-in`, direction: 'entry' },
              { id: `${id}-out`, direction: 'exit' },
            ]
          : [{ id: `${id}-in` }],
      }),
      ...draw.maybe(35, {
        restrictions: drawRestrictions(draw, schedules, [...capacityOf(place), 'passback']),
      }),
      ...(isOffline ? {} : draw.maybe(25, { unlock: unlocks() })),
      ...draw.maybe(20, { strictExit: draw.chance(70) }),
      ...(tenants.length > 0 && draw.chance(25)
        ? { tenant: { user: draw.pick(tenants), since: instantText(draw, anchor.ms, -400) } }
        : {}),
    };
  });
  const elevators: Loose[] = draw.upTo(1, ['lift', 'front']).flatMap((id) => {
    const place = draw.pick(floors)['place'] as string;
    const stops = floors
      .filter((floor) => floor['place'] === place)
      .map((floor) => ({
        id: `stop-${floor.id}`,
        floor: floor.id,
        ...draw.maybe(40, { restrictions: drawRestrictions(draw, schedules, capacityOf(place)) }),
        ...draw.maybe(25, { unlock: unlocks() }),
      }));
    return [
      {
        id,
        place,
        stops,
        ...draw.maybe(60, {
          readers: [{ id: `${id}-cab` }, { id: `${id}-leave`, direction: 'exit' }],
        }),
      },
    ];
  });
  const stops = elevators.flatMap((each) =>
    (each['stops'] as Loose[]).map(({ id }) => ({ id, place: each['place'] })),
  );
  const groups: Loose[] = draw.upTo(3, NAMES).map((id) => {
    const place = draw.chance(40) ? inSomePlace() : undefined;
    const here = (all: readonly Loose[]) =>
      draw
        .some(
          70,
          all.filter((each) => place === undefined || each['place'] === place),
        )
        .map((each) => each.id);
    const own = here(doors);
    return {
      id,
      ...(place === undefined ? {} : { place }),
      doors: draw.chance(20) ? [...own, ...own] : own,
      ...draw.maybe(60, { stops: here(stops) }),
      ...draw.maybe(45, { restrictions: drawRestrictions(draw, schedules, []) }),
      ...draw.maybe(10, { enabled: false }),
    };
  });
  return { places, floors, doors, elevators, groups, hasZone };
}

/** `may`: whether the place's capacity, and anti-passback, may be asked for here. */
function drawRestrictions(
  draw: Draw,
  schedules: readonly string[],
  may: readonly ('limit' | 'passback')[],
): object {
  const kinds = draw.atLeast(1, 2, [
    'geofence',
    'reader',
    'schedule',
    'schedule',
    'primaryDevice',
    'secondFactor',
    'appAccess',
  ]);
  const circle = () => draw.pick([{}, { radius: 50 }, { radius: 300 }, { radius: 10_000 }]);
  return {
    ...(kinds.includes('geofence')
      ? { geofence: draw.chance(30) ? drawPolygon(draw) : circle() }
      : {}),
    ...(kinds.includes('reader') ? { reader: draw.chance(85) } : {}),
    ...(kinds.includes('schedule') && schedules.length > 0
      ? { schedule: draw.pick(schedules) }
      : {}),
    ...(kinds.includes('primaryDevice') ? { primaryDevice: draw.chance(85) } : {}),
    ...(kinds.includes('secondFactor') ? { secondFactor: draw.chance(85) } : {}),
    ...(kinds.includes('appAccess') ? { appAccess: draw.chance(15) } : {}),
    ...(draw.chance(30) ? drawPresence(draw, may) : {}),
  };
}

function drawPresence(draw: Draw, may: readonly ('limit' | 'passback')[]): object {
  const kinds = draw.atLeast(1, 2, ['occupancyLimit', 'antiPassback', 'twoPerson']);
  const passback = {
    mode: draw.chance(80) ? 'hard' : 'soft',
    ...draw.maybe(60, { resetMinutes: draw.pick([1, 60, 1440]) }),
  };
  const limits = [1, 2, 3, ...(may.includes('limit') ? [true, true] : [])];
  return {
    ...(kinds.includes('occupancyLimit') ? { occupancyLimit: draw.pick(limits) } : {}),
    ...(kinds.includes('antiPassback') && may.includes('passback')
      ? { antiPassback: passback }
      : {}),
    ...(kinds.includes('twoPerson') ? { twoPerson: draw.chance(85) } : {}),
  };
}

function drawPolygon(draw: Draw): object {
  const { latitude: y, longitude: x } = somewhere(draw, undefined, true);
  const west = x - 0.0078125;
  const east = x + 0.0078125 > 180 ? x + 0.0078125 - 360 : x + 0.0078125;
  const [south, north] = [y - 0.00390625, y + 0.00390625];
  const square = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  const notched = [
    [west, south],
    [east, south],
    [east, north],
    [x, y],
    [west, north],
  ];
  const corners = draw.chance(50) ? square : notched;
  return {
    polygon: draw.chance(30) ? [...corners, corners[0]] : corners,
    ...draw.maybe(40, { accuracyMax: draw.pick([20, 100, 1000]) }),
  };
}
