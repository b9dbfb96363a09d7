/** What a change of the policy would give and take, before it is made. */
import {
  diffPolicies,
  type OpeningChange,
  type PolicyDiff,
  type RestrictionChange,
  type RightChange,
  type When,
} from 'doorwright/analysis';
import { useState } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { FaultList } from '../faults.js';
import { Section } from '../parts.js';
import { type Fault, OWN, readSite } from '../sites.js';
import { sentence, type Words } from '../words.js';

/** Lines shown of each kind; a diff that is longer is read by `doorwright diff`. */
const LINES_MAX = 100;

/** An editor, and beside it what would differ. */
export function ChangePage({ words, site }: PageProps) {
  const { labels } = words;
  const [text, setText] = useState(site.text);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [diff, setDiff] = useState<PolicyDiff | string | undefined>(undefined);
  const compare = (): void => {
    const read = readSite(OWN, text);
    if ('faults' in read) {
      setFaults(read.faults);
      setDiff(undefined);
      return;
    }
    setFaults([]);
    try {
      setDiff(diffPolicies(site.engine, read.site.engine, { from: new Date().toISOString() }));
    } catch (error) {
      // Two policies that differ in more ways than are looked at.
      setDiff(String(error));
    }
  };
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          compare();
        }}
      >
        <p id="change-help">{labels.changeHelp}</p>
        <textarea
          class="editor short"
          aria-label={words.pages.policy}
          aria-describedby="change-help"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p>
          <button type="submit">{labels.compare}</button>
        </p>
        <FaultList words={words} faults={faults} />
      </form>
      <div role="status">
        {typeof diff === 'string' && <p>{diff}</p>}
        {typeof diff === 'object' && <Difference words={words} diff={diff} />}
      </div>
    </>
  );
}

function Difference({ words, diff }: { readonly words: Words; readonly diff: PolicyDiff }) {
  const { labels } = words;
  const { openings, rights, restrictions } = diff;
  if (openings.length + rights.length + restrictions.length === 0) {
    return <p class="none">{labels.noDifference}</p>;
  }
  return (
    <>
      {(['gains', 'loses'] as const).map((effect) => {
        const lines = [...openings, ...rights].filter((line) => line.effect === effect);
        return (
          lines.length > 0 && (
            <Section key={effect} title={`${labels[effect]} (${lines.length})`}>
              <ul class={`lines ${effect}`}>
                {lines.slice(0, LINES_MAX).map((line) => (
                  <li key={JSON.stringify(line.witness.request)}>
                    <Line words={words} line={line} />
                  </li>
                ))}
              </ul>
            </Section>
          )
        );
      })}
      {restrictions.length > 0 && (
        <Section title={labels.restrictions}>
          <ul class="lines">
            {restrictions.slice(0, LINES_MAX).map((change) => (
              <li key={`${change.at.type} ${change.at.id} ${change.restriction}`}>
                {restrictionWords(words, change)}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Line({
  words,
  line,
}: {
  readonly words: Words;
  readonly line: OpeningChange | RightChange;
}) {
  const { labels } = words;
  const { before, after } = line.witness;
  const refusal = before.decision ? after : before;
  return (
    <>
      <strong>{subjectWords(words, line)}</strong>{' '}
      {line.kind === 'opening'
        ? line.resources.map((resource) => resourceWords(words, resource)).join(', ')
        : line.permissions.map(({ type, actions }) => `${type}: ${actions.join(' ')}`).join('; ')}
      {line.kind === 'opening' &&
        line.circumstances
          .filter(saysMore)
          .map(({ fact, values }) => (
            <span key={fact}>; {values.map(({ label }) => label).join(` ${labels.or} `)}</span>
          ))}
      <br />
      <span class="when">{whenWords(words, line.when)}</span>{' '}
      <span class="why">
        {before.decision ? '→' : '←'}{' '}
        {refusal.context.reasons.map((reason) => sentence(words, reason)).join('; ')}
      </span>
    </>
  );
}

/** Any of a type, where the id stands for all. */
function resourceWords({ kinds, labels }: Words, { type, id }: OpeningChange['resources'][number]) {
  return `${kinds[type] ?? type} ${id === '*' ? `(${labels.any})` : id}`;
}

/** Whether a circumstance is more than what nearly everybody meets, any device that is not refused. */
function saysMore({ values }: OpeningChange['circumstances'][number]): boolean {
  return values.some(({ label }) => label !== 'no device that is refused');
}

function subjectWords(words: Words, { subjects }: OpeningChange | RightChange): string {
  const named = subjects.named.map(({ type, id }) => `${words.kinds[type] ?? type} ${id}`);
  const others = subjects.others || subjects.everybodyElse === true;
  return [...named, ...(others ? [words.labels.everybodyElse] : [])].join(', ');
}

function restrictionWords(words: Words, { at, restriction, change }: RestrictionChange): string {
  return `${words.kinds[at.type] ?? at.type} ${at.id}: ${restriction} ${words.labels[change]}`;
}

/** The week and the dates on which it is otherwise; else the spans themselves, as far as a line holds them. */
function whenWords({ labels, language }: Words, { week, dates, spans }: When): string {
  if (week === 'always' && (dates ?? []).length === 0) return labels.always;
  const weekly =
    week === undefined || week === 'always'
      ? []
      : week.map(({ days, from, until }) => `${days.join(' ')} ${from}–${until}`);
  const other = (dates ?? []).map(({ date, until: end, spans: own }) => {
    const hours = own.map(({ from, until }) => `${from}–${until}`).join(', ');
    const days = end === undefined ? date : `${date} – ${dayBefore(end)}`;
    return `${days}: ${hours === '' ? '–' : hours}`;
  });
  if (week !== undefined)
    return [...(week === 'always' ? [labels.always] : weekly), ...other].join('; ');
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  const shown = spans
    .slice(0, 3)
    .map(({ from, until }) => format.formatRange(Date.parse(from), Date.parse(until)));
  return `${shown.join('; ')}${spans.length > 3 ? ' …' : ''} UTC`;
}

/** The last of several dates, of which a `When` tells the first one after. */
function dayBefore(date: string): string {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
}
