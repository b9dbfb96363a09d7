/** Where a phone becomes somebody's: a code, and nothing else. */
import { useEffect, useId, useState } from 'preact/hooks';
import { Section } from '../../portal/src/parts.js';
import type { PartProps } from './app.js';
import { troubleSentence } from './words.js';

/** The form. @param props.code - one that came with the address; it still takes a press, because an address is nobody's will. */
export function EnrolForm({ words, view, phone, code }: PartProps & { readonly code: string }) {
  const { labels } = words;
  const [typed, setTyped] = useState(code);
  const [isMissing, setMissing] = useState(false);
  const field = useId();
  const status = useId();
  useEffect(() => {
    if (code !== '') setTyped(code);
  }, [code]);
  const isAsking = view.asking === 'enrol';
  const trouble = isMissing ? undefined : view.trouble;
  return (
    <Section title={labels.enrolWith}>
      <p>{labels.enrolHelp}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const plain = typed.trim();
          setMissing(plain === '');
          if (plain !== '' && !isAsking) void phone.enrol(plain);
        }}
      >
        <p class="field">
          <label for={field}>{labels.code}</label>
          <input
            id={field}
            type="text"
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={128}
            value={typed}
            aria-describedby={status}
            aria-invalid={isMissing}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </p>
        <p>
          <button type="submit" aria-disabled={isAsking}>
            {labels.enrolNow}
          </button>
        </p>
        <p
          id={status}
          role="status"
          class="problem"
          data-code={isMissing ? 'code_missing' : (trouble ?? undefined)}
        >
          {isMissing && labels.codeMissing}
          {isAsking && labels.enrolling}
          {trouble && troubleSentence(words, trouble)}
        </p>
      </form>
    </Section>
  );
}
