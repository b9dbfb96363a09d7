/** The ways of asking for an opening that two policies tell apart at one door: methods, and readers of either. */
import type { Reader } from '../../policy/document.js';
import type { Pair } from './comparison.js';
import type { Asked } from './fact-tests.js';
import { type Candidate, type FactValue, grouped } from './fact-value.js';

const AT_READERS = ['tap', 'card', 'qr'] as const;

/** Every way by what it comes to; from afar is the first. */
export function wayValues(
  pair: Pair,
  tests: readonly string[],
  passes: (test: string, asked: Asked) => boolean,
): FactValue[] {
  const { entity } = pair.subject;
  const passesWith = (test: string, facts: Asked['facts']) =>
    passes(test, { subject: entity, facts, time: 0 });
  return grouped(candidatesAt(pair), tests, passesWith, labelOf);
}

function* candidatesAt({ portal, subject }: Pair): Generator<Candidate> {
  yield { facts: {}, label: 'from afar', card: false };
  for (const method of AT_READERS)
    yield { facts: { method }, label: `by ${method} at no reader of it`, card: method === 'card' };
  for (const [reader, label] of readersAt(portal.records)) {
    for (const method of AT_READERS) {
      yield {
        facts: { method, reader },
        label: `by ${method} at ${label}`,
        card: method === 'card',
      };
    }
  }
  if (subject.entity.type === 'link')
    yield { facts: { method: 'link' }, label: 'by link', card: false };
}

/** Of the readers that either policy has one for each pair of directions, with words for it. */
function readersAt(records: Pair['portal']['records']): Map<string, string> {
  const [before, after] = records.map(
    (record) => new Map((record?.readers ?? []).map((reader) => [reader.id, reader])),
  );
  const found = new Map<string, readonly [id: string, label: string]>();
  const ids = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort();
  for (const id of ids) {
    const [was, is] = [kindOf(before?.get(id)), kindOf(after?.get(id))];
    const label = was === is ? `${is}` : `${was} before and ${is} afterwards`;
    if (!found.has(label)) found.set(label, [id, label]);
  }
  return new Map(found.values());
}

function kindOf(reader: Reader | undefined): string {
  if (reader === undefined) return 'no reader of it';
  return reader.direction === 'exit' ? 'an exit reader' : 'an entry reader';
}

/** Methods that come to the same at the same reader said together. */
function labelOf(candidates: readonly Candidate[]): string {
  const places = new Map<string, string[]>();
  for (const { label } of candidates) {
    const [, method, place] = /^by (tap|card|qr) at (.*)$/.exec(label) ?? [
      undefined,
      undefined,
      label,
    ];
    const known = places.get(place ?? label) ?? [];
    if (method !== undefined) known.push(method);
    places.set(place ?? label, known);
  }
  const words = [...places].map(([place, methods]) =>
    methods.length === 0
      ? place
      : methods.length === AT_READERS.length
        ? `at ${place}`
        : `by ${methods.join(' or ')} at ${place}`,
  );
  return words.join(', or ');
}
