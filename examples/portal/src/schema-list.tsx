/** What may stand where the cursor is, as a list of buttons that write it. */
import { useEffect, useState } from 'preact/hooks';
import { hintsAt, type Schema } from './schema-hints.js';
import type { QuestionWords } from './words-questions.js';

/** Longer texts are not looked through for every key that is pressed. */
const CHARACTERS_MAX = 300_000;

/** The list. @param props.at - the cursor; undefined until the editor was entered. */
export function SchemaList(props: {
  readonly said: QuestionWords;
  readonly text: string;
  readonly at: number | undefined;
  readonly write: (insert: string) => void;
}) {
  const { said, text, at, write } = props;
  const [schema, setSchema] = useState<Schema | undefined>(undefined);
  const isEntered = at !== undefined;
  useEffect(() => {
    if (!isEntered) return;
    // Loaded when somebody begins to write; without it the editor checks as before.
    import('doorwright/policy.schema.json?raw').then(
      ({ default: published }) => setSchema(JSON.parse(published)),
      () => undefined,
    );
  }, [isEntered]);
  if (schema === undefined || at === undefined || text.length > CHARACTERS_MAX) return null;
  const { pointer, hints } = hintsAt(text, at, schema);
  return (
    <details class="hints" open>
      <summary>
        {said.mayStand} <code>{pointer || '/'}</code>
      </summary>
      {hints.length === 0 ? (
        <p class="quiet">{said.nothingStands}</p>
      ) : (
        <ul>
          {hints.map(({ name, insert, about, isNeeded }, index) => (
            <li key={`${index} ${name}`}>
              <button type="button" onClick={() => write(insert)}>
                {name}
              </button>{' '}
              {isNeeded && <strong>{said.needed}</strong>} <span class="quiet">{about}</span>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
