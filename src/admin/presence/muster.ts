/** The muster list: who is inside a place when everybody has to come out of it. */
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { formatInstant } from '../../values/instant.js';
import { csvLine } from '../import/cell.js';
import { type Capacity, openWindowMs } from './capacity.js';
import type { PlaceScene } from './place-scene.js';
import { type Bearer, type Presence, presenceId } from './presence.js';
import { presenceAt } from './sweep.js';

/** One person of a muster list. Instants are RFC 3339. */
export interface MusterLine {
  readonly subject: Bearer;
  /** By the policy; the id where it knows none. */
  readonly name: string;
  readonly since: string;
  readonly door: string;
  readonly lastSeen: string;
  readonly lastDoor: string;
  readonly safe?: { readonly at: string; readonly by: string };
}

/** Who is inside, and of whom nobody knows; each sorted by name. */
export interface Muster {
  readonly place: string;
  readonly at: string;
  readonly inside: readonly MusterLine[];
  /** Whose timer ran out without anybody seeing them leave, or who was last seen where no reader tells the way. */
  readonly unknown: readonly MusterLine[];
}

/** The list at an instant. @param presences - every presence of the place. */
export function musterOf(
  engine: Engine,
  capacity: Capacity,
  presences: Iterable<Presence>,
  time: number,
): Muster {
  const inside: MusterLine[] = [];
  const unknown: MusterLine[] = [];
  for (const presence of presences) {
    const now = presenceAt(capacity, presence, time);
    if (now?.state === 'inside') inside.push(lineOf(engine, now));
    if (now?.state === 'unknown') unknown.push(lineOf(engine, now));
  }
  const { place } = capacity;
  return { place, at: formatInstant(time), inside: sorted(inside), unknown: sorted(unknown) };
}

/**
 * What a muster list is made from: every presence, and as unknown whoever was let in a moment ago and was not seen to
 * open yet. He may be behind the door already, and a list that misses somebody is worse than one too many.
 */
export function musterPresences(
  { capacity, state, presences }: PlaceScene,
  time: number,
): Presence[] {
  const found = new Map(presences);
  const { place } = state;
  const oldest = time - openWindowMs(capacity);
  for (const { subject, door, at, adds } of state.pending) {
    const id = presenceId(place, subject);
    if (!adds || at < oldest || found.get(id)?.state === 'inside') continue;
    const seen = { since: at, door, lastSeen: at, lastDoor: door };
    found.set(id, { place, subject, state: 'unknown', ...seen });
  }
  return [...found.values()];
}

const COLUMNS = [
  'name',
  'type',
  'id',
  'state',
  'since',
  'door',
  'last_seen',
  'last_door',
  'safe_at',
  'safe_by',
] as const;

/** The list as lines of CSV, for a printer: a heading and one line a person, who is not safe yet first. */
export function musterCsv({ inside, unknown }: Muster): string[] {
  const lineFor = (state: string) => (line: MusterLine) => {
    const { name, subject, since, door, lastSeen, lastDoor, safe } = line;
    const cells = [name, subject.type, subject.id, state, since, door, lastSeen, lastDoor];
    return csvLine([...cells, safe?.at ?? '', safe?.by ?? '']);
  };
  const missingFirst = (lines: readonly MusterLine[]) => [
    ...lines.filter(({ safe }) => safe === undefined),
    ...lines.filter(({ safe }) => safe !== undefined),
  ];
  return [
    csvLine(COLUMNS),
    ...missingFirst(inside).map(lineFor('inside')),
    ...missingFirst(unknown).map(lineFor('unknown')),
  ];
}

function lineOf(engine: Engine, presence: Presence): MusterLine {
  const { subject, since, door, lastSeen, lastDoor, safe } = presence;
  const element =
    subject.type === 'user'
      ? findElement(engine, 'users', subject.id)
      : findElement(engine, 'links', subject.id);
  return {
    subject,
    name: element?.name ?? subject.id,
    since: formatInstant(since),
    door,
    lastSeen: formatInstant(lastSeen),
    lastDoor,
    ...(safe === undefined ? {} : { safe: { at: formatInstant(safe.at), by: safe.by } }),
  };
}

/** By name without regard to case, then by name and id: by code units, the same on every host. */
function sorted(lines: readonly MusterLine[]): MusterLine[] {
  const keyOf = ({ name, subject }: MusterLine) => [
    name.toLowerCase(),
    name,
    subject.id,
    subject.type,
  ];
  const keyed = lines.map((line) => ({ line, key: keyOf(line) }));
  keyed.sort((one, other) => compare(one.key, other.key));
  return keyed.map(({ line }) => line);
}

function compare(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  if (at === -1) return 0;
  return (one[at] as string) < (other[at] as string) ? -1 : 1;
}
