/** The phone and its desk: when they last spoke, what waits, and the end of it. */
import { Section } from '../../portal/src/parts.js';
import type { PartProps } from './app.js';
import { Forget } from './forget.js';
import { timeWords } from './times.js';
import { troubleSentence } from './words.js';

/** The part of the page. */
export function DeskPanel(props: PartProps) {
  const { words, view, phone } = props;
  const { labels, language } = words;
  const { list, asking, trouble, withdrawn, aheadSeconds, waiting, isPersistent } = view;
  return (
    <Section title={labels.phone}>
      {list !== null && (
        <p class="updated">
          {labels.updated}: <time>{timeWords(list.updated, language)}</time>
        </p>
      )}
      <p>
        <button type="button" aria-disabled={asking !== null} onClick={() => void phone.refresh()}>
          {labels.refresh}
        </button>
      </p>
      <p role="status" class="problem" data-code={trouble ?? (asking === null ? 'ok' : asking)}>
        {asking !== null && labels.refreshing}
        {asking === null &&
          trouble !== null &&
          `${troubleSentence(words, trouble)} ${labels.troubleKept}`}
        {asking === null && trouble === null && withdrawn === null && labels.refreshed}
      </p>
      <p class="waiting" data-count={waiting}>
        {words.waiting(waiting)}
      </p>
      {aheadSeconds !== null && Math.abs(aheadSeconds) > CLOCK_SECONDS && (
        <p class="notice clock">{words.clock(aheadSeconds)}</p>
      )}
      {isPersistent !== null && (
        <p class="persistence">{isPersistent ? labels.persistent : labels.notPersistent}</p>
      )}
      <Forget {...props} />
    </Section>
  );
}

/** A clock that is this far off is wrong; less is the way to the desk and back. */
const CLOCK_SECONDS = 60;
