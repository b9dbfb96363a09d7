/** The fences round a door, drawn to scale, with a position and how well it is known. No map server is asked. */
import type { Policy } from 'doorwright';
import { useMemo } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { chosen, entityOf, Field, openables, Select, subjects } from '../parts.js';
import type { Site } from '../sites.js';
import { sentence } from '../words.js';

/** Metres of a degree of latitude; of longitude at the equator. Good for a drawing of a few kilometres. */
const DEGREE_METRES = 111_320;
/** Half the width of the drawing, in its own units. */
const HALF = 200;
/** The least that is shown, metres from the door to the edge. */
const REACH_MIN = 60;

interface Point {
  readonly east: number;
  readonly north: number;
}

/** A fence in metres round the door. */
interface Shape {
  readonly name: string;
  readonly circle?: { readonly centre: Point; readonly radius: number };
  readonly corners?: readonly Point[];
}

/** The map of one door. */
export function MapPage({ words, site, parameters, set }: PageProps) {
  const { labels } = words;
  // Of ten thousand doors each is looked at once, and not again for every key that is pressed.
  const fenced = useMemo(() => fencedIn(site), [site]);
  const doors = openables(site).filter(({ value }) => fenced.has(value));
  const people = subjects(site);
  const door = chosen(doors, parameters['door']);
  const who = chosen(people, parameters['who']);
  const centre = centreOf(site, door);
  if (door === '' || centre === undefined) return <p>{labels.noFence}</p>;
  const shapes = shapesAt(site, door);
  const [east, north, accuracy] = ['east', 'north', 'accuracy'].map((name) =>
    numberOf(parameters[name], name === 'accuracy' ? 12 : 0),
  ) as [number, number, number];
  const place = { east, north };
  const location = { ...degreesOf(place, centre), accuracy: Math.max(0, accuracy) };
  const resource = entityOf(door);
  const { decision, context } = site.engine.decide({
    subject: entityOf(who),
    action: { name: resource.type === 'door' ? 'unlock' : 'get_access' },
    resource,
    context: { time: Date.now(), location },
  });
  // Of what was refused before the fences were looked at, nothing is said of them.
  const isOutside = context.reasons.some(({ code }) => code === 'geofence');
  const verdict = isOutside ? labels.outside : decision ? labels.inside : undefined;
  return (
    <>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={labels.door}
          value={door}
          choices={doors}
          onChoose={(value) => set({ door: value })}
        />
        <Select
          label={labels.who}
          value={who}
          choices={people}
          onChoose={(value) => set({ who: value })}
        />
        {(['east', 'north', 'accuracy'] as const).map((name) => (
          <Field
            key={name}
            label={`${labels[name]} (${labels.metres})`}
            type="number"
            value={String({ east, north, accuracy }[name])}
            onInput={(value) => set({ [name]: value })}
          />
        ))}
      </form>
      <Drawing shapes={shapes} place={place} accuracy={location.accuracy} title={words.pages.map} />
      <ul class="legend">
        {shapes.map(({ name, circle }) => (
          <li key={name}>
            {labels.fence} {name}
            {circle && `: ${circle.radius} ${labels.metres}`}
          </li>
        ))}
      </ul>
      <p role="status">
        {verdict && <strong>{verdict}</strong>}{' '}
        {context.reasons.map((reason) => sentence(words, reason)).join('; ')}
      </p>
    </>
  );
}

function Drawing(props: {
  readonly shapes: readonly Shape[];
  readonly place: Point;
  readonly accuracy: number;
  readonly title: string;
}) {
  const { shapes, place, accuracy, title } = props;
  const far = (point: Point): number => Math.max(Math.abs(point.east), Math.abs(point.north));
  const edges = shapes.flatMap(({ circle, corners }) => [
    ...(circle === undefined ? [] : [far(circle.centre) + circle.radius]),
    ...(corners ?? []).map(far),
  ]);
  const reach = 1.1 * Math.max(REACH_MIN, far(place) + accuracy, ...edges);
  const scale = HALF / reach;
  const x = (point: Point): number => HALF + point.east * scale;
  const y = (point: Point): number => HALF - point.north * scale;
  const bar = 10 ** Math.floor(Math.log10(reach));
  return (
    <svg class="map" viewBox={`0 0 ${2 * HALF} ${2 * HALF}`} role="img" aria-label={title}>
      <rect class="ground" width={2 * HALF} height={2 * HALF} />
      {shapes.map(({ name, circle, corners }) =>
        circle === undefined ? (
          <polygon
            key={name}
            class="fence"
            points={(corners ?? []).map((corner) => `${x(corner)},${y(corner)}`).join(' ')}
          />
        ) : (
          <circle
            key={name}
            class="fence"
            cx={x(circle.centre)}
            cy={y(circle.centre)}
            r={circle.radius * scale}
          />
        ),
      )}
      <rect class="door" x={HALF - 4} y={HALF - 6} width="8" height="12" />
      <circle class="accuracy" cx={x(place)} cy={y(place)} r={accuracy * scale} />
      <circle class="position" cx={x(place)} cy={y(place)} r="4" />
      <path class="bar" d={`M12 ${2 * HALF - 14} h${bar * scale}`} />
      <text x="12" y={2 * HALF - 20}>
        {bar} m
      </text>
    </svg>
  );
}

/** Every fence that may bind somebody at a door: its own, its place's, and those of groups that hold it. */
function shapesAt(site: Site, door: string): Shape[] {
  const { type, id } = entityOf(door);
  const { policy } = site;
  const own = centreOf(site, door);
  if (own === undefined) return [];
  const { element, place } = portalOf(policy, type, id);
  const groups = (policy.groups ?? []).filter((group) =>
    (type === 'door' ? group.doors : group.stops)?.includes(id),
  );
  const bound = [element, policy.places?.find((one) => one.id === place), ...groups];
  return bound.flatMap((one) => {
    const fence = one?.restrictions?.geofence;
    if (one === undefined || fence === undefined) return [];
    const corners = fence.polygon?.map(([longitude, latitude]) =>
      metresOf({ latitude, longitude }, own),
    );
    return [
      corners === undefined
        ? { name: one.id, circle: { centre: { east: 0, north: 0 }, radius: fence.radius ?? 300 } }
        : { name: one.id, corners },
    ];
  });
}

/** Doors and stops, as `type:id`, at which a fence can be drawn: they have a position, and somebody is bound there. */
function fencedIn({ policy }: Site): ReadonlySet<string> {
  const places = new Map((policy.places ?? []).map((place) => [place.id, place]));
  const byGroup = new Set(
    (policy.groups ?? [])
      .filter(({ restrictions }) => restrictions?.geofence !== undefined)
      .flatMap(({ doors = [], stops = [] }) => [
        ...doors.map((id) => `door:${id}`),
        ...stops.map((id) => `elevator_stop:${id}`),
      ]),
  );
  const portals = [
    ...(policy.doors ?? []).map((door) => ({ ...door, name: `door:${door.id}` })),
    ...(policy.elevators ?? []).flatMap(({ stops, place }) =>
      stops.map((stop) => ({
        ...stop,
        place,
        location: undefined,
        name: `elevator_stop:${stop.id}`,
      })),
    ),
  ];
  const fenced = portals.filter(({ name, place: id, location, restrictions }) => {
    const place = places.get(id);
    const fence = restrictions?.geofence ?? place?.restrictions?.geofence;
    return (
      (location ?? place?.location) !== undefined && (fence !== undefined || byGroup.has(name))
    );
  });
  return new Set(fenced.map(({ name }) => name));
}

function portalOf(policy: Policy, type: string, id: string) {
  if (type === 'door') {
    const door = policy.doors?.find((one) => one.id === id);
    return { element: door, place: door?.place, location: door?.location };
  }
  const elevator = policy.elevators?.find(({ stops }) => stops.some((stop) => stop.id === id));
  const stop = elevator?.stops.find((one) => one.id === id);
  return { element: stop, place: elevator?.place, location: undefined };
}

function centreOf({ policy }: Site, door: string) {
  const { type, id } = entityOf(door);
  const { place, location } = portalOf(policy, type, id);
  return location ?? policy.places?.find((one) => one.id === place)?.location;
}

interface Degrees {
  readonly latitude: number;
  readonly longitude: number;
}

function metresOf(point: Degrees, centre: Degrees): Point {
  const east = (((point.longitude - centre.longitude + 540) % 360) - 180) * eastward(centre);
  return { east, north: (point.latitude - centre.latitude) * DEGREE_METRES };
}

function degreesOf({ east, north }: Point, centre: Degrees): Degrees {
  const longitude = ((centre.longitude + east / eastward(centre) + 540) % 360) - 180;
  const latitude = Math.min(90, Math.max(-90, centre.latitude + north / DEGREE_METRES));
  return { latitude, longitude };
}

function eastward({ latitude }: Degrees): number {
  return DEGREE_METRES * Math.max(1e-6, Math.cos((latitude * Math.PI) / 180));
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  return Number.isFinite(number) ? number : otherwise;
}
