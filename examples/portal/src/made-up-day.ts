/**
 * What might happen at a site on a day, drawn with a fixed seed: who stands at which door, when, with what. Whether it opens is not
 * drawn but decided.
 */
import type { AccessRequest, Engine, Facts, Policy } from 'doorwright';
import type { Observed } from 'doorwright/site';
import { offsetAt } from './wall-clock.js';

/** One thing that happens: a question at a door, or what a door tells by itself. */
export interface Happening {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly request?: AccessRequest;
  readonly seen?: Pick<Observed, 'type' | 'object'>;
}

/** A day that goes on for as long as it is asked. */
export interface Drawing {
  /** What happens next after a time, in order. */
  next(after: number): readonly Happening[];
}

/** The same day whenever it is drawn. */
const SEED = 20_261_123;
/** Doors that somebody thinks of; a campus has thousands. */
const DOORS_MAX = 40;
const HOUR_MS = 3_600_000;

/** Begins to draw. @param day.isNight - people come at night, too. */
export function drawDay(
  engine: Engine,
  day: { readonly timeZone: string; readonly isNight: boolean },
): Drawing {
  const { policy } = engine;
  const dice = diceOf(SEED);
  const people = peopleOf(policy);
  const doors = doorwaysOf(policy);
  return {
    next(after) {
      const hour = new Date(after + offsetAt(after, day.timeZone)).getUTCHours();
      const perHour = day.isNight || (hour >= 7 && hour < 21) ? 15 : 3;
      const gap = (-Math.log(1 - dice()) * HOUR_MS) / perHour;
      const time = Math.ceil(after + Math.max(1000, gap));
      const person = pick(dice, people);
      if (person === undefined || doors.length === 0) return [{ time }];
      const asked = ask(engine, dice, person, some(dice, doors), time);
      return [asked, ...afterwards(dice, asked)];
    },
  };
}

interface Person {
  readonly type: string;
  readonly id: string;
  readonly devices: readonly { readonly id: string; readonly isCard: boolean }[];
}

interface Doorway {
  readonly type: 'door' | 'elevator_stop';
  readonly id: string;
  readonly readers: readonly string[];
  readonly location: { readonly latitude: number; readonly longitude: number } | undefined;
}

function peopleOf({ users = [], links = [], credentials = [] }: Policy): readonly Person[] {
  const held = new Map<string, Person['devices'][number][]>();
  for (const { id, user, kind } of credentials) {
    const device = { id, isCard: kind === 'card' || kind === 'pass' };
    held.set(user, [...(held.get(user) ?? []), device]);
  }
  return [
    ...users.map(({ id }) => ({ type: 'user', id, devices: held.get(id) ?? [] })),
    ...links.map(({ id }) => ({ type: 'link', id, devices: [] })),
  ];
}

function doorwaysOf({ places = [], doors = [], elevators = [] }: Policy): readonly Doorway[] {
  const locations = new Map(places.map(({ id, location }) => [id, location]));
  const ids = (readers: readonly { readonly id: string }[] = []) => readers.map(({ id }) => id);
  return [
    ...doors.map(
      ({ id, place, readers, location }): Doorway => ({
        ...{ type: 'door', id, readers: ids(readers) },
        location: location ?? locations.get(place),
      }),
    ),
    ...elevators.flatMap(({ place, stops, readers }) =>
      stops.map(
        ({ id }): Doorway => ({
          ...{ type: 'elevator_stop', id, readers: ids(readers) },
          location: locations.get(place),
        }),
      ),
    ),
  ];
}

/** Most people try a door that opens for them, with what it takes; some try another, or from afar. */
function ask(
  engine: Engine,
  dice: Dice,
  person: Person,
  doors: readonly Doorway[],
  time: number,
): Happening {
  const prepared = doors.map((door) => requestOf(dice, person, door, time));
  const open = prepared.filter((request) => engine.check(request));
  const tries = dice();
  const request = pick(dice, open.length > 0 && tries < 0.8 ? open : prepared);
  if (request === undefined) return { time };
  if (tries < 0.94) return { time, request };
  // From afar, and without anything in the hand.
  return { time, request: { ...request, context: { time: timeText(time) } } };
}

function requestOf(dice: Dice, person: Person, door: Doorway, time: number): AccessRequest {
  const { type, id, readers, location } = door;
  const device = pick(dice, person.devices);
  const reader = pick(dice, readers);
  const context: Facts = {
    time: timeText(time),
    method: device?.isCard === true ? 'card' : 'tap',
    ...(reader === undefined ? {} : { reader }),
    ...(device === undefined ? {} : { device: device.id }),
    ...(location === undefined ? {} : { location: { ...location, accuracy: 8 } }),
    secondFactor: true,
  };
  return {
    subject: { type: person.type, id: person.id },
    action: { name: type === 'door' ? 'unlock' : 'get_access' },
    resource: { type, id },
    context,
  };
}

/** Now and then a door is left open, or pulled open without anybody having asked. */
function afterwards(dice: Dice, { time, request }: Happening): readonly Happening[] {
  const luck = dice();
  // A door without a reader has no network, and tells nothing.
  const tells = request?.resource.type === 'door' && request.context['reader'] !== undefined;
  if (!tells || luck > 0.06) return [];
  const object = { type: 'door', id: request.resource.id };
  if (luck < 0.01) {
    return [{ time: time + 4_000, seen: { type: 'doorwright.door.forced_open', object } }];
  }
  return [
    { time: time + 60_000, seen: { type: 'doorwright.door.held_open', object } },
    { time: time + 95_000, seen: { type: 'doorwright.door.held_open_ended', object } },
  ];
}

/** From 0 up to, and not including, 1. */
type Dice = () => number;

/** A linear congruence modulo 2³²: enough to draw a day, and the same in every browser. @see Numerical Recipes, §7.1 */
function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<T>(dice: Dice, from: readonly T[]): T | undefined {
  return from[Math.floor(dice() * from.length)];
}

/** All of few, else a run of them. */
function some<T>(dice: Dice, from: readonly T[]): readonly T[] {
  if (from.length <= DOORS_MAX) return from;
  const start = Math.floor(dice() * (from.length - DOORS_MAX));
  return from.slice(start, start + DOORS_MAX);
}

function timeText(time: number): string {
  return new Date(time).toISOString();
}
