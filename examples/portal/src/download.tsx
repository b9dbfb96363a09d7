/** Saving the events that a filter lets through, page by page, with a way to stop. */
import type { EventFilter } from 'doorwright/admin';
import { useEffect, useRef, useState } from 'preact/hooks';
import { saveText } from './save.js';
import type { Shown } from './site-frame.js';
import { PAGE_MAX } from './site-view.js';
import type { SiteWords } from './words-site.js';

/** Events that one file holds: more is asked of the server's own export. */
const EVENTS_MAX = 100_000;

const FILES = {
  csv: { format: 'csv', type: 'text/csv', name: 'events.csv' },
  ndjson: { format: 'cloudevents', type: 'application/x-ndjson', name: 'events.ndjson' },
} as const;

/** Two buttons, how far it is, and why it failed. */
export function Download({ view, said, filter }: Shown & { readonly filter: EventFilter }) {
  const { labels } = said;
  const running = useRef<AbortController | undefined>(undefined);
  const [state, setState] = useState<State>({ kind: 'idle' });
  useEffect(() => () => running.current?.abort(), []);
  const save = async (kind: keyof typeof FILES): Promise<void> => {
    const controller = new AbortController();
    running.current?.abort();
    running.current = controller;
    const { signal } = controller;
    setState({ kind: 'running', count: 0 });
    const told = (count: number) => signal.aborted || setState({ kind: 'running', count });
    const end = await gathered(view, filter, FILES[kind].format, signal, told);
    if (end.kind === 'done') saveText(end.text, FILES[kind].type, FILES[kind].name);
    if (running.current === controller) setState(end);
  };
  return (
    <>
      {(['csv', 'ndjson'] as const).map((kind) => (
        <button key={kind} type="button" onClick={() => void save(kind)}>
          {labels[kind]}
        </button>
      ))}{' '}
      {state.kind === 'running' && (
        <button type="button" onClick={() => running.current?.abort()}>
          {labels.cancel}
        </button>
      )}{' '}
      <span role="status">{stateWords(state, said)}</span>
    </>
  );
}

type State = { readonly kind: 'idle' } | { readonly kind: 'running'; readonly count: number } | End;

type End =
  | {
      readonly kind: 'done';
      readonly text: string;
      readonly count: number;
      readonly isCut: boolean;
    }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'failed';
      readonly code: 'refused' | 'cursor' | 'unreachable';
      readonly detail: string;
    };

async function gathered(
  view: Shown['view'],
  filter: EventFilter,
  format: 'csv' | 'cloudevents',
  signal: AbortSignal,
  told: (count: number) => void,
): Promise<End> {
  const pieces: string[] = [];
  let cursor: string | undefined;
  let count = 0;
  try {
    do {
      const more = cursor === undefined ? {} : { cursor };
      const page = await view.lines({ filter, limit: PAGE_MAX, ...more }, format);
      if (signal.aborted) return { kind: 'cancelled' };
      if (!page.ok) return { kind: 'failed', code: page.code, detail: page.detail };
      pieces.push(page.value.value);
      cursor = page.value.cursor;
      count += page.value.count;
      told(count);
    } while (cursor !== undefined && count < EVENTS_MAX);
  } catch (error) {
    return { kind: 'failed', code: 'unreachable', detail: String(error) };
  }
  return { kind: 'done', text: pieces.join(''), count, isCut: cursor !== undefined };
}

function stateWords(state: State, { labels }: SiteWords): string {
  switch (state.kind) {
    case 'idle':
      return '';
    case 'running':
      return labels.saving.replace('@', String(state.count));
    case 'done':
      return (state.isCut ? labels.cut : labels.saved).replace('@', String(state.count));
    case 'cancelled':
      return labels.cancelled;
    case 'failed':
      return labels[state.code].replace('@', () => state.detail);
    default:
      return state satisfies never;
  }
}
