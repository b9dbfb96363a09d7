/** One body at one door: the facts of a request, read once, as the clauses use them. */
import { countingReader, effectiveMethod, type Method } from '../checks/place/reader.js';
import type { Zone } from '../checks/time/zone.js';
import type { Credential, Reader } from '../policy/document.js';
import type { HolderRecord, PlaceRecord, PortalRecord } from './records.js';
import type { AccessRequest, Entity, Facts } from './request.js';
import { type Snapshot, zoneAt } from './snapshot.js';
import { at, find } from './table.js';

/** What the clauses look at. */
export interface Encounter {
  readonly portal: PortalRecord;
  readonly place: PlaceRecord;
  /** The zone of schedules that name none. */
  readonly zone: Zone | undefined;
  readonly subject: Entity;
  /** The user or link, active or not; undefined for a subject nobody knows. */
  readonly holder: HolderRecord | undefined;
  /** The credential that is the subject. */
  readonly card: Credential | undefined;
  readonly time: number;
  readonly facts: Facts;
  /** The reader that counts, if one does. */
  readonly reader: Reader | undefined;
  readonly method: Method;
  /** The person leaves through a reader of direction `exit` (D2). */
  readonly leaving: boolean;
  /** D11: the clock and the fence do not refuse. */
  readonly lenient: boolean;
  /** Who came along: nobody, nobody who may open here, or somebody who vouches. */
  readonly company: 'missing' | 'unauthorised' | 'vouched';
}

/** The holder a request speaks of; a credential stands for its user. */
export function holderOf(s: Snapshot, subject: Entity): HolderRecord | undefined {
  switch (subject.type) {
    case 'user':
      return find(s.tables.users, subject.id);
    case 'link':
      return find(s.tables.links, subject.id);
    case 'credential': {
      const card = find(s.tables.credentials, subject.id);
      return card === undefined ? undefined : find(s.tables.users, card.user);
    }
    default:
      return undefined;
  }
}

/** Reads a request about a door or stop that exists. Companions are another question: `accompanied`. */
export function encounter(
  s: Snapshot,
  portal: PortalRecord,
  request: Pick<AccessRequest, 'subject' | 'context'>,
  time: number,
): Encounter {
  const { subject, context: facts } = request;
  const holder = holderOf(s, subject);
  const reader = countingReader(portal.readers, facts.method, facts.reader);
  const leaving = reader?.direction === 'exit';
  return {
    portal,
    place: placeOf(s, portal),
    zone: zoneAt(s, portal.place),
    subject,
    holder,
    card: subject.type === 'credential' ? find(s.tables.credentials, subject.id) : undefined,
    time,
    facts,
    reader,
    method: effectiveMethod(portal.readers, facts.method, facts.reader, holder?.kind === 'link'),
    leaving,
    lenient: leaving && !portal.strictExit,
    company: 'missing',
  };
}

/** The place a door or stop lies in; the rules have found it to exist. */
export function placeOf(s: Snapshot, portal: PortalRecord): PlaceRecord {
  const place = at(s.tables.places, portal.place);
  if (place === undefined) throw new Error(`no place for \`${portal.id}\``);
  return place;
}

/** The device a request speaks of: the credential that is the subject, else the fact. */
export function deviceOf(e: Encounter): unknown {
  return e.card?.id ?? e.facts.device ?? undefined;
}
