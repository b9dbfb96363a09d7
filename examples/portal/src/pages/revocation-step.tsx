/** One step of a revocation: what happened, a picture of the building, and for each door what is said, known and would happen. */
import { type PermissionScore, scorePermission } from 'doorwright/sync';
import type { BuildingMoment, VisitResult } from 'doorwright/transport';
import { useMemo } from 'preact/hooks';
import { Light } from '../light.js';
import { Table } from '../parts.js';
import type { Note, Step, Story } from '../revocation.js';
import { wallWords } from '../wall-clock.js';
import type { Words } from '../words.js';
import type { SimulatorWords } from '../words-simulator.js';
import { BuildingPicture } from './revocation-picture.js';

interface StepProps {
  readonly words: Words;
  readonly said: SimulatorWords;
  readonly story: Story;
  readonly step: Step;
}

/** The step in words, as a picture and as a table. @param props.at - which one, from 1 on. */
export function Moment(props: StepProps & { readonly at: number }) {
  const { words, said, story, step, at } = props;
  const { labels } = said;
  const { moment, notes } = step;
  const time = `${wallWords(moment.at * 1000, 'UTC', words.language)} ${labels.utc}`;
  return (
    <>
      <div role="status" class="step">
        <h3>
          {labels.step} {at} {labels.of} {story.steps.length} · {time}
        </h3>
        <ul>
          {notes.map((note) => (
            <li key={JSON.stringify(note)}>
              <NoteLine words={words} said={said} note={note} />
            </li>
          ))}
        </ul>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <div class="scroll" tabIndex={0}>
        <BuildingPicture said={said} moment={moment} notes={notes} doors={story.doors} />
      </div>
      <Doors {...props} />
    </>
  );
}

/** Each door of whom the news is about. */
function Doors({ words, said, story, step }: StepProps) {
  const { labels } = said;
  const { moment } = step;
  const { person } = story;
  // Real machines run for it: once for each step.
  const attempts = useMemo(
    () => new Map(story.doors.map((door) => [door, moment.attempt(person, door)])),
    [moment, story, person],
  );
  const when = (at: number): string =>
    `${wallWords(at * 1000, 'UTC', words.language)} ${labels.utc}`;
  return (
    <Table
      caption={labels.title}
      heads={[
        labels.door,
        labels.could.replace('@', () => person),
        labels.news,
        labels.light,
        labels.exposed,
      ]}
      rows={story.doors.map((door) => {
        const score = scoreOf(moment, person, door);
        return [
          door,
          <Attempt key="attempt" said={said} result={attempts.get(door)} />,
          newsWords(said, moment, door),
          score === undefined ? (
            '–'
          ) : (
            <>
              <Light colour={score.colour} words={words} />
              <br />
              {score.reasons.map((reason) => words.syncReasons[reason]).join('; ')}
            </>
          ),
          exposedWords(said, score, when),
        ];
      })}
    />
  );
}

function Attempt(props: {
  readonly said: SimulatorWords;
  readonly result: VisitResult | undefined;
}) {
  const { said, result } = props;
  if (result === undefined) return <>{said.labels.dark}</>;
  const { code, status } = result;
  const why = status === null ? undefined : said.statuses[status];
  return (
    <span class={result.mayHaveActed ? 'would open' : 'would'}>
      <span aria-hidden="true">{result.mayHaveActed ? '⚠' : '✓'}</span> {said.attempts[code]}
      {code !== 'permitted' && why !== undefined && `, ${said.labels.because} ${why}`}
      {code !== 'permitted' && why === undefined && status !== null && (
        <>
          {' '}
          <code>{status}</code>
        </>
      )}
    </span>
  );
}

function NoteLine(props: {
  readonly words: Words;
  readonly said: SimulatorWords;
  readonly note: Note;
}) {
  const { words, said, note } = props;
  const { labels } = said;
  const told = (label: string, person: string, doors: readonly string[]): string =>
    label.replace('@', () => person).replace('#', () => doors.join(', '));
  switch (note.kind) {
    case 'before':
      return <>{labels.before}</>;
    case 'withdrawn':
      return <strong>{told(labels.withdrawn, note.person, note.doors)}</strong>;
    case 'fetched':
      return <>{told(labels.fetched, note.person, note.doors)}</>;
    case 'lock_learned':
      return <strong>{told(labels.learned, note.by, [note.door])}</strong>;
    case 'after_withdrawal': {
      if (note.opened) return <strong>{told(labels.opened, note.person, [note.door])}</strong>;
      const why = note.status === null ? undefined : (said.statuses[note.status] ?? note.status);
      const because = why === undefined ? '' : `, ${labels.because} ${why}`;
      return <>{`${told(labels.refused, note.person, [note.door])}${because}.`}</>;
    }
    case 'score':
      return (
        <>
          {told(labels.score, note.person, [note.door])}: {note.from} → {note.to} (
          {note.reasons
            .map((reason) => (words.syncReasons as Readonly<Record<string, string>>)[reason])
            .join('; ')}
          )
        </>
      );
    case 'early':
      return <strong>{told(labels.early, note.person, [note.door])}</strong>;
    default:
      return note satisfies never;
  }
}

function newsWords({ labels }: SimulatorWords, moment: BuildingMoment, door: string): string {
  const { known, issued = 0 } = moment.doors.find((one) => one.door === door) ?? {};
  if (known === undefined) return labels.dark;
  const versions = `(${labels.version} ${known} / ${issued})`;
  return `${known === issued ? labels.knows : labels.knowsNot} ${versions}`;
}

/** What the server says of the right, from what it knows at that moment. */
function scoreOf(
  { sync, at }: BuildingMoment,
  person: string,
  door: string,
): PermissionScore | undefined {
  return sync.permissions[person] === undefined
    ? undefined
    : scorePermission(sync, person, door, at);
}

function exposedWords(
  { labels }: SimulatorWords,
  score: PermissionScore | undefined,
  when: (seconds: number) => string,
): string {
  const until = score?.exposedUntil ?? null;
  if (until === null) return labels.nothing;
  return until === 'unbounded' ? labels.withoutEnd : when(until);
}
