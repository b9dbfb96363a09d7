/** Lists for people to look at: what somebody holds, and how each of his doors stands now. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { type AccessRequest, type Entity, RequestError } from '../../engine/request.js';
import type { AccessEntry } from '../../engine/search.js';
import { nextInstant } from '../../engine/valid-until.js';
import { formatInstant } from '../../values/instant.js';
import type { PdpRefusalCode } from '../pdp/pdp.js';
import {
  endOf,
  type QuestionFacts,
  type ShownDecision,
  type ShownFault,
  showDecision,
} from './shown.js';
import type { Deciding } from './source.js';

/** What a subject holds, apart from whether it opens now. */
export interface ShownAccess {
  /** Sorted by resource and assignment; empty where nothing could be read. */
  readonly entries: readonly AccessEntry[];
  /** Why there is no list; null where there is one. */
  readonly fault: PdpRefusalCode | ShownFault | null;
  /** Whether the list is older than the decision point lets pass: not to be shown as current. */
  readonly stale: boolean;
  /** When this is looked at again by itself (RFC 3339). */
  readonly validUntil: string | null;
  readonly revision: number | null;
}

/** One door or lift stop of a subject, and how it is decided now. */
export interface ShownDoor extends ShownDecision {
  readonly resource: { readonly type: string; readonly id: string };
}

/** The doors and stops a subject has, open to it now or not. */
export interface ShownDoors {
  /** Sorted by type and id. */
  readonly doors: readonly ShownDoor[];
  readonly fault: PdpRefusalCode | ShownFault | null;
  /** The first end of all doors' decisions and of the list itself. */
  readonly validUntil: string | null;
}

/** Whose list is asked for, and the facts for its doors. */
export interface ListQuestion {
  readonly subject: Entity;
  readonly facts?: QuestionFacts;
}

/** The action that opens a door or stop. */
const OPENING: Readonly<Record<string, string>> = { door: 'unlock', elevator_stop: 'get_access' };

/** The list that nothing could be read for. */
export function noAccess(fault: PdpRefusalCode | ShownFault): ShownAccess {
  return { entries: [], fault, stale: false, validUntil: null, revision: null };
}

/** The doors that nothing could be read for. */
export function noDoors(fault: PdpRefusalCode | ShownFault): ShownDoors {
  return { doors: [], fault, validUntil: null };
}

/** What the subject of a question's text holds at an instant. Never throws. */
export function showAccess(
  deciding: Deciding,
  text: string | undefined,
  time: number,
): ShownAccess {
  if (!deciding.ok) return noAccess(deciding.code);
  if (text === undefined) return noAccess('request_invalid');
  const { engine, stale } = deciding.view;
  try {
    const { subject } = JSON.parse(text) as ListQuestion;
    const entries = engine.access(subject, { time });
    const end = accessEnd(engine, subject, entries, time);
    const validUntil = end === null ? null : formatInstant(end);
    return { entries, fault: null, stale, validUntil, revision: engine.revision };
  } catch (error) {
    return noAccess(error instanceof RequestError ? 'request_invalid' : 'fault');
  }
}

/** How every door that the subject has is decided at an instant. Never throws. */
export function showDoors(deciding: Deciding, text: string | undefined, time: number): ShownDoors {
  const access = showAccess(deciding, text, time);
  if (access.fault !== null || text === undefined) return noDoors(access.fault ?? 'fault');
  const { subject, facts } = JSON.parse(text) as ListQuestion;
  const doors = resourcesOf(access.entries).map((resource): ShownDoor => {
    const action = { name: OPENING[resource.type] ?? '' };
    const asked = JSON.stringify({ subject, action, resource, facts });
    return { resource, ...showDecision(deciding, asked, time) };
  });
  const ends = [access, ...doors].map(({ validUntil }) => validUntil);
  const validUntil = ends.reduce((first, end) => (endOf(end) < endOf(first) ? end : first), null);
  return { doors, fault: null, validUntil };
}

/** Every door and stop of a list once; the list is sorted by them. */
function resourcesOf(entries: readonly AccessEntry[]): AccessEntry['resource'][] {
  return entries
    .map(({ resource }) => resource)
    .filter(({ type, id }, i, all) => all[i - 1]?.type !== type || all[i - 1]?.id !== id);
}

/** The first instant at which the status of an entry may differ: anything at its door changes. */
function accessEnd(
  engine: Engine,
  subject: Entity,
  entries: readonly AccessEntry[],
  time: number,
): number | null {
  const snapshot = snapshotOf(engine);
  let first: number | null = null;
  for (const resource of resourcesOf(entries)) {
    const action = { name: OPENING[resource.type] ?? '' };
    const request: AccessRequest = { subject, action, resource, context: { time } };
    const next = nextInstant(snapshot, request, time);
    if (next !== null && (first === null || next < first)) first = next;
  }
  return first;
}
