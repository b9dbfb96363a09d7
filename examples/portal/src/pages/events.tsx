/** What happened at a site: which events, live if somebody wants, and who is inside. */
import type { EventFilter, ReadEvent } from 'doorwright/admin';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { Download } from '../download.js';
import { EventChoices } from '../event-choices.js';
import { FILTER_PARAMETERS, filterOf } from '../event-filter.js';
import { eventRows } from '../event-rows.js';
import { OccupancySection } from '../occupancy.js';
import { Section, Table } from '../parts.js';
import { type Shown, SiteFrame, Untold } from '../site-frame.js';
import type { Paged, SiteCode } from '../site-view.js';

/** Events of one page. */
const PAGE = 50;
/** Between two announcements: whoever listens to them hears something else, too. */
const ANNOUNCE_MS = 10_000;

/** The access log of a site. */
export function EventsPage(props: PageProps) {
  return (
    <SiteFrame words={props.words} site={props.site}>
      {(shown) => <Events {...props} {...shown} />}
    </SiteFrame>
  );
}

type Listed =
  | { readonly ok: true; readonly value: Paged<readonly ReadEvent[]> }
  | { readonly ok: false; readonly code: SiteCode; readonly detail: string };

function Events({ words, site, parameters, set, view, said }: PageProps & Shown) {
  const { labels } = said;
  const filter = filterOf(parameters, site.timeZone);
  const cursor = parameters['cursor'] || undefined;
  const live = useLive(cursor === undefined);
  const listed = useEvents(view, filter, cursor, live.looks);
  const seqs =
    listed?.ok === true && cursor === undefined
      ? listed.value.value.map(({ seq }) => seq)
      : undefined;
  const news = useNews(live.isFollowing, seqs, JSON.stringify(filter));
  useEffect(
    () => (live.isFollowing ? view.follow(live.look) : undefined),
    [view, live.isFollowing, live.look],
  );
  const showAll = Object.fromEntries(FILTER_PARAMETERS.map((name) => [name, '']));
  return (
    <>
      <OccupancySection words={words} site={site} view={view} said={said} looks={live.looks} />
      <Section title={labels.filters}>
        <EventChoices words={words} site={site} said={said} parameters={parameters} set={set} />
        <p class="tools">
          <button type="button" onClick={() => set(showAll)}>
            {labels.clear}
          </button>{' '}
          <Download view={view} said={said} filter={filter} />
        </p>
      </Section>
      <Section title={words.pages.events}>
        <p class="tools">
          <button
            type="button"
            onClick={() => {
              live.toggle();
              if (cursor !== undefined) set({ cursor: '' });
            }}
          >
            {live.isFollowing ? labels.pause : labels.follow}
          </button>{' '}
          <span role="status">{live.isFollowing ? newsWords(news.told, labels) : ''}</span>
        </p>
        {listed?.ok === false && <Untold said={said} why={listed} />}
        {listed?.ok === true && listed.value.value.length === 0 && <p>{labels.none}</p>}
        {listed?.ok === true && listed.value.value.length > 0 && (
          <div class="wide">
            <Table
              caption={`${words.pages.events} (${site.timeZone})`}
              heads={[
                labels.when,
                labels.type,
                labels.object,
                labels.person,
                labels.outcome,
                labels.why,
              ]}
              rows={eventRows({ words, said, site, events: listed.value.value, since: news.since })}
            />
          </div>
        )}
        <p class="tools">
          {cursor !== undefined && (
            <button type="button" onClick={() => set({ cursor: '' })}>
              {labels.newest}
            </button>
          )}{' '}
          {listed?.ok === true && listed.value.cursor !== undefined && (
            <button type="button" onClick={() => set({ cursor: listed.value.cursor ?? '' })}>
              {labels.older}
            </button>
          )}
        </p>
      </Section>
    </>
  );
}

/** Whether new events are followed, which only the newest page does, and how often it was looked. */
function useLive(isNewest: boolean) {
  const [wanted, setWanted] = useState(false);
  const [looks, setLooks] = useState(0);
  const look = useRef(() => setLooks((count) => count + 1)).current;
  return {
    isFollowing: wanted && isNewest,
    looks,
    look,
    toggle: () => setWanted(!(wanted && isNewest)),
  };
}

/** The page of events that is asked for. While one look is under way others wait, so that a slow server is not asked all the time. */
function useEvents(
  view: Shown['view'],
  filter: EventFilter,
  cursor: string | undefined,
  looks: number,
): Listed | undefined {
  const [listed, setListed] = useState<Listed | undefined>(undefined);
  const question = JSON.stringify([filter, cursor ?? null]);
  const asked = useRef({ question: '', isBusy: false, view });
  useEffect(() => {
    const { current } = asked;
    const isSame = current.question === question && current.view === view;
    if (isSame && current.isBusy) return;
    const mine = { question, isBusy: true, view };
    asked.current = mine;
    const told = (answer: Listed): void => {
      mine.isBusy = false;
      if (asked.current === mine) setListed(answer);
    };
    const more = cursor === undefined ? {} : { cursor };
    view
      .events({ filter, limit: PAGE, ...more })
      .then(told, (error) => told({ ok: false, code: 'unreachable', detail: String(error) }));
  }, [view, question, looks]);
  return listed;
}

/**
 * Events that came since somebody follows: the number of the last one before, and how many there were when that was last told.
 * @param seqs - of the newest page; undefined before it is there.
 * @param question - another list begins anew.
 */
function useNews(isFollowing: boolean, seqs: readonly number[] | undefined, question: string) {
  const [since, setSince] = useState<number | undefined>(undefined);
  const [told, setTold] = useState(0);
  const toldAt = useRef(0);
  useEffect(() => {
    setSince(undefined);
    setTold(0);
  }, [isFollowing, question]);
  const newest = seqs === undefined ? undefined : (seqs[0] ?? 0);
  useEffect(() => {
    if (isFollowing && since === undefined) setSince(newest);
  }, [isFollowing, since, newest]);
  const count = since === undefined ? 0 : (seqs ?? []).filter((seq) => seq > since).length;
  useEffect(() => {
    const now = performance.now();
    if (count <= told || (told > 0 && now - toldAt.current < ANNOUNCE_MS)) return;
    toldAt.current = now;
    setTold(count);
  }, [count]);
  // Not the effect's word, which comes a moment after the button says that nobody follows any more.
  return { since: isFollowing ? since : undefined, told };
}

function newsWords(count: number, labels: Shown['said']['labels']): string {
  if (count === 0) return labels.following;
  return count === 1 ? labels.oneNew : labels.manyNew.replace('@', String(count));
}
