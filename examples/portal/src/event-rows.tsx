/** Events as rows of a table: names for ids, sentences for reasons. */
import type { Reason } from 'doorwright';
import type { EventOutcome, ReadEvent } from 'doorwright/admin';
import type { ComponentChildren } from 'preact';
import { writeAddress } from './address.js';
import { type Site, zoneAt } from './sites.js';
import { wallTime } from './wall-clock.js';
import { sentence, type Words } from './words.js';
import type { SiteWords } from './words-site.js';

/** Each outcome by a sign, so that nothing is said by colour alone. */
const SIGNS: Readonly<Record<EventOutcome, string>> = {
  permitted: '✓',
  refused: '✗',
  done: '•',
  failed: '!',
};

interface Ground {
  readonly words: Words;
  readonly said: SiteWords;
  readonly site: Site;
  readonly events: readonly ReadEvent[];
  /** Events after this one are new to whoever follows. */
  readonly since: number | undefined;
}

/** When, what, where, who, how it ended and why. */
export function eventRows(ground: Ground): readonly (readonly ComponentChildren[])[] {
  const { words, said, site, since } = ground;
  const nameOf = namesOf(site);
  const format = new Intl.DateTimeFormat(words.language === 'en' ? 'en-GB' : words.language, {
    timeZone: site.timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return ground.events.map((event) => {
    const { object, subject, actor } = event;
    const who = subject ?? actor;
    return [
      <span key="when">
        <time dateTime={event.time}>{format.format(Date.parse(event.time))}</time>
        {since !== undefined && event.seq > since && (
          <strong class="new">{said.labels.isNew}</strong>
        )}
      </span>,
      said.events[event.type as keyof SiteWords['events']] ?? event.type,
      object === undefined ? said.labels.erased : nameOf(object),
      who === undefined ? nobodyWords(event, said) : nameOf(who),
      <span key="outcome" class={`outcome ${event.outcome}`}>
        <span aria-hidden="true">{SIGNS[event.outcome]}</span> {said.outcomes[event.outcome]}
      </span>,
      <Why key="why" {...ground} event={event} />,
    ];
  });
}

/** Somebody asked and is not told, or nobody did: a door tells of itself, too. */
function nobodyWords({ erased, data }: ReadEvent, { labels }: SiteWords): string {
  if (erased.includes('personal')) return labels.erased;
  return data?.['action'] === undefined ? '–' : labels.notKept;
}

function Why({ words, said, site, event }: Ground & { readonly event: ReadEvent }) {
  const reasons = reasonsOf(event);
  const address = questionOf(site, event);
  return (
    <>
      {reasons.map((reason) => reasonWords(words, reason)).join('; ')}{' '}
      {address !== undefined && (
        <a href={address} aria-label={said.labels.askAgainAbout.replace('@', () => `${event.seq}`)}>
          {said.labels.askAgain}
        </a>
      )}
    </>
  );
}

/** As they were told: those at people stand apart, and go with them. */
function reasonsOf({ data, personalData }: ReadEvent): readonly Partial<Reason>[] {
  const listed = personalData?.['reasons'] ?? data?.['reasons'];
  return Array.isArray(listed) ? (listed as Partial<Reason>[]) : [];
}

function reasonWords(words: Words, { code, at, detail }: Partial<Reason>): string {
  if (code === undefined || !Object.hasOwn(words.reasons, code)) return code ?? '';
  if (at === undefined) return words.reasons[code].replace('@', '…');
  return sentence(words, { code, at, ...(detail === undefined ? {} : { detail }) });
}

/** The question of an event as an address: where somebody stood is not kept, so the answer may be another. */
function questionOf(site: Site, { object, subject, data, personalData, time }: ReadEvent) {
  const isDoor = object?.type === 'door' || object?.type === 'elevator_stop';
  if (!isDoor || subject === undefined || data?.['action'] === undefined) return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return writeAddress({
    page: 'decide',
    parameters: {
      site: site.id,
      who: `${subject.type}:${subject.id}`,
      door: `${object.type}:${object.id}`,
      at: wallTime(Date.parse(time), zoneAt(site, object.type, object.id)),
      method: text(data['method']),
      reader: text(data['reader']),
      device: text(personalData?.['device']),
    },
  });
}

/** Names of everything that events are about; an id for what has none, or is gone. */
function namesOf({
  policy,
}: Site): (name: { readonly type: string; readonly id: string }) => string {
  const names = new Map<string, string>();
  const add = (
    type: string,
    elements: readonly { id: string; name?: string | undefined }[] = [],
  ) => {
    for (const { id, name } of elements) if (name !== undefined) names.set(`${type}:${id}`, name);
  };
  add('door', policy.doors);
  add('place', policy.places);
  add('user', policy.users);
  add('link', policy.links);
  for (const { stops } of policy.elevators ?? []) add('elevator_stop', stops);
  return ({ type, id }) => names.get(`${type}:${id}`) ?? id;
}
