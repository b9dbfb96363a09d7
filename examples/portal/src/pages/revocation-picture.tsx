/** The building at one step, drawn: the server, people with their phones, doors with their locks, and who stands where. */
import type { BuildingMoment, WatchedDoor, WatchedPerson } from 'doorwright/transport';
import { type Note, thiefOf } from '../revocation.js';
import type { SimulatorWords } from '../words-simulator.js';

const COLUMN = 148;
const SERVER_Y = 34;
const PEOPLE_Y = 130;
const DOORS_Y = 262;
const HEIGHT = 330;

/** Who sees to the building, and may open all. */
const CARETAKER = 'person-1';

/** The picture. What it shows stands beside it in words, so its label is short. */
export function BuildingPicture(props: {
  readonly said: SimulatorWords;
  readonly moment: BuildingMoment;
  readonly notes: readonly Note[];
  /** The doors that the news is about. */
  readonly doors: readonly string[];
}) {
  const { said, moment, notes, doors: about } = props;
  const { people, doors } = moment;
  const width = COLUMN * Math.max(people.length, doors.length, 3);
  const spread = (index: number, count: number): number => (width * (index + 0.5)) / count;
  const personX = (name: string): number =>
    spread(
      people.findIndex(({ person }) => person === name),
      people.length,
    );
  const doorX = (name: string): number =>
    spread(
      doors.findIndex(({ door }) => door === name),
      doors.length,
    );
  const isAbout = thiefOf(moment) !== undefined;
  return (
    <svg
      class="building"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={said.labels.title}
    >
      {notes.map((note) => (
        <Way key={JSON.stringify(note)} note={note} personX={personX} doorX={doorX} x={width / 2} />
      ))}
      <rect class="box" x={width / 2 - 46} y={SERVER_Y - 22} width="92" height="40" rx="6" />
      <text x={width / 2} y={SERVER_Y + 3} text-anchor="middle">
        {said.labels.server}
      </text>
      {people.map((person) => (
        <Person
          key={person.person}
          said={said}
          person={person}
          x={personX(person.person)}
          hasNews={
            isAbout && doors.some((door) => about.includes(door.door) && isNews(person, door))
          }
        />
      ))}
      {doors.map((door) => (
        <Door
          key={door.door}
          said={said}
          door={door}
          x={doorX(door.door)}
          isAbout={isAbout && about.includes(door.door)}
        />
      ))}
    </svg>
  );
}

/** Whether a phone carries what the lock does not know. */
function isNews({ carries }: WatchedPerson, { door, known }: WatchedDoor): boolean {
  return known !== undefined && (carries[door] ?? 0) > known;
}

/** The way that the news or a person took at this step. */
function Way(props: {
  readonly note: Note;
  readonly personX: (name: string) => number;
  readonly doorX: (name: string) => number;
  readonly x: number;
}) {
  const { note, personX, doorX, x } = props;
  if (note.kind === 'fetched') {
    return (
      <path
        class="way news"
        d={`M${x} ${SERVER_Y + 18} L${personX(note.person)} ${PEOPLE_Y - 26}`}
      />
    );
  }
  if (note.kind === 'lock_learned') {
    return (
      <path
        class="way news"
        d={`M${personX(note.by)} ${PEOPLE_Y + 48} L${doorX(note.door)} ${DOORS_Y - 30}`}
      />
    );
  }
  if (note.kind === 'after_withdrawal') {
    const kind = note.opened ? 'way tried open' : 'way tried';
    return (
      <path
        class={kind}
        d={`M${personX(note.person)} ${PEOPLE_Y + 48} L${doorX(note.door)} ${DOORS_Y - 30}`}
      />
    );
  }
  return null;
}

function Person(props: {
  readonly said: SimulatorWords;
  readonly person: WatchedPerson;
  readonly x: number;
  readonly hasNews: boolean;
}) {
  const { said, person, x, hasNews } = props;
  const { labels } = said;
  const line = person.isWithdrawn
    ? labels.lost
    : hasNews
      ? labels.carries
      : person.person === CARETAKER
        ? labels.caretaker
        : '';
  return (
    <g class={person.isWithdrawn ? 'person lost' : 'person'}>
      <circle cx={x} cy={PEOPLE_Y - 12} r="9" />
      <path d={`M${x - 16} ${PEOPLE_Y + 16} a16 16 0 0 1 32 0 z`} />
      {person.isWithdrawn && (
        <path class="cross" d={`M${x - 20} ${PEOPLE_Y - 24} l40 42 m0 -42 l-40 42`} />
      )}
      {hasNews && (
        <g class="envelope">
          <rect x={x + 18} y={PEOPLE_Y - 22} width="22" height="15" />
          <path d={`M${x + 18} ${PEOPLE_Y - 22} l11 9 l11 -9`} />
        </g>
      )}
      <Label x={x} y={PEOPLE_Y + 32} name={person.person} line={line} />
    </g>
  );
}

function Door(props: {
  readonly said: SimulatorWords;
  readonly door: WatchedDoor;
  readonly x: number;
  readonly isAbout: boolean;
}) {
  const { said, door, x, isAbout } = props;
  const { labels } = said;
  const isKnown = door.known === door.issued;
  const line = door.known === undefined ? labels.dark : isKnown ? labels.knows : labels.knowsNot;
  return (
    <g class={isAbout && !isKnown ? 'door unknowing' : 'door'}>
      <rect x={x - 17} y={DOORS_Y - 28} width="34" height="50" rx="2" />
      <circle cx={x + 9} cy={DOORS_Y - 2} r="2.5" />
      {isAbout && isKnown && <path class="tick" d={`M${x - 9} ${DOORS_Y - 3} l6 7 l10 -15`} />}
      <Label x={x} y={DOORS_Y + 38} name={door.door} line={isAbout ? line : ''} />
    </g>
  );
}

/** A name, and below it how things stand. */
function Label(props: {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly line: string;
}) {
  const { x, y, name, line } = props;
  return (
    <>
      <text x={x} y={y} text-anchor="middle">
        {name}
      </text>
      <text class="quiet" x={x} y={y + 14} text-anchor="middle">
        {line}
      </text>
    </>
  );
}
