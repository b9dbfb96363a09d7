/** The keys: every one the person has, those that open nothing now as well. */
import { useEffect, useState } from 'preact/hooks';
import type { PartProps } from './app.js';
import type { DemoBolt } from './demo/demo.js';
import type { KeyRow } from './desk-answers.js';
import { timeWords } from './times.js';
import { endSentence, type Words, whySentence } from './words.js';

/** The list. */
export function KeyPage(props: PartProps) {
  const { words, view, phone } = props;
  const { labels } = words;
  const { list, withdrawn, hasRadio } = view;
  const bolts = useBolts(phone);
  const now = useNow();
  return (
    <>
      <h1>{labels.keys}</h1>
      <div role="status">
        {withdrawn !== null && (
          <p class="notice" data-code="withdrawn">
            {labels.withdrawn}
          </p>
        )}
      </div>
      {!hasRadio && <p class="notice">{labels.noRadio}</p>}
      {list === null && <p>{labels.noList}</p>}
      {list?.rows.length === 0 && <p>{labels.noKeys}</p>}
      {list !== null && list.rows.length > 0 && (
        <ul class="keys">
          {inOrder(list.rows).map((row) => (
            <KeyItem key={row.door} {...props} row={row} now={now} bolt={bolts[row.lock ?? '']} />
          ))}
        </ul>
      )}
    </>
  );
}

interface KeyProps extends PartProps {
  readonly row: KeyRow;
  /** Unix milliseconds. */
  readonly now: number;
  /** In the demo, of the lock that is looked at. */
  readonly bolt: DemoBolt | undefined;
}

function KeyItem({ words, view, phone, row, now, bolt }: KeyProps) {
  const { labels } = words;
  const { withdrawn, wish, hasRadio } = view;
  // To a phone that was withdrawn nothing is active, whatever its person has.
  const status = withdrawn === null ? statusAt(row, now) : 'disabled';
  const isActive = status === 'active' && row.why === null;
  // With a grant the lock has the last word: what the desk said of the hour may be hours old.
  const canTry = row.lock !== null && row.why === null && withdrawn === null && hasRadio;
  const isUnderWay = wish !== null && wish.lock === row.lock;
  return (
    <li class={isActive ? 'key' : 'key inactive'} data-door={row.door} data-status={status}>
      <h2>{row.label}</h2>
      <p class="status">{words.statuses[status as keyof Words['statuses']] ?? status}</p>
      {withdrawn === null && <KeyTimes words={words} row={row} now={now} />}
      {row.why !== null && <p class="why">{whySentence(words, row.why)}</p>}
      {canTry && row.lock !== null && (
        <p class="buttons">
          <button
            type="button"
            class="open"
            aria-label={`${labels.open}: ${row.label}`}
            aria-disabled={wish !== null}
            onClick={() => row.lock !== null && void phone.open(row.lock)}
          >
            {labels.open}
          </button>
          {isUnderWay && (
            <button type="button" onClick={() => phone.cancel()}>
              {labels.cancel}
            </button>
          )}
          {bolt !== undefined && (
            <span class="bolt" data-open={bolt.open}>
              {bolt.open ? labels.demoOpen : labels.demoShut}
            </span>
          )}
        </p>
      )}
      <KeyEnd words={words} view={view} row={row} isUnderWay={isUnderWay} />
    </li>
  );
}

/** From when and until when, by the clock at the door. */
function KeyTimes({ words, row, now }: Pick<KeyProps, 'words' | 'row' | 'now'>) {
  const { labels, language } = words;
  const { from, until, timeZone, carriedUntil } = row;
  const bounds = [
    ...(from === null ? [] : [`${labels.from} ${timeWords(from, language, timeZone)}`]),
    ...(until === null ? [] : [`${labels.until} ${timeWords(until, language, timeZone)}`]),
  ];
  const carried = carriedUntil === null ? null : carriedUntil * 1000;
  return (
    <>
      {bounds.length > 0 && (
        <p class="when">
          {bounds.join(' ')} ({labels.zone}, {timeZone})
        </p>
      )}
      {carried !== null && (
        <p class="when">
          {carried <= now
            ? labels.carriedOver
            : `${labels.carriedUntil} ${timeWords(carried, language, timeZone)}.`}
        </p>
      )}
    </>
  );
}

/** What is going on at this lock, or how it ended. Always there, so that a change of it is announced. */
function KeyEnd(
  props: Pick<KeyProps, 'words' | 'view' | 'row'> & { readonly isUnderWay: boolean },
) {
  const { words, view, row, isUnderWay } = props;
  const { wish, ends } = view;
  const end = row.lock === null ? undefined : ends[row.lock];
  if (isUnderWay && wish !== null) {
    return (
      <p role="status" class="end" data-progress={wish.progress}>
        {words.progress[wish.progress]}
      </p>
    );
  }
  return (
    <p
      role="status"
      class={end?.code === 'permitted' ? 'end permitted' : 'end'}
      data-code={end?.chooser ?? end?.code}
      data-status={end?.status ?? undefined}
      data-may-be-open={end?.mayHaveActed}
    >
      {end !== undefined && endSentence(words, end)}
    </p>
  );
}

/** What opens here first; else as the desk told them. */
function inOrder(rows: readonly KeyRow[]): readonly KeyRow[] {
  const carried = ({ why }: KeyRow): number => (why === null ? 0 : 1);
  return [...rows].sort((a, b) => carried(a) - carried(b));
}

/** What the desk said of a key; that it is over since then the phone sees by itself. */
function statusAt({ status, until }: KeyRow, now: number): string {
  return until !== null && until <= now ? 'expired' : status;
}

/** The bolts of the demo as they move. */
function useBolts(phone: PartProps['phone']): Readonly<Record<string, DemoBolt>> {
  const [bolts, setBolts] = useState<Readonly<Record<string, DemoBolt>>>({});
  useEffect(
    () => phone.demo?.watch((bolt) => setBolts((before) => ({ ...before, [bolt.lock]: bolt }))),
    [phone],
  );
  return bolts;
}

/** The time, looked at twice a minute: a list that lies open must not go on saying what has ended. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
