/** What offline locks do not know yet: how dangerous that is, when news will come, and where to go. */
import { type DoorScore, overviewOf, parseSyncState, type SyncTask } from 'doorwright/sync';
import { useMemo } from 'preact/hooks';
import housing from '../../../housing/sync.json?raw';
import type { PageProps } from '../app.js';
import { Light } from '../light.js';
import { Field, Section, Table } from '../parts.js';
import { EXAMPLES, type Site } from '../sites.js';
import { instantOf, wallTime, wallWords } from '../wall-clock.js';
import type { Words } from '../words.js';
import { Revocation } from './revocation.js';

/** The state that a server keeps of its locks, by example site. */
const STATES: Readonly<Record<string, string>> = { [EXAMPLES[0].id]: housing };

/** The sync score of a site, and how it comes about in a building that is made up. */
export function LocksPage(props: PageProps) {
  return (
    <>
      <Scores {...props} />
      <Revocation {...props} />
    </>
  );
}

function Scores({ words, site, parameters, set }: PageProps) {
  const { labels } = words;
  const state = useMemo(() => stateOf(site), [site]);
  if (state === undefined) return <p>{labels.noLocks}</p>;
  const asked = instantOf(parameters['at'] ?? '', site.timeZone);
  const seconds = Number.isNaN(asked) ? state.knownUntil : Math.floor(asked / 1000);
  const { organization, tasks, doors } = overviewOf(state, seconds, 'permission');
  const offline = doors.filter(({ connection }) => connection === 'offline');
  const when = (at: number): string => wallWords(at * 1000, site.timeZone, words.language);
  return (
    <>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Field
          label={`${labels.time} (${site.timeZone})`}
          type="datetime-local"
          value={wallTime(seconds * 1000, site.timeZone)}
          onInput={(at) => set({ at })}
        />
      </form>
      <p role="status">
        {labels.worst}: <Light colour={organization.colour} words={words} />
      </p>
      <Section title={labels.toDo}>
        {tasks.length === 0 ? (
          <p>{labels.nothingToDo}</p>
        ) : (
          <Table
            caption={labels.toDo}
            heads={[labels.door, labels.status, labels.toDo, labels.exposed, labels.expected]}
            rows={tasks.map((task) => taskRow(task, doors, words, when))}
          />
        )}
      </Section>
      <Section title={labels.door}>
        <Table
          caption={labels.door}
          heads={[labels.door, labels.status, labels.because, labels.exposed, labels.expected]}
          rows={offline.map((door) => [
            door.door,
            <Light key="light" colour={door.colour} words={words} />,
            door.reasons.map((reason) => words.syncReasons[reason] ?? reason).join('; '),
            exposedWords(door, words, when),
            door.expectedBy === null ? '–' : when(door.expectedBy),
          ])}
        />
      </Section>
    </>
  );
}

function taskRow(
  task: SyncTask,
  doors: readonly DoorScore[],
  words: Words,
  when: (seconds: number) => string,
) {
  const colour = doors.find(({ door }) => door === task.door)?.colour ?? 'grey';
  return [
    task.door,
    <Light key="light" colour={colour} words={words} />,
    words.syncActions[task.action] ?? task.action,
    exposedWords(task, words, when),
    task.expectedBy === null ? '–' : when(task.expectedBy),
  ];
}

function exposedWords(
  { exposedUntil }: Pick<SyncTask, 'exposedUntil'>,
  { labels }: Words,
  when: (seconds: number) => string,
): string {
  if (exposedUntil === null) return '–';
  return exposedUntil === 'unbounded' ? labels.withoutEnd : when(exposedUntil);
}

function stateOf({ id }: Site) {
  const text = STATES[id];
  if (text === undefined) return undefined;
  const parsed = parseSyncState(JSON.parse(text));
  return parsed.ok ? parsed.value : undefined;
}
