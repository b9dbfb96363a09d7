/** What a test asks, as written, made into a question to the engine; what is missing or means nothing is reported. */
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import type { Report } from '../../policy/issue-list.js';
import { quote } from '../../policy/pointer.js';
import type { Fixtures } from './fixtures.js';
import type { Axis } from './matrix.js';
import type { AskedList } from './test-suite.js';
import type { TestsDocument, WrittenTest } from './tests-document.js';

/** What reading a test takes besides the test. */
export interface Reader {
  readonly fixtures: Fixtures;
  readonly defaults: NonNullable<TestsDocument['defaults']>;
  readonly report: Report;
}

/** What a case asks with, as written, and where it is written. */
export interface Asked {
  readonly written: Readonly<Pick<WrittenTest, Axis>>;
  pointerOf(name: Axis): string;
}

/** The request that is asked. */
export function requestOf(reader: Reader, asked: Asked): AccessRequest | undefined {
  const subject = entityOf(reader, asked, 'subject');
  const resource = entityOf(reader, asked, 'resource');
  const action = resource && actionOf(reader, asked, resource.type);
  const context = contextOf(reader, asked);
  if (!subject || !resource || action === undefined || !context) return undefined;
  return { subject, action: { name: action }, resource, context };
}

/** The list that is asked. */
export function listOf(reader: Reader, test: WrittenTest, asked: Asked): AskedList | undefined {
  const context = contextOf(reader, asked);
  const type = test.type ?? '';
  const { subject: holder, resource: place } = asked.written;
  switch (test.list) {
    case 'subjects': {
      const resource = entityOf(reader, asked, 'resource');
      const action = resource && actionOf(reader, asked, resource.type);
      if (!resource || action === undefined || !context) return undefined;
      return (
        noneOf(reader, asked, ['subject']) ?? { of: 'subjects', type, action, resource, context }
      );
    }
    case 'resources': {
      const subject = entityOf(reader, asked, 'subject');
      const action = actionOf(reader, asked, type);
      if (!subject || action === undefined || !context) return undefined;
      return (
        noneOf(reader, asked, ['resource']) ?? { of: 'resources', type, subject, action, context }
      );
    }
    case 'actions': {
      const subject = entityOf(reader, asked, 'subject');
      const resource = entityOf(reader, asked, 'resource');
      if (!subject || !resource || !context) return undefined;
      return { of: 'actions', subject, resource, context };
    }
    case 'access': {
      if (holder !== undefined && place !== undefined) {
        const message = 'lists what a subject holds, or who holds a resource: say one of the two';
        reader.report({ pointer: asked.pointerOf('resource'), code: 'unknown_member', message });
        return undefined;
      }
      const entity = entityOf(reader, asked, place === undefined ? 'subject' : 'resource');
      return entity && context && { of: 'access', entity, context };
    }
    default:
      return undefined;
  }
}

/** Reports what is written though it is what is searched for; a default of the file is left aside. */
function noneOf(reader: Reader, asked: Asked, names: readonly Axis[]): undefined {
  for (const name of names) {
    const pointer = asked.pointerOf(name);
    if (asked.written[name] === undefined || pointer.startsWith('/defaults/')) continue;
    const message = `${quote(name)} is what the list is of`;
    reader.report({ pointer, code: 'unknown_member', message });
  }
  return undefined;
}

function entityOf(reader: Reader, asked: Asked, name: 'subject' | 'resource'): Entity | undefined {
  const written = asked.written[name];
  const pointer = asked.pointerOf(name);
  if (written === undefined) return missing(reader, pointer, name);
  return reader.fixtures.entity(`${name}s`, written, pointer);
}

/** The action asked about; of what is passed by a body, without being said, passing it. */
function actionOf(reader: Reader, asked: Asked, type: string): string | undefined {
  const { action } = asked.written;
  if (action !== undefined) return action;
  if (type === 'door') return 'unlock';
  if (type === 'elevator_stop') return 'get_access';
  return missing(reader, asked.pointerOf('action'), 'action');
}

function contextOf(reader: Reader, asked: Asked): Facts | undefined {
  const { context, time } = asked.written;
  if (time === undefined) return missing(reader, asked.pointerOf('time'), 'time');
  const instant = reader.fixtures.time(time, asked.pointerOf('time'));
  const facts =
    context === undefined ? {} : reader.fixtures.context(context, asked.pointerOf('context'));
  return instant === undefined || facts === undefined ? undefined : { ...facts, time: instant };
}

function missing({ report }: Reader, pointer: string, member: string): undefined {
  report({ pointer, code: 'missing', message: `missing member ${quote(member)}` });
  return undefined;
}
