/** The people and doors of a review in their order, looked up by number: ids are compared once, not for every row. */
import { compareText } from '../../engine/findings.js';
import type { HolderRecord, PortalRecord } from '../../engine/records.js';
import type { ScopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, type Table, values } from '../../engine/table.js';
import { portalsWithin, usersOfTeams, writtenScope } from '../../engine/within.js';
import type { Assignment } from '../../policy/document.js';
import type { ReviewPerson, ReviewResource } from './review-row.js';

/** Ranks of one kind by number, -1 for a number that has nobody. */
type Ranks = Int32Array;

/** Everybody and every door of one snapshot, sorted. */
export class ReviewDirectory {
  /** Doors by id, then stops by id. */
  readonly portals: readonly PortalRecord[];
  readonly doorCount: number;
  /** Users by id, then links by id. */
  readonly holders: readonly HolderRecord[];
  readonly #s: Snapshot;
  readonly #doorRanks: Ranks;
  readonly #stopRanks: Ranks;
  readonly #userRanks: Ranks;
  readonly #linkRanks: Ranks;
  readonly #people: (ReviewPerson | undefined)[] = [];
  readonly #resources = new Map<PortalRecord, ReviewResource>();
  readonly #members = new Map<number, Int32Array>();
  readonly #scopes = new Map<ScopeCode, Int32Array>();

  constructor(s: Snapshot) {
    this.#s = s;
    const doors = sortedById(s.tables.doors);
    const stops = sortedById(s.tables.stops);
    const users = sortedById(s.tables.users);
    const links = sortedById(s.tables.links);
    this.portals = [...doors, ...stops];
    this.doorCount = doors.length;
    this.holders = [...users, ...links];
    this.#doorRanks = ranksOf(doors, 0);
    this.#stopRanks = ranksOf(stops, doors.length);
    this.#userRanks = ranksOf(users, 0);
    this.#linkRanks = ranksOf(links, users.length);
  }

  /** The place of a user or link in `holders`; -1 for a number that has nobody. */
  rankOf(kind: 'user' | 'link' | undefined, number: number): number {
    return (kind === 'link' ? this.#linkRanks : this.#userRanks)[number] ?? -1;
  }

  personAt(rank: number): ReviewPerson {
    this.#people[rank] ??= this.#describe(this.holders[rank] as HolderRecord);
    return this.#people[rank];
  }

  personOf(holder: HolderRecord): ReviewPerson {
    return this.personAt(this.rankOf(holder.kind === 'link' ? 'link' : 'user', holder.number));
  }

  resourceOf(portal: PortalRecord): ReviewResource {
    let resource = this.#resources.get(portal);
    if (resource === undefined) {
      const place = at(this.#s.tables.places, portal.place)?.document.id ?? '';
      const { type, id, document } = portal;
      resource = { type, id, name: document.name, place };
      this.#resources.set(portal, resource);
    }
    return resource;
  }

  /** Ranks of the users of a team and of every team nested in it, each once. */
  membersOf(team: number): Int32Array {
    let members = this.#members.get(team);
    if (members === undefined) {
      const { users, teams } = this.#s.tables;
      const ids = usersOfTeams(this.#s, [at(teams, team)?.id ?? '']);
      const ranks = Array.from(ids, (id) => this.rankOf('user', users.numbering.get(id) ?? -1));
      members = Int32Array.from(ranks.filter((rank) => rank >= 0));
      this.#members.set(team, members);
    }
    return members;
  }

  /** Places in `portals` of the doors and stops within a scope. */
  portalsIn(written: Assignment['scope']): Int32Array {
    const scope = writtenScope(this.#s, written);
    let portals = this.#scopes.get(scope);
    if (portals === undefined) {
      const ranks = Array.from(portalsWithin(this.#s, scope), ({ type, number }) =>
        type === 'door' ? this.#doorRanks[number] : this.#stopRanks[number],
      );
      portals = Int32Array.from(ranks.filter((rank) => rank !== undefined));
      this.#scopes.set(scope, portals);
    }
    return portals;
  }

  #describe({ kind, id, document, active }: HolderRecord): ReviewPerson {
    return { type: kind === 'link' ? 'link' : 'user', id, name: document.name, active };
  }
}

function sortedById<T extends { readonly id: string }>(table: Table<T>): T[] {
  return [...values(table)].sort((a, b) => compareText(a.id, b.id));
}

function ranksOf(sorted: readonly { readonly number: number }[], first: number): Ranks {
  const last = sorted.reduce((most, { number }) => Math.max(most, number), -1);
  const ranks = new Int32Array(last + 1).fill(-1);
  sorted.forEach(({ number }, index) => {
    ranks[number] = first + index;
  });
  return ranks;
}
