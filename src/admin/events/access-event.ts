/** Events of the access log, made from what was asked and answered at a door. */
import type { Decision, Reason } from '../../engine/decision.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Json, JsonObject } from '../record.js';
import { ACCESS_EVENTS, type AccessEventType } from './catalogue.js';
import { doorClassOf } from './door-class.js';
import type { EntityName, EventDraft, PersonalPart } from './event.js';
import { eventTime } from './event-time.js';

/** Longest text of a request that is remembered: what asks at a door may send anything. */
const TEXT_MAX = 256;

/** Reasons and grants that an event lists; the rest is counted. Somebody in thousands of teams must leave a trace too. */
const LISTED_MAX = 100;

/** A question at a door and its answer. */
export interface AskedAtDoor {
  readonly engine: Engine;
  readonly request: AccessRequest;
  readonly decision: Decision;
  /** A fresh UUID. */
  readonly id: string;
  /** When it was asked, epoch milliseconds. */
  readonly time: number;
  /** The door was to open and did not. Default false. */
  readonly failed?: boolean;
}

/**
 * The event of a question at a door: what was decided and why. Reasons that point at things stand in the data;
 * whatever points at a person (reasons at him or his rights, his assignments, his device) in the personal part.
 * Where he was is not kept, though a request may say it.
 */
export function accessEvent(asked: AskedAtDoor): EventDraft {
  const { engine, request, decision, id, time, failed = false } = asked;
  const { context } = decision;
  const { method, reader, device } = request.context;
  const object = cleanName(request.resource);
  const type = typeOf(object, decision.decision, failed);
  const place = doorClassOf(engine, object)?.place;
  const subject = cleanName(request.subject);
  const person = holderOf(engine, subject);
  const reasons = context.reasons.slice(0, LISTED_MAX);
  const moreReasons = context.reasons.length - LISTED_MAX;
  const moreGrants = context.grants.length - LISTED_MAX;
  return {
    log: 'access',
    id,
    type,
    time: eventTime(time),
    object,
    ...(place === undefined ? {} : { place }),
    outcome: ACCESS_EVENTS[type].outcome,
    reason: context.reason,
    data: {
      action: clean(request.action.name),
      reasons: reasons.map((reason) => reasonData(reason, isThing(reason))),
      ...(moreReasons > 0 ? { moreReasons } : {}),
      revision: context.revision,
      ...(typeof method === 'string' ? { method: clean(method) } : {}),
      ...(typeof reader === 'string' ? { reader: clean(reader) } : {}),
    },
    personal: {
      subject: person,
      data: {
        ...(person === subject ? {} : { credential: subject.id }),
        grants: context.grants.slice(0, LISTED_MAX),
        ...(moreGrants > 0 ? { moreGrants } : {}),
        ...(reasons.every(isThing)
          ? {}
          : { reasons: reasons.map((reason) => reasonData(reason, true)) }),
        ...(typeof device === 'string' ? { device: clean(device) } : {}),
      },
    },
  };
}

/**
 * Whose credential it is, where one is the subject: by his name he is found, by his segment it is told what may be kept
 * of him, and by his name it is erased. Anybody else is who he says he is.
 */
function holderOf(engine: Engine, subject: EntityName & JsonObject): EntityName & JsonObject {
  if (subject.type !== 'credential') return subject;
  const user = findElement(engine, 'credentials', subject.id)?.user;
  return user === undefined ? subject : { type: 'user', id: user };
}

/** Something that a door, lock or bridge tells of. */
export interface SeenAtDoor {
  readonly engine: Engine;
  readonly type: AccessEventType;
  readonly object: EntityName;
  /** A fresh UUID. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** What of it names nobody. */
  readonly data?: JsonObject;
  readonly personal?: PersonalPart;
}

/** The event of something that happened at a door without being asked. */
export function doorEvent(seen: SeenAtDoor): EventDraft {
  const { engine, type, id, time, data = {}, personal } = seen;
  const object = cleanName(seen.object);
  const place = doorClassOf(engine, object)?.place;
  return {
    log: 'access',
    id,
    type,
    time: eventTime(time),
    object,
    ...(place === undefined ? {} : { place }),
    outcome: ACCESS_EVENTS[type].outcome,
    data,
    ...(personal === undefined ? {} : { personal }),
  };
}

function typeOf(object: EntityName, permitted: boolean, failed: boolean): AccessEventType {
  const how = permitted ? (failed ? 'failed' : 'opened') : 'refused';
  if (object.type === 'door') return `doorwright.door.${how}`;
  if (object.type === 'elevator_stop') return `doorwright.stop.${how}`;
  return permitted ? 'doorwright.request.permitted' : 'doorwright.request.refused';
}

/** Reasons at these are about the building; at anything else about who asked. */
const THINGS = new Set([
  'door',
  'elevator_stop',
  'elevator',
  'floor',
  'group',
  'lockdown',
  'organization',
  'place',
  'zone',
]);

function isThing({ at }: Reason): boolean {
  return THINGS.has(at.type);
}

function reasonData({ code, at, detail }: Reason, withPlace: boolean): Json {
  return {
    code,
    ...(withPlace ? { at: cleanName(at) } : {}),
    ...(detail === undefined ? {} : { detail }),
  };
}

function cleanName({ type, id }: EntityName): EntityName & JsonObject {
  return { type: clean(type), id: clean(id) };
}

/** Text of a request as an event can hold it: cut, and without lone surrogates, which no hash can cover. */
function clean(text: string): string {
  return text.slice(0, TEXT_MAX).replace(/\p{Surrogate}/gu, '\ufffd');
}
