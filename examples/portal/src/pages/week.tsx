/** A week of somebody at a door, by the clock on its wall: when it opens, and what it takes. */
import { type OpenHours, type OpenNeed, openHours } from 'doorwright/analysis';
import { useMemo, useRef } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { blocksOf, type Day, dateAfter, daysOf, mondayOf } from '../local-week.js';
import { chosen, entityOf, openables, Select, subjects } from '../parts.js';
import { saveText } from '../save.js';
import { zoneAt } from '../sites.js';
import { instantOf, wallTime } from '../wall-clock.js';
import { scheduleHours, scheduleZone, specialDays, unlockedHours } from '../week-of.js';
import { WeekPicture } from '../week-picture.js';
import type { Words } from '../words.js';
import { type QuestionWords, questionWords } from '../words-questions.js';

/** What a week is shown of. */
const SHOWN = ['person', 'everybody', 'schedule'] as const;
type Shown = (typeof SHOWN)[number];

/** The week as a picture and in words. */
export function WeekPage({ words, site, parameters, set }: PageProps) {
  const { labels } = words;
  const said = questionWords(words.language);
  const shown = SHOWN.find((one) => one === parameters['of']) ?? 'person';
  const schedules = (site.policy.schedules ?? []).map(({ id, name }) => ({
    value: id,
    text: name === undefined ? id : `${name} (${id})`,
  }));
  const schedule = shown === 'schedule' ? chosen(schedules, parameters['schedule']) : undefined;
  const people = subjects(site);
  const doors = openables(site);
  const who = chosen(people, parameters['who']);
  const door = chosen(doors, parameters['door']);
  const timeZone =
    schedule === undefined
      ? zoneAt(site, entityOf(door).type, entityOf(door).id)
      : scheduleZone(site, schedule);
  const monday = mondayOf(parameters['week'] ?? wallTime(Date.now(), timeZone));
  const from = instantOf(`${monday}T00:00`, timeZone);
  const until = instantOf(`${dateAfter(monday, 7)}T00:00`, timeZone);
  // For all doors at once, which takes seconds where there are ten thousand: another door is then looked up.
  const hours = useMemo(
    () => (shown === 'person' ? openHours(site.engine, entityOf(who), { from, until }) : []),
    [site, shown, who, from, until],
  );
  const open = useMemo(() => {
    if (shown === 'everybody' && door !== '') {
      return unlockedHours(site, entityOf(door), { from, until });
    }
    return schedule ? scheduleHours(site, schedule, { from, until }) : [];
  }, [site, shown, schedule, door, from, until]);
  const needs = shown === 'person' ? needsOf(hours, door) : open;
  const special = specialDays(site, schedule);
  const days = daysOf(monday, timeZone, words.language);
  const picture = useRef<HTMLDivElement>(null);
  const step = (weeks: number): void => set({ week: dateAfter(monday, weeks * 7) });
  return (
    <>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={said.shown}
          value={shown}
          choices={[
            { value: 'person', text: said.ofPerson },
            { value: 'everybody', text: said.ofEverybody },
            { value: 'schedule', text: said.ofSchedule },
          ]}
          onChoose={(of) => set({ of })}
        />
        {shown === 'person' && (
          <Select
            label={labels.who}
            value={who}
            choices={people}
            onChoose={(value) => set({ who: value })}
          />
        )}
        {schedule === undefined ? (
          <Select
            label={labels.door}
            value={door}
            choices={doors}
            onChoose={(value) => set({ door: value })}
          />
        ) : (
          <Select
            label={said.schedule}
            value={schedule}
            choices={schedules}
            onChoose={(value) => set({ schedule: value })}
          />
        )}
        <p class="field steps">
          <button type="button" onClick={() => step(-1)}>
            ← {labels.weekBefore}
          </button>
          <button type="button" onClick={() => step(1)}>
            {labels.weekAfter} →
          </button>
        </p>
      </form>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <div class="scroll" tabIndex={0} ref={picture}>
        <WeekPicture
          said={said}
          days={days}
          blocks={blocksOf(needs, days)}
          special={special}
          title={`${titleOf({ shown, who, door, schedule })} · ${monday}`}
        />
      </div>
      {needs.length === 0 ? (
        <p role="status">{schedule === '' ? said.noSchedules : neverWords(words, said, shown)}</p>
      ) : (
        <ol class="needs">
          {needs.map((need) => (
            <li key={JSON.stringify(need.need)}>
              {shown === 'person' ? needWords(words, need) : openWords(said, shown, need)}
              <ul>
                {need.when.spans.map(({ from, until }) => (
                  <li key={from}>
                    {spanWords(Date.parse(from), Date.parse(until), timeZone, words.language)}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
      <SpecialDays said={said} days={days} special={special} />
      <p class="tools">
        <button type="button" onClick={() => print()}>
          {labels.print}
        </button>{' '}
        <button type="button" onClick={() => save(picture.current, `week-${monday}.svg`)}>
          {labels.saveSvg}
        </button>
      </p>
    </>
  );
}

/** The days of the week that a calendar names. */
function SpecialDays(props: {
  readonly said: QuestionWords;
  readonly days: readonly Day[];
  readonly special: ReadonlyMap<string, string>;
}) {
  const { said, days, special } = props;
  const named = days.filter(({ date }) => special.has(date));
  if (named.length === 0) return null;
  return (
    <p class="special">
      ★ {said.holidays}:{' '}
      {named.map(({ date, label }) => `${label} ${special.get(date)}`.trim()).join('; ')}
    </p>
  );
}

function titleOf(week: {
  readonly shown: Shown;
  readonly who: string;
  readonly door: string;
  readonly schedule: string | undefined;
}): string {
  const { shown, who, door, schedule = '' } = week;
  return shown === 'person' ? `${who} · ${door}` : shown === 'everybody' ? door : schedule;
}

function neverWords({ labels }: Words, said: QuestionWords, shown: Shown): string {
  if (shown === 'person') return labels.neverOpens;
  return shown === 'everybody' ? said.neverUnlocked : said.neverOpen;
}

function openWords(said: QuestionWords, shown: Shown, { need }: OpenNeed): string {
  if (shown === 'schedule') return said.open;
  return need.arrival ? said.unlockedAfter : said.unlocked;
}

function needsOf(hours: readonly OpenHours[], door: string): readonly OpenNeed[] {
  const { type, id } = entityOf(door);
  return hours.find(({ resource }) => resource.type === type && resource.id === id)?.needs ?? [];
}

function needWords({ labels, facts }: Words, { need }: OpenNeed): string {
  const told = Object.entries(need.facts).map(([fact, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return fact === 'method' ? text : `${facts[fact] ?? fact} ${text}`;
  });
  const more = [
    ...(need.company ? [labels.withCompany] : []),
    ...(need.arrival ? [labels.afterArrival] : []),
  ];
  const all = [...told, ...more];
  return all.length === 0 ? labels.needsNothing : `${labels.needs}: ${all.join(', ')}`;
}

function spanWords(from: number, until: number, timeZone: string, language: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return format.formatRange(from, until);
}

function save(frame: HTMLElement | null, name: string): void {
  const svg = frame?.querySelector('svg');
  if (svg) saveText(new XMLSerializer().serializeToString(svg), 'image/svg+xml', name);
}
