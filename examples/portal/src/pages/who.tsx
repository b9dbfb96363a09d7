/** Who has access, by door and by person: what is gone through when rights are certified anew. */
import { useMemo, useState } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { csvText } from '../csv-text.js';
import { type Choice, chosen, entityOf, openables, Select, subjects, Table } from '../parts.js';
import { saveText } from '../save.js';

/** Rows shown; a list that is longer is saved and read elsewhere. */
const ROWS_MAX = 500;

/** Lists of rights, apart from who may open now. */
export function WhoPage({ words, site, parameters, set }: PageProps) {
  const { labels } = words;
  const by = parameters['by'] === 'person' ? 'person' : 'door';
  const choices: readonly Choice[] = by === 'door' ? openables(site) : subjects(site);
  const about = chosen(choices, parameters['of']);
  const time = useState(() => new Date().toISOString())[0];
  const entries = useMemo(
    () => (about === '' ? [] : site.engine.access(entityOf(about), { time })),
    [site, about, time],
  );
  const status = (entry: (typeof entries)[number]): string =>
    words.statuses[entry.enabled ? entry.status : 'disabled'] ?? entry.status;
  const rows = entries.map((entry) => [
    `${words.kinds[entry.subject.type] ?? entry.subject.type} ${entry.subject.id}`,
    `${words.kinds[entry.resource.type] ?? entry.resource.type} ${entry.resource.id}`,
    entry.role,
    status(entry),
    entry.assignment,
  ]);
  const heads = [labels.person, labels.door, labels.role, labels.status, 'id'];
  return (
    <>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={labels.by}
          value={by}
          choices={[
            { value: 'door', text: labels.byDoor },
            { value: 'person', text: labels.byPerson },
          ]}
          onChoose={(value) => set({ by: value, of: '' })}
        />
        <Select
          label={by === 'door' ? labels.door : labels.person}
          value={about}
          choices={choices}
          onChoose={(of) => set({ of })}
        />
      </form>
      {rows.length === 0 ? (
        <p role="status">{labels.nobody}</p>
      ) : (
        <>
          <p role="status">
            {rows.length} {labels.rows}{' '}
            <button
              type="button"
              onClick={() => saveText(csvText([heads, ...rows]), 'text/csv', 'access.csv')}
            >
              {labels.export}
            </button>
          </p>
          <Table caption={words.pages.who} heads={heads} rows={rows.slice(0, ROWS_MAX)} />
        </>
      )}
    </>
  );
}
