/** Differences as they are found, put together into as few lines as say exactly the same. */
import type { Zone } from '../../checks/time/zone.js';
import type { Span } from '../../values/instant.js';
import { formatInstant } from '../../values/instant.js';
import type { Effect } from './policy-diff.js';
import type { Spans } from './right-spans.js';

/** What a difference is about, one unit of it: units of the same kind and `of` are put together. */
export interface FoundReach {
  readonly kind: 'named' | 'into' | 'within' | 'said';
  /** Of `into` the users by id, of `within` the scopes outside of which, each as one text; else empty. */
  readonly of: string;
  /** Of `named` ids, of the others scopes by number. */
  readonly units: readonly (string | number)[];
}

/** One difference, of some classes of subjects. */
export interface Found {
  readonly effect: Effect;
  /** Number of a {@link WhenBook}. */
  readonly when: number;
  readonly type: string;
  readonly actions: readonly string[];
  readonly classes: readonly number[];
  readonly reach: FoundReach;
}

/** Differences that make one line. */
export interface FoundLine extends Pick<Found, 'effect' | 'when' | 'classes'> {
  readonly reach: Omit<FoundReach, 'units'>;
  /** Each type once, sorted. */
  readonly parts: readonly Pick<Found, 'type' | 'actions' | 'reach'>[];
}

/** Times of lines, each distinct one once. */
export interface WhenBook {
  numberOf(spans: Spans, zone: Zone | undefined): number;
  readonly all: readonly { readonly spans: Spans; readonly zone: Zone | undefined }[];
}

/** An empty book, of times within a span. */
export function whenBook(span: Span): WhenBook {
  const all: { spans: Spans; zone: Zone | undefined }[] = [];
  const numbers = new Map<string, number>();
  return {
    all,
    numberOf(spans, given) {
      const [first] = spans;
      // All of the time needs no clock to say it, and is the same by every clock.
      const zone = first?.from === span.from && first.until === span.until ? undefined : given;
      const key = `${zone?.name ?? ''} ${spans.map(({ from, until }: Span) => `${from}-${until}`).join()}`;
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, all.length);
      return all.push({ spans, zone }) - 1;
    },
  };
}

/** The same differences in fewer lines: each step joins what is alike in everything else, so that nothing is added. */
export function joined(found: readonly Found[]): FoundLine[] {
  const texts = new Map<string, number>();
  const short = (text: string): number => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  const unitsKey = ({ kind, of, units }: FoundReach) => short([kind, of, ...units].join('\n'));
  const byUnit = joinedBy(
    found.flatMap((one) => one.classes.map((own) => ({ ...one, classes: [own] }))),
    ({ effect, when, type, classes, reach }) =>
      [effect, when, type, classes[0], unitsKey(reach)].join(),
    (same, first) => ({ ...first, actions: distinct(same.flatMap(({ actions }) => actions)) }),
  );
  const bySubject = joinedBy(
    byUnit,
    ({ effect, when, type, actions, classes, reach }) =>
      [effect, when, type, short(actions.join()), classes[0], reach.kind, short(reach.of)].join(),
    (same, first) => ({
      ...first,
      reach: { ...first.reach, units: distinct(same.flatMap(({ reach }) => reach.units)) },
    }),
  );
  const byType = joinedBy(
    bySubject,
    ({ effect, when, type, actions, reach }) =>
      [effect, when, type, short(actions.join()), unitsKey(reach)].join(),
    (same, first) => ({ ...first, classes: distinct(same.flatMap(({ classes }) => classes)) }),
  );
  // Which of a type's lists of resources shares a line with another type's must not depend on the documents' order.
  const order = ({ actions, reach }: Found) => JSON.stringify([actions, reach.units]);
  byType.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const lines = new Map<string, Found[]>();
  for (const one of byType) {
    const { effect, when, classes, reach, type } = one;
    const about = reach.kind === 'named' ? '' : unitsKey(reach);
    const base = [effect, when, short(classes.join()), reach.kind, short(reach.of), about].join();
    // A type stands in a line once: its next resources, with other actions, take another line.
    for (let nth = 0; ; nth++) {
      const key = `${base} ${nth}`;
      const line = lines.get(key);
      if (line?.some((other) => other.type === type)) continue;
      if (line === undefined) lines.set(key, [one]);
      else line.push(one);
      break;
    }
  }
  return [...lines.values()].map((parts) => {
    const [{ effect, when, classes, reach }] = parts as [Found];
    const sorted = [...parts].sort((a, b) => (a.type < b.type ? -1 : 1));
    return { effect, when, classes, reach: { kind: reach.kind, of: reach.of }, parts: sorted };
  });
}

/** RFC 3339 of where spans begin, for a request that is to lie in them. */
export function firstInstant(spans: Spans): string {
  return formatInstant((spans[0] as Span).from);
}

function joinedBy(
  all: readonly Found[],
  keyOf: (one: Found) => string,
  join: (same: readonly Found[], first: Found) => Found,
): Found[] {
  const groups = new Map<string, Found[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].map((same) =>
    same.length === 1 ? (same[0] as Found) : join(same, same[0] as Found),
  );
}

/** Each once, in order: numbers by size, texts by code unit. */
function distinct<T extends string | number>(values: readonly T[]): T[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
