/** The four parts of a question as they were sent, made into a request: who says what, and what of it counts. */
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import { isSent, type Sent } from './body.js';
import type { Client } from './client.js';
import { FACT_NAMES, type FactName } from './client.js';
import { forbidden, malformed, type Refusal } from './refusal.js';

/** What was sent in place of the four parts. */
export interface SentParts {
  readonly subject?: unknown;
  readonly action?: unknown;
  readonly resource?: unknown;
  readonly context?: unknown;
}

/** Which part is searched for, and so has no id. */
export type Searched = 'subject' | 'resource' | 'action' | undefined;

/** What may be read of a question. */
export type Question =
  | { readonly ok: true; readonly request: AccessRequest; readonly context: Sent }
  | Refusal;

/** Facts a person's own phone may say: of all others it would be the person's word. */
const DEFAULT_FACTS: readonly FactName[] = ['location', 'device'];
const EVERY_FACT = FACT_NAMES.filter((name) => name !== 'time' && name !== 'scope');
const NOTHING: Sent = Object.freeze({});

/**
 * The request of a question. Members nobody knows are ignored, as AuthZEN requires; of the searched part the id is, too.
 * @param now - the time of the request, unless the caller is configured to say it.
 * @returns 400 for a part that is missing or ill-typed, 403 where the caller says what it may not.
 */
export function readQuestion(
  parts: SentParts,
  client: Client,
  now: number,
  searched?: Searched,
): Question {
  const { subject, action, resource } = parts;
  const context = parts.context ?? NOTHING;
  const fault =
    faultOfEntity('/subject', subject, searched !== 'subject') ??
    (searched === 'action' ? undefined : faultOfAction(action)) ??
    faultOfEntity('/resource', resource, searched !== 'resource') ??
    (isSent(context) ? undefined : malformed('/context', 'not an object'));
  if (fault !== undefined) return fault;
  const asked = resource as Entity;
  if (asked.properties?.['scope'] !== undefined && !asserts(client, 'scope')) {
    return forbidden('this client may not say where a resource lies');
  }
  const request = {
    subject: subject as Entity,
    action: action as AccessRequest['action'],
    resource: asked,
    context: factsOf(context as Sent, client, now),
  };
  return { ok: true, request, context: context as Sent };
}

/** Whether a client's word counts for a fact. */
export function asserts(client: Client, fact: FactName): boolean {
  return assertedBy(client).includes(fact);
}

function assertedBy({ asserts: said = DEFAULT_FACTS }: Client): readonly FactName[] {
  return said === 'facts' ? EVERY_FACT : said;
}

/** The facts that count: those the caller may assert, and the time of our clock. */
function factsOf(context: Sent, client: Client, now: number): Facts {
  const facts: Record<string, unknown> & { time: unknown } = { time: now };
  for (const name of assertedBy(client)) {
    const fact = context[name];
    if (fact !== undefined && fact !== null) facts[name] = fact;
  }
  return facts as Facts;
}

function faultOfEntity(pointer: string, entity: unknown, needsId: boolean): Refusal | undefined {
  if (!isSent(entity))
    return malformed(pointer, entity === undefined ? 'missing' : 'not an object');
  if (typeof entity['type'] !== 'string') {
    return malformed(`${pointer}/type`, 'missing or not a string');
  }
  if (needsId && typeof entity['id'] !== 'string') {
    return malformed(`${pointer}/id`, 'missing or not a string');
  }
  return faultOfProperties(pointer, entity);
}

function faultOfAction(action: unknown): Refusal | undefined {
  if (!isSent(action))
    return malformed('/action', action === undefined ? 'missing' : 'not an object');
  if (typeof action['name'] !== 'string')
    return malformed('/action/name', 'missing or not a string');
  return faultOfProperties('/action', action);
}

function faultOfProperties(pointer: string, { properties }: Sent): Refusal | undefined {
  if (properties === undefined || properties === null || isSent(properties)) return undefined;
  return malformed(`${pointer}/properties`, 'not an object');
}
