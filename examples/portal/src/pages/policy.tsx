/** The policy as a text: change it, or paste another, and hear at which line it is wrong. */
import { useRef, useState } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { FaultList } from '../faults.js';
import { SchemaList } from '../schema-list.js';
import { type Fault, OWN, readSite } from '../sites.js';
import { questionWords } from '../words-questions.js';

/** An editor that checks as `doorwright check` does. */
export function PolicyPage({ words, site, use }: PageProps) {
  const { labels } = words;
  const [text, setText] = useState(site.text);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const editor = useRef<HTMLTextAreaElement>(null);
  const check = (): void => {
    const read = readSite(OWN, text);
    if ('site' in read) use(read.site);
    else setFaults(read.faults);
  };
  const goTo = (line: number): void => {
    const area = editor.current;
    if (area === null) return;
    const lines = text.split('\n');
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.focus();
    area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
    area.scrollTop = ((line - 3) / Math.max(1, lines.length)) * area.scrollHeight;
  };
  const write = (insert: string): void => {
    const area = editor.current;
    if (area === null) return;
    area.focus();
    area.setRangeText(insert, area.selectionStart, area.selectionEnd, 'end');
    setText(area.value);
    setCursor(area.selectionStart);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        check();
      }}
    >
      <p id="policy-help">{labels.policyHelp}</p>
      <textarea
        ref={editor}
        class="editor"
        aria-label={words.pages.policy}
        aria-describedby="policy-help"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setCursor(event.currentTarget.selectionStart);
        }}
        onKeyUp={(event) => setCursor(event.currentTarget.selectionStart)}
        onClick={(event) => setCursor(event.currentTarget.selectionStart)}
      />
      <SchemaList said={questionWords(words.language)} text={text} at={cursor} write={write} />
      <p>
        <button type="submit">{labels.check}</button>
      </p>
      <FaultList words={words} faults={faults} goTo={goTo} />
    </form>
  );
}
