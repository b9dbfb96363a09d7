/** The way out: everything this phone is, erased. */
import { useRef, useState } from 'preact/hooks';
import type { PartProps } from './app.js';

/** A button, and the question whether that is meant. */
export function Forget({ words, view, phone }: PartProps) {
  const { labels } = words;
  const [isAsked, setAsked] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const question = useRef<HTMLDivElement>(null);
  if (!isAsked) {
    return (
      <p>
        <button
          type="button"
          ref={first}
          onClick={() => {
            setAsked(true);
            // The question is where the button was: whoever came by the keyboard must not be left behind.
            requestAnimationFrame(() => question.current?.focus());
          }}
        >
          {labels.forget}
        </button>
      </p>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div class="notice" role="group" aria-label={labels.forget} tabIndex={-1} ref={question}>
      <p>{labels.forgetHelp}</p>
      {view.waiting > 0 && (
        <p>
          {words.waiting(view.waiting)} {labels.forgetLoses}
        </p>
      )}
      <p class="buttons">
        <button type="button" onClick={() => void phone.forget()}>
          {labels.forgetNow}
        </button>
        <button
          type="button"
          onClick={() => {
            setAsked(false);
            requestAnimationFrame(() => first.current?.focus());
          }}
        >
          {labels.keep}
        </button>
      </p>
    </div>
  );
}
