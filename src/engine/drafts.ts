/** An update in the making: elements put or removed, and every list and count that follows from them. */
import {
  type AssignmentNumbers,
  SUBJECT_COLLECTIONS,
  SUBJECT_KINDS,
} from '../policy/assignment-numbers.js';
import type {
  Assignment,
  Calendar,
  CollectionName,
  Credential,
  Door,
  Elevator,
  Floor,
  Group,
  Link,
  Lockdown,
  Place,
  Reader,
  Restrictions,
  Schedule,
  Stop,
  Team,
  Unlock,
  User,
  Validity,
} from '../policy/document.js';
import { ListEdits } from './list-edits.js';
import type { Numbers } from './make-records.js';
import { DOOR, GROUP, PLACE, type ScopeCode, scopeCode } from './scope-code.js';
import type { Frame, Snapshot, Tables } from './snapshot.js';
import type { Numbering } from './table.js';
import { TableDraft } from './table-draft.js';

/** An element that was to be removed though something still names it. */
export interface StillUsed {
  readonly collection: CollectionName | 'stops';
  readonly id: string;
}

/** A stop with its elevator. */
export interface StagedStop {
  readonly stop: Stop;
  readonly elevator: Elevator;
}

/** Elements put (or, as `undefined`, removed), by number, that become records at the end. */
type Staged<T> = Map<number, T | undefined>;
type Subject = Assignment['subject'];
type Scope = { readonly type: string; readonly id: string };

/** Collections that others name besides the lists a record keeps. */
export type Counted = 'places' | 'floors' | 'users' | 'schedules' | 'calendars';

/** The parts of one update. Nothing here is visible to the base snapshot. */
export class Drafts {
  readonly base: Snapshot;
  readonly frame: Frame;
  readonly floors: TableDraft<Floor>;
  readonly elevators: TableDraft<Elevator>;
  readonly credentials: TableDraft<Credential>;
  readonly assignments: TableDraft<Assignment>;
  readonly holders: TableDraft<number>;
  readonly calendars: TableDraft<Calendar>;
  readonly lockdowns: TableDraft<Lockdown>;
  /** Readers given up, and readers claimed with their owner: first all go, then all come. */
  readonly readersLeft: string[] = [];
  readonly readersTaken: Map<string, string> = new Map();
  readonly counts: Readonly<Record<Counted, TableDraft<number>>>;

  readonly places: Staged<Place> = new Map();
  readonly doors: Staged<Door> = new Map();
  readonly stops: Staged<StagedStop> = new Map();
  readonly groups: Staged<Group> = new Map();
  readonly users: Staged<User> = new Map();
  readonly links: Staged<Link> = new Map();
  readonly teams: Staged<Team> = new Map();
  readonly schedules: Staged<Schedule> = new Map();
  readonly validities: Staged<Assignment> = new Map();

  readonly placeDoors: ListEdits = new ListEdits();
  readonly placeStops: ListEdits = new ListEdits();
  readonly doorGroups: ListEdits = new ListEdits();
  readonly stopGroups: ListEdits = new ListEdits();
  readonly userTeams: ListEdits = new ListEdits();
  readonly teamTeams: ListEdits = new ListEdits();
  readonly userCredentials: ListEdits = new ListEdits();
  /** By kind of subject: holdings added, as their holders keep them, and numbers of assignments dropped. */
  readonly subjectHoldings: Readonly<Record<string, ListEdits>> = newLists('user', 'team', 'link');
  /** By kind of scope. */
  readonly holdingsAt: Readonly<Record<string, ListEdits>> = newLists(...SCOPES);
  readonly lockdownsAt: Readonly<Record<string, ListEdits>> = newLists(...SCOPES);
  readonly uniqueHoldings: ListEdits = new ListEdits();
  readonly #added: Map<Numbering, string[]> = new Map();
  readonly #named: AssignmentNumbers | undefined;
  readonly removals: { readonly collection: CollectionName; readonly id: string }[] = [];
  readonly numbers: Numbers = {
    schedule: (id) => this.number('schedules', id),
    user: (id) => this.number('users', id),
    calendar: (id) => this.number('calendars', id),
  };

  /** @param named - what the assignments that are put name, if it is known already. */
  constructor(base: Snapshot, frame: Frame, named?: AssignmentNumbers) {
    const { tables, references } = base;
    this.base = base;
    this.frame = frame;
    this.#named = named;
    this.floors = new TableDraft(tables.floors);
    this.elevators = new TableDraft(tables.elevators);
    this.credentials = new TableDraft(tables.credentials);
    this.assignments = new TableDraft(tables.assignments);
    this.holders = new TableDraft(tables.holders);
    this.calendars = new TableDraft(tables.calendars);
    this.lockdowns = new TableDraft(tables.lockdowns);
    this.counts = {
      places: new TableDraft(references.places),
      floors: new TableDraft(references.floors),
      users: new TableDraft(references.users),
      schedules: new TableDraft(references.schedules),
      calendars: new TableDraft(references.calendars),
    };
  }

  /** The number of an id, a new one if it has none. */
  number(collection: keyof Tables, id: string): number {
    const numbering: Numbering = this.base.tables[collection].numbering;
    const known = numbering.get(id);
    if (known !== undefined) return known;
    const number = numbering.size;
    numbering.set(id, number);
    const added = this.#added.get(numbering);
    if (added === undefined) this.#added.set(numbering, [id]);
    else added.push(id);
    return number;
  }

  /**
   * Takes back the numbers this update gave, so that a refused change leaves no trace. Only while nothing
   * else has been applied since: numbers are given in order.
   */
  undo(): void {
    for (const [numbering, ids] of this.#added) for (const id of ids) numbering.delete(id);
    this.#added.clear();
  }

  /** The code of a scope. */
  scopeOf(scope: Scope): ScopeCode {
    switch (scope.type) {
      case 'place':
        return scopeCode(PLACE, this.number('places', scope.id));
      case 'group':
        return scopeCode(GROUP, this.number('groups', scope.id));
      case 'door':
        return scopeCode(DOOR, this.number('doors', scope.id));
      default:
        return 0;
    }
  }

  /** The number of a subject among those of its kind. */
  subjectNumber(subject: Subject): number {
    return this.number(SUBJECT_COLLECTIONS[subject.type], subject.id);
  }

  /** The code of the scope at which an assignment that is put is held. */
  scopeNamed(assignment: number, scope: Scope): ScopeCode {
    return this.#named?.scopes[assignment] ?? this.scopeOf(scope);
  }

  /** Who holds an assignment that is put, as the table of holders has it. */
  holderNamed(assignment: number, subject: Subject): number {
    const known = this.#named?.subjects[assignment];
    return known ?? this.subjectNumber(subject) * 4 + SUBJECT_KINDS.indexOf(subject.type);
  }

  /** Counts one name less and one more; the same name twice changes nothing. */
  refer(collection: Counted, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    if (before !== undefined) this.#count(collection, before, -1);
    if (after !== undefined) this.#count(collection, after, 1);
  }

  /** Counts the schedules an element names in its restrictions and unlocks. */
  referSchedules(before: SchedulesNamed | undefined, after: SchedulesNamed | undefined): void {
    for (const id of schedulesNamed(before)) this.#count('schedules', id, -1);
    for (const id of schedulesNamed(after)) this.#count('schedules', id, 1);
  }

  /** Counts the schedule or calendar a validity names. */
  referValidity(before: Validity | undefined, after: Validity | undefined): void {
    if (before === undefined && after === undefined) return;
    for (const [validity, by] of [
      [before, -1],
      [after, 1],
    ] as const) {
      const schedule = validity?.schedule;
      if (typeof schedule === 'string') this.#count('schedules', schedule, by);
      else if (schedule?.calendar !== undefined) this.#count('calendars', schedule.calendar, by);
    }
  }

  /** Replaces the readers that belong to a door or elevator; a reader may move from one to another. */
  setReaders(
    before: readonly Reader[] | undefined,
    after: readonly Reader[] | undefined,
    owner: string,
  ): void {
    for (const { id } of before ?? []) this.readersLeft.push(id);
    for (const { id } of after ?? []) this.readersTaken.set(id, owner);
  }

  /** Notes an assignment of a role given or ended, and answers the index of the role. */
  hold(role: string, assignment: number, held: boolean): number {
    const found = this.frame.model.byId.get(role);
    if (found === undefined) return -1;
    if (found.unique) {
      if (held) this.uniqueHoldings.add(found.index, assignment);
      else this.uniqueHoldings.drop(found.index, assignment);
    }
    return found.index;
  }

  #count(collection: Counted, id: string, by: 1 | -1): void {
    const counts = this.counts[collection];
    const number = this.number(collection, id);
    counts.set(number, (counts.get(number) ?? 0) + by || undefined);
  }
}

/** What names schedules: a door, stop, place or group. */
interface SchedulesNamed {
  readonly restrictions?: Restrictions | undefined;
  readonly unlock?: readonly Unlock[] | undefined;
}

function* schedulesNamed(element: SchedulesNamed | undefined): Generator<string> {
  if (element?.restrictions?.schedule !== undefined) yield element.restrictions.schedule;
  for (const { schedule, firstToArrive } of element?.unlock ?? []) {
    yield schedule;
    if (firstToArrive !== undefined) yield firstToArrive;
  }
}

const SCOPES = ['organization', 'place', 'group', 'door'] as const;

function newLists(...names: readonly string[]): Record<string, ListEdits> {
  return Object.fromEntries(names.map((name) => [name, new ListEdits()]));
}
