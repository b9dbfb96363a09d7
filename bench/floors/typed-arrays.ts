/** The second floor: the same question with interned ids, flat typed arrays and sorted scans. */
import type { Contender } from '../contender.js';
import type { Site } from '../site.js';

/** Lists of integers end to end: list `i` is `values[starts[i]] … values[starts[i + 1] - 1]`, sorted. */
interface Lists {
  readonly starts: Int32Array;
  readonly values: Int32Array;
}

/** A contender that turns two names into integers and merges two short sorted lists. */
export function typedArrayFloor(site: Site): Contender {
  const userNumbers = numbers(site.users.map((user) => user.id));
  const doorNumbers = numbers(site.doors.map((door) => door.id));
  const groupNumbers = numbers(site.groups);
  const placeNumbers = numbers(site.places);
  const everywhere = Uint8Array.from(site.users, (user) => (user.everywhere ? 1 : 0));
  const userGroups = lists(
    site.users.map((user) => user.groups),
    groupNumbers,
  );
  const userPlaces = lists(
    site.users.map((user) => user.places),
    placeNumbers,
  );
  const doorGroups = lists(
    site.doors.map((door) => door.groups),
    groupNumbers,
  );
  const doorPlace = Int32Array.from(site.doors, (door) => placeNumbers.get(door.place) ?? -1);

  return {
    name: 'by hand, typed arrays',
    check(request) {
      if (request.action.name !== 'unlock' || request.resource.type !== 'door') return false;
      const door = doorNumbers.get(request.resource.id);
      if (door === undefined || request.subject.type !== 'user') return false;
      const user = userNumbers.get(request.subject.id);
      if (user === undefined) return false;
      if (everywhere[user] === 1) return true;
      const place = doorPlace[door]!;
      const placesEnd = userPlaces.starts[user + 1]!;
      for (let at = userPlaces.starts[user]!; at < placesEnd; at++) {
        if (userPlaces.values[at] === place) return true;
      }
      return meet(userGroups, user, doorGroups, door);
    },
  };
}

/** Whether list `a` of `left` and list `b` of `right` have a member in common. */
function meet(left: Lists, a: number, right: Lists, b: number): boolean {
  const leftValues = left.values;
  const rightValues = right.values;
  let atLeft = left.starts[a]!;
  let atRight = right.starts[b]!;
  const leftEnd = left.starts[a + 1]!;
  const rightEnd = right.starts[b + 1]!;
  while (atLeft < leftEnd && atRight < rightEnd) {
    const difference = leftValues[atLeft]! - rightValues[atRight]!;
    if (difference === 0) return true;
    if (difference < 0) atLeft++;
    else atRight++;
  }
  return false;
}

function numbers(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, number) => [id, number]));
}

function lists(names: readonly (readonly string[])[], known: ReadonlyMap<string, number>): Lists {
  const starts = new Int32Array(names.length + 1);
  names.forEach((list, index) => {
    starts[index + 1] = starts[index]! + list.length;
  });
  const values = new Int32Array(starts[names.length]!);
  names.forEach((list, index) => {
    const sorted = Int32Array.from(list, (name) => known.get(name) ?? -1).sort();
    values.set(sorted, starts[index]!);
  });
  return { starts, values };
}
