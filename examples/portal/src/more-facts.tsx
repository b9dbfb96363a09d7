/** Facts of a question that have no field of their own, as JSON. */
import { useId } from 'preact/hooks';
import type { QuestionWords } from './words-questions.js';

/** An address may hold any: lists within lists by the thousand can be read, but not shown, and the page would be empty. */
const FACTS_LENGTH_MAX = 4096;

/** The facts of a JSON object; undefined for any other text, and one that is too long. What has a field of its own is said there. */
export function factsIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > FACTS_LENGTH_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** The field for them. */
export function MoreFacts(props: {
  readonly said: QuestionWords;
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  const { said, value, onInput } = props;
  const id = useId();
  const isWrong = value !== '' && factsIn(value) === undefined;
  return (
    <p class="field">
      <label for={id}>{said.facts}</label>
      <input
        id={id}
        value={value}
        spellcheck={false}
        placeholder='{"companions": ["ada"]}'
        aria-describedby={`${id}-help`}
        aria-invalid={isWrong}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span id={`${id}-help`} class="quiet" role="status">
        {isWrong ? said.factsWrong : said.factsHelp}
      </span>
    </p>
  );
}
