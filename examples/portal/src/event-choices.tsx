/** The form that says which events are meant. Everything it knows stands in the address. */
import type { AccessEventType, EventOutcome } from 'doorwright/admin';
import type { PageProps } from './app.js';
import { type Choice, Field, openables, Select, subjects } from './parts.js';
import { instantOf } from './wall-clock.js';
import type { SiteWords } from './words-site.js';

type Props = Pick<PageProps, 'words' | 'site' | 'parameters' | 'set'> & {
  readonly said: SiteWords;
};

/** All filters. Each change begins at the newest event again. */
export function EventChoices({ words, site, said, parameters, set }: Props) {
  const { labels } = said;
  const { policy, timeZone } = site;
  const types = Object.keys(said.events) as AccessEventType[];
  const outcomes = Object.keys(said.outcomes) as EventOutcome[];
  const select = (name: string, label: string, choices: readonly Choice[]) => {
    const value = parameters[name] ?? '';
    return (
      <Select
        label={label}
        value={value}
        choices={[{ value: '', text: labels.all }, ...withValue(choices, value)]}
        onChoose={(chosen) => set({ [name]: chosen, cursor: '' })}
      />
    );
  };
  const field = (name: string, label: string) => (
    <Field
      label={`${label} (${timeZone})`}
      type="datetime-local"
      // Browsers complain of what is no time.
      value={
        Number.isNaN(instantOf(parameters[name] ?? '', timeZone)) ? '' : (parameters[name] ?? '')
      }
      onInput={(typed) => set({ [name]: typed, cursor: '' })}
    />
  );
  return (
    <form class="question" onSubmit={(event) => event.preventDefault()}>
      {select('door', labels.object, openables(site))}
      {select('place', labels.place, namedAll(policy.places ?? []))}
      {select('type', labels.type, listed(types, said.events))}
      {select('who', labels.person, subjects(site))}
      {select('outcome', labels.outcome, listed(outcomes, said.outcomes))}
      {select(
        'reason',
        labels.why,
        Object.entries(words.reasons).map(([value, text]) => ({
          value,
          text: text.replace('@', '…'),
        })),
      )}
      {field('from', labels.from)}
      {field('until', labels.until)}
    </form>
  );
}

/** What an address names and the policy no longer knows is asked for all the same: its events are still there. */
function withValue(choices: readonly Choice[], value: string): readonly Choice[] {
  if (value === '' || choices.some((choice) => choice.value === value)) return choices;
  return [{ value, text: value }, ...choices];
}

function listed<T extends string>(
  values: readonly T[],
  texts: Readonly<Record<T, string>>,
): readonly Choice[] {
  return values.map((value) => ({ value, text: texts[value] }));
}

function namedAll(
  elements: readonly { readonly id: string; readonly name?: string | undefined }[],
): readonly Choice[] {
  return elements.map(({ id, name }) => ({
    value: id,
    text: name === undefined ? id : `${name} (${id})`,
  }));
}
