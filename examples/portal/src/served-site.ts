/** The site whose server serves this page, asked over its own small interface: to be looked at, never changed. */
import type { EventFilter, Outcome, ReadEvent } from 'doorwright/admin';
import type { EventQuestion, Inventory, Occupancies, SiteCode, SiteView } from './site-view.js';

/** Between two looks for newer events. */
const FOLLOW_MS = 3_000;

/** @param base - where the server answers, as it named it in the head of this page. */
export function servedSite(base: string): SiteView {
  const ask = <T>(name: string, parameters: Readonly<Record<string, string>> = {}) =>
    answerOf<T>(`${base}${name}?${new URLSearchParams(parameters)}`);
  return {
    kind: 'served',
    now: () => Date.now(),
    async events(question) {
      const page = await ask<EventsAnswer>('events', parametersOf(question));
      if (!page.ok) return page;
      const { events, cursor } = page.value;
      return { ok: true, value: { value: events, cursor } };
    },
    async lines(question, format) {
      const page = await ask<LinesAnswer>('lines', { ...parametersOf(question), format });
      if (!page.ok) return page;
      const { text, cursor, count } = page.value;
      return { ok: true, value: { value: text, cursor, count } };
    },
    follow(listener) {
      const timer = setInterval(listener, FOLLOW_MS);
      return () => clearInterval(timer);
    },
    occupancy: () => ask<Occupancies>('occupancy'),
    inventory: () => ask<Inventory>('inventory'),
  };
}

interface EventsAnswer {
  readonly events: readonly ReadEvent[];
  readonly cursor: string | undefined;
}

interface LinesAnswer {
  readonly text: string;
  readonly cursor: string | undefined;
  readonly count: number;
}

function parametersOf({ filter, limit, cursor }: EventQuestion): Record<string, string> {
  const members = Object.keys(filter satisfies EventFilter).length > 0;
  return {
    limit: String(limit),
    ...(members ? { filter: JSON.stringify(filter) } : {}),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** What the server says, and why where it says nothing of use. It is of the same build as this page: its answers have its shape. */
async function answerOf<T>(address: string): Promise<Outcome<T, SiteCode>> {
  try {
    const response = await fetch(address);
    const answer: unknown = await response.json();
    if (response.ok) return { ok: true, value: answer as T };
    const { code, detail } = Object(answer) as { code?: unknown; detail?: unknown };
    return {
      ok: false,
      code: code === 'refused' || code === 'cursor' ? code : 'unreachable',
      detail: typeof detail === 'string' ? detail : `status ${response.status}`,
    };
  } catch (error) {
    return { ok: false, code: 'unreachable', detail: String(error) };
  }
}
