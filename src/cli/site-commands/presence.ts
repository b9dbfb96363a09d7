/** `doorwright site presence`: how full places are, and who is inside one. */
import { type Occupancy, readMuster, readOccupancy } from '../../adapters/site/muster.js';
import { type Muster, type MusterLine, musterCsv } from '../../admin/presence/muster.js';
import { elementsOf } from '../../engine/elements.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { tableLines } from '../table.js';
import { shown, type Terminal } from '../terminal.js';
import { requireElement } from './known.js';
import { type OpenedSite, withSite } from './opened.js';
import { choice } from './reading.js';

/** The occupancy of every place, or the occupancy and the muster list of one. */
export const runPresence: Command['run'] = (args, terminal) => {
  const place = args.get('place');
  const format = choice(args, 'format', ['csv'] as const);
  if (format !== undefined && (place === undefined || args.has('json'))) {
    throw new UsageError('`--format csv` writes the list of one `--place`, without `--json`');
  }
  return withSite(args, (opened) =>
    place === undefined
      ? writePlaces(opened, args, terminal)
      : writePlace(opened, place, args, terminal),
  );
};

async function writePlaces({ site, actor }: OpenedSite, args: Arguments, terminal: Terminal) {
  const places: Occupancy[] = [];
  let isRefused = false;
  const ids = [...elementsOf(site.engine, 'places')].map(({ id }) => id).sort();
  for (const id of ids) {
    const occupancy = await readOccupancy(site, actor, id);
    if (occupancy.ok) places.push(occupancy.value);
    else isRefused ||= occupancy.code === 'refused';
  }
  const text = args.has('json')
    ? JSON.stringify(places, undefined, 2)
    : tableLines(
        places.map((place) => [shown(place.place), fullness(place)]),
        terminal.width,
      ).join('\n');
  await terminal.write(text === '' ? 'no place counts who is inside\n' : `${text}\n`);
  if (!isRefused) return EXIT.yes;
  terminal.warn('doorwright: refused: some places may not be looked at');
  return EXIT.no;
}

async function writePlace(
  { site, actor }: OpenedSite,
  place: string,
  args: Arguments,
  terminal: Terminal,
) {
  requireElement(site.engine, 'places', 'place', place);
  const occupancy = await readOccupancy(site, actor, place);
  const muster = await readMuster(site, actor, place);
  if (!occupancy.ok || !muster.ok) {
    const { code, detail } = occupancy.ok
      ? (muster as Exclude<typeof muster, { ok: true }>)
      : occupancy;
    const why = code === 'not_kept' ? 'nobody is counted there: docs/presence.md' : 'refused';
    terminal.warn(`doorwright: ${shown(detail)} (${why})`);
    return EXIT.no;
  }
  if (args.has('format')) {
    for (const line of musterCsv(muster.value)) await terminal.write(line);
    return EXIT.yes;
  }
  const text = args.has('json')
    ? JSON.stringify({ ...occupancy.value, ...muster.value }, undefined, 2)
    : placeLines(occupancy.value, muster.value, terminal).join('\n');
  await terminal.write(`${text}\n`);
  return EXIT.yes;
}

function placeLines(occupancy: Occupancy, { inside, unknown }: Muster, { width }: Terminal) {
  return [
    `${fullness(occupancy)} inside`,
    ...tableLines(inside.map(lineRow), width),
    ...(unknown.length === 0 ? [] : ['not known to have left']),
    ...tableLines(unknown.map(lineRow), width),
  ];
}

function fullness({ count, capacity }: Occupancy): string {
  return capacity === undefined ? `${count}` : `${count} of ${capacity}`;
}

function lineRow({ name, subject, since, door, safe }: MusterLine): string[] {
  const isSafe = safe === undefined ? '' : ', safe';
  return [
    shown(name),
    `${subject.type} ${shown(subject.id)}`,
    `since ${since} by ${shown(door)}${isSafe}`,
  ];
}
