/**
 * Every person at every door of a site, with facts that mostly let in: what is taken away shows where there was something
 * to take. Random questions mostly are refused before and after.
 */
import type { AccessRequest, Entity, Facts } from '../../src/engine/request.js';
import type { Policy } from '../../src/policy/document.js';
import type { World } from '../helpers/arbitraries.js';
import { type Opening, openingsOf } from '../helpers/openings.js';

const HOUR = 3_600_000;

/** Near the instant round which the rules of a world crowd: by day and by night. */
const HOURS = [0, 9, 13, 35];

/** Questions about coming in, or about leaving, at every door and stop of a policy. */
export function questionsOf(
  { policy, anchor }: World,
  direction: 'in' | 'out' = 'in',
  hours: readonly number[] = HOURS,
): AccessRequest[] {
  const people = peopleOf(policy);
  return openingsOf(policy).flatMap((opening) =>
    people.flatMap((subject) =>
      hours.flatMap((hour) =>
        factsOf(policy, opening, subject, anchor + hour * HOUR, direction).map((context) => ({
          subject,
          action: { name: opening.type === 'door' ? 'unlock' : 'get_access' },
          resource: { type: opening.type, id: opening.id },
          context,
        })),
      ),
    ),
  );
}

/** Every user, link and credential, and somebody nobody knows. */
export function peopleOf(policy: Policy): Entity[] {
  const named = (type: string, all: readonly { readonly id: string }[] | undefined) =>
    (all ?? []).map(({ id }) => ({ type, id }));
  return [
    ...named('user', policy.users),
    ...named('link', policy.links),
    ...named('credential', policy.credentials),
    { type: 'user', id: 'nobody' },
  ];
}

function factsOf(
  policy: Policy,
  opening: Opening,
  subject: Entity,
  time: number,
  direction: 'in' | 'out',
): Facts[] {
  const own = policy.credentials?.filter(
    ({ user, state }) => user === subject.id && state === 'active',
  );
  const card = own?.[0]?.id;
  const primary = policy.users?.find(({ id }) => id === subject.id)?.primaryDevice;
  const devices = (ids: readonly (string | undefined)[]) =>
    [...new Set(ids)].map((device) => (device === undefined ? {} : { device }));
  const capacity = policy.places?.find(({ id }) => id === opening.place)?.capacity ?? 1;
  const most = {
    time,
    secondFactor: true,
    location: { ...opening.centre, accuracy: 0 },
    arrivals: [time - HOUR],
    presence: { state: 'outside' },
    companions: (policy.users ?? []).map(({ id }) => id),
  };
  const readers = readersOf(policy, opening).filter(
    (each) => (each.direction === 'exit') === (direction === 'out'),
  );
  const reader = readers[0]?.id;
  if (direction === 'out')
    return reader === undefined
      ? []
      : devices([primary]).map((device) => ({ ...most, ...device, method: 'tap', reader }));
  const tap = { ...most, method: 'tap', ...(reader === undefined ? {} : { reader }) };
  const given = subject.type === 'user' ? [primary, 'fob', undefined] : [undefined];
  return [
    ...devices(given).map((device) => ({ ...tap, ...device, occupancy: capacity - 1 })),
    { ...most, occupancy: 0 },
    ...(card === undefined ? [] : [{ ...tap, method: 'card', device: card, occupancy: 0 }]),
  ];
}

function readersOf(policy: Policy, opening: Opening) {
  const owner =
    opening.type === 'door'
      ? policy.doors?.find(({ id }) => id === opening.id)
      : policy.elevators?.find(({ stops }) => stops.some(({ id }) => id === opening.id));
  return owner?.readers ?? [];
}
