/**
 * A site at work, as pages see it: what happened, who is inside, which devices there are. Two stand behind it: a site in this page
 * that forgets everything with it, and the one whose server serves this page.
 */
import type {
  EventFilter,
  ExportFormat,
  ImportKind,
  Outcome,
  ReadEvent,
  VisitTask,
} from 'doorwright/admin';
import type { ImportOptions, ImportRun, InventoryEntry, Occupancy } from 'doorwright/site';
import { SERVED, type Site } from './sites.js';

/** Which events of the access log, newest first. */
export interface EventQuestion {
  readonly filter: EventFilter;
  /** At most {@link PAGE_MAX}. */
  readonly limit: number;
  /** Of the page before. */
  readonly cursor?: string;
}

/** One page of something that is longer. */
export interface Paged<T> {
  readonly value: T;
  /** Where it goes on; undefined at the end. */
  readonly cursor: string | undefined;
}

/** A page of events as lines of a file. */
export interface EventLines extends Paged<string> {
  readonly count: number;
}

/** How full the places are that keep count. */
export interface Occupancies {
  readonly places: readonly Occupancy[];
  /** Whether there are more places than are told. */
  readonly isCut: boolean;
}

/** Devices, and the one list of what is to be done on site. */
export interface Inventory {
  readonly devices: readonly InventoryEntry[];
  readonly tasks: readonly VisitTask[];
  /** Whether there are more of either than are told. */
  readonly isCut: boolean;
}

/**
 * Why nothing is told. `refused`: nobody here may know it. `cursor`: the list is another by now. `unreachable`: the server does
 * not answer, or not sensibly.
 */
export type SiteCode = 'refused' | 'cursor' | 'unreachable';

/** What pages ask a site. */
export interface SiteView {
  /** `made_up`: in this page, with a day that was drawn. `served`: the real one. */
  readonly kind: 'made_up' | 'served';
  /** By its own clock, epoch milliseconds: a day that was drawn is not today. */
  now(): number;
  events(question: EventQuestion): Promise<Outcome<Paged<readonly ReadEvent[]>, SiteCode>>;
  /** The same as lines of a file; the first page begins with what stands before the first event. */
  lines(
    question: EventQuestion,
    format: Exclude<ExportFormat, 'stored'>,
  ): Promise<Outcome<EventLines, SiteCode>>;
  /** Calls back when there may be newer events, until the answer is called. */
  follow(listener: () => void): () => void;
  occupancy(): Promise<Outcome<Occupancies, SiteCode>>;
  inventory(): Promise<Outcome<Inventory, SiteCode>>;
  /** Taking people and cards in from a file; a served site is only looked at. */
  readonly intake?: Intake;
}

/** A site that takes files in. */
export interface Intake {
  /** As `importFile` of `doorwright/site`, with the rights of whoever keeps the site. */
  importFile(kind: ImportKind, options: ImportOptions): Promise<ImportRun>;
  /** The policy as it now is. */
  policyText(): string;
}

/** Events of one page at most. */
export const PAGE_MAX = 500;

/** What was opened before, by the id of its policy: what was imported there is still there when its page is shown again. */
const opened = new Map<string, { readonly text: string; readonly view: Promise<SiteView> }>();

/** The site behind a policy; undefined where a server serves a policy alone. */
export function openSiteView(site: Site): Promise<SiteView | undefined> {
  const { id, text } = site;
  const known = opened.get(id);
  if (known?.text === text) return known.view;
  const link =
    id === SERVED ? document.querySelector<HTMLLinkElement>('link[rel="served-site"]') : null;
  if (id === SERVED && link === null) return Promise.resolve(undefined);
  const view =
    link === null
      ? import('./page-site.js').then(({ pageSite }) => pageSite(site))
      : import('./served-site.js').then(({ servedSite }) => servedSite(link.href));
  // A chunk that could not be loaded may be there the next time.
  view.catch(() => opened.delete(id));
  opened.set(id, { text, view });
  return view;
}
