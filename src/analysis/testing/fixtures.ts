/** What names in policy tests stand for: fixtures, `type:id`, and times written out. */
import type { Entity } from '../../engine/request.js';
import type { Report } from '../../policy/issue-list.js';
import { quote } from '../../policy/pointer.js';
import { parseInstant } from '../../values/instant.js';
import type { TestsDocument, WrittenTest } from './tests-document.js';

/** A subject or resource as a test writes it. */
export type WrittenEntity = NonNullable<WrittenTest['subject']>;
/** Facts as a test writes them: without a time. */
export type WrittenFacts = NonNullable<NonNullable<TestsDocument['fixtures']>['contexts']>[string];
/** A context as a test writes it. */
export type WrittenContext = NonNullable<WrittenTest['context']>;

/** Looks names up; what it does not know is reported, and undefined. */
export interface Fixtures {
  entity(
    kind: 'subjects' | 'resources',
    written: WrittenEntity,
    pointer: string,
  ): Entity | undefined;
  context(written: WrittenContext, pointer: string): WrittenFacts | undefined;
  /** RFC 3339. */
  time(written: string, pointer: string): string | undefined;
}

/** The fixtures of a document. Those that lead nowhere are reported, whether a test uses them or not. */
export function fixturesOf(written: TestsDocument['fixtures'], report: Report): Fixtures {
  const { contexts = {}, times = {} } = written ?? {};
  const entities = {
    subjects: entitiesOf(written?.subjects, '/fixtures/subjects', report),
    resources: entitiesOf(written?.resources, '/fixtures/resources', report),
  };
  const unknown = (what: string, name: string, pointer: string, advice = ''): undefined => {
    report({
      pointer,
      code: 'reference',
      message: `no such ${what} fixture${advice} ${quote(name)}`,
    });
    return undefined;
  };
  const layer = (one: string | WrittenFacts, pointer: string): WrittenFacts | undefined => {
    if (typeof one !== 'string') return one;
    return Object.hasOwn(contexts, one) ? contexts[one] : unknown('context', one, pointer);
  };
  return {
    entity(kind, one, pointer) {
      if (typeof one !== 'string') return one as Entity;
      const found = entities[kind].get(one) ?? typeAndId(one);
      return found ?? unknown(kind.slice(0, -1), one, pointer, ', and not `type:id`');
    },
    context(one, pointer) {
      if (!Array.isArray(one)) return layer(one as string | WrittenFacts, pointer);
      const layers = (one as readonly (string | WrittenFacts)[]).map((part, index) =>
        layer(part, `${pointer}/${index}`),
      );
      // What stands later lies above what stands before.
      return layers.includes(undefined) ? undefined : Object.assign({}, ...layers);
    },
    time(one, pointer) {
      if (Object.hasOwn(times, one)) return times[one];
      if (!Number.isNaN(parseInstant(one))) return one;
      return unknown('time', one, pointer, ', and not an RFC 3339 instant with an offset');
    },
  };
}

/** `type:id` as an entity: a type has no colon, an id may. */
export function typeAndId(text: string): Entity | undefined {
  const match = /^([a-z][a-z0-9_]*):(.+)$/su.exec(text);
  return match === null ? undefined : { type: match[1] ?? '', id: match[2] ?? '' };
}

function entitiesOf(
  written: Readonly<Record<string, WrittenEntity>> | undefined,
  pointer: string,
  report: Report,
): ReadonlyMap<string, Entity> {
  const found = new Map<string, Entity>();
  for (const [name, one] of Object.entries(written ?? {})) {
    const entity = typeof one === 'string' ? typeAndId(one) : (one as Entity);
    if (entity !== undefined) found.set(name, entity);
    else {
      const message = `must be \`type:id\`, such as \`user:ada\`, is ${quote(one as string)}`;
      report({ pointer: `${pointer}/${name.replaceAll('~', '~0')}`, code: 'format', message });
    }
  }
  return found;
}
