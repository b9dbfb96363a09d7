/** Documents for tests of parsing, and how their issues are written in expectations. */
import { type Parsed, type ParseOptions, parseDocument } from '../../src/policy/parse.js';

/** Zones these tests know. */
const ZONES = new Set(['Europe/Berlin', 'America/New_York']);

export const OPTIONS: ParseOptions = { isTimeZone: (name) => ZONES.has(name) };

/** A valid document in which every member of every element is used at least once. */
export function fullDocument() {
  return {
    $schema: 'https://unpkg.com/doorwright/dist/policy.schema.json',
    version: 1,
    revision: 7,
    organization: { id: 'acme', name: 'Acme', timeZone: 'Europe/Berlin', roles: fullModel() },
    places: [
      {
        id: 'hq',
        name: 'Head office',
        timeZone: 'America/New_York',
        location: { latitude: 40.7, longitude: -74 },
        restrictions: { geofence: { radius: 250 }, schedule: 'office' },
        capacity: 120,
      },
      { id: 'annex' },
    ],
    floors: [{ id: 'ground', place: 'hq', name: 'Ground floor' }],
    doors: [
      {
        id: 'front',
        place: 'hq',
        floor: 'ground',
        name: 'Front door',
        lock: 'online',
        location: { latitude: 40.71, longitude: -74.01 },
        readers: [
          { id: 'front-in', direction: 'entry' },
          { id: 'front-out', direction: 'exit' },
        ],
        restrictions: {
          reader: true,
          primaryDevice: false,
          secondFactor: true,
          appAccess: false,
          occupancyLimit: true,
          antiPassback: { mode: 'hard', resetMinutes: 60 },
          twoPerson: true,
        },
        unlock: [{ schedule: 'office', firstToArrive: 'arrival' }],
        strictExit: true,
      },
      {
        id: 'flat',
        place: 'annex',
        lock: 'offline',
        tenant: { user: 'ada', since: '2026-01-01T00:00:00Z' },
      },
    ],
    elevators: [
      {
        id: 'lift',
        place: 'hq',
        name: 'Lift',
        readers: [{ id: 'lift-reader' }],
        stops: [
          {
            id: 'lift-ground',
            floor: 'ground',
            name: 'Ground',
            restrictions: { geofence: {}, occupancyLimit: 12, twoPerson: false },
            unlock: [{ schedule: 'office' }],
          },
        ],
      },
    ],
    groups: [
      {
        id: 'staff',
        name: 'Staff',
        place: 'hq',
        doors: ['front'],
        stops: ['lift-ground'],
        restrictions: {
          geofence: {
            polygon: [
              [-74.1, 40.6],
              [-73.9, 40.6],
              [-73.9, 40.8],
            ],
            accuracyMax: 50,
          },
          occupancyLimit: 40,
        },
        enabled: true,
      },
    ],
    users: [
      {
        id: 'ada',
        name: 'Ada',
        email: 'ada@example.com',
        segment: 'owner',
        active: true,
        primaryDevice: 'p1',
      },
      { id: 'bob' },
    ],
    teams: [{ id: 'all', name: 'All', users: ['ada', 'bob'], teams: ['night'] }, { id: 'night' }],
    links: [{ id: 'delivery', name: 'Delivery', active: false, secretHash: 'sha256:5f1d' }],
    credentials: [{ id: 'card-1', kind: 'card', user: 'ada', state: 'active' }],
    assignments: [
      {
        id: 'a1',
        subject: { type: 'user', id: 'bob' },
        role: 'guest',
        scope: { type: 'group', id: 'staff' },
        validity: {
          from: '2026-01-01T00:00:00+01:00',
          until: '2026-12-31T23:59:59.5Z',
          schedule: { windows: [{ days: ['sa', 'su'], from: '22:00', until: '02:00' }] },
        },
        grantedBy: 'ada',
        enabled: false,
      },
      {
        id: 'a2',
        subject: { type: 'user', id: 'ada' },
        role: 'owner',
        scope: { type: 'organization', id: 'acme' },
      },
      {
        id: 'a3',
        subject: { type: 'team', id: 'all' },
        role: 'guest',
        scope: { type: 'door', id: 'front' },
      },
      {
        id: 'a4',
        subject: { type: 'link', id: 'delivery' },
        role: 'guest',
        scope: { type: 'place', id: 'hq' },
      },
    ],
    schedules: [
      {
        id: 'office',
        name: 'Office hours',
        timeZone: 'Europe/Berlin',
        windows: [{ days: ['mo', 'fr'], from: '00:00', until: '24:00' }],
        recurrences: [
          {
            start: '2026-01-05T09:00',
            duration: 'P1DT2H30M',
            rrule: 'FREQ=MONTHLY;BYDAY=1MO',
            exdates: ['2026-05-04T09:00'],
            rdates: ['2026-05-05T09:00'],
          },
        ],
        events: [{ from: '2026-12-24T08:00', until: '2026-12-24T24:00' }],
        calendar: 'holidays',
        except: [{ from: '2026-12-27', until: '2027-01-02' }],
        enabled: true,
      },
      { id: 'arrival' },
    ],
    calendars: [
      {
        id: 'holidays',
        name: 'Holidays',
        days: [
          { date: '2026-12-25', name: 'Christmas Day' },
          { date: '2026-12-31', windows: [{ from: '08:00', until: '12:00' }] },
        ],
      },
    ],
    lockdowns: [
      {
        id: 'drill',
        scope: { type: 'place', id: 'hq' },
        since: '2026-06-01T10:00:00Z',
        until: '2026-06-01T11:00:00Z',
        exempt: ['owner'],
        blocksExit: true,
      },
    ],
  };
}

/** A role model with every member in use. */
export function fullModel() {
  return {
    id: 'own',
    name: 'Own',
    roles: [
      {
        id: 'guest',
        name: { en: 'Guest', 'de-AT': 'Gast' },
        levels: ['door', 'group', 'place'],
        rank: 10,
        permissions: { door: ['view', 'unlock'], elevator_stop: ['get_access'] },
      },
      {
        id: 'owner',
        levels: ['organization'],
        rank: 20,
        inherits: ['guest'],
        permissions: { user: ['update'] },
        assigns: ['guest'],
        unique: true,
        assignable: false,
      },
      {
        id: 'watchman',
        levels: ['place'],
        rank: 15,
        permissions: {},
        assigns: 'up_to_own_rank',
        deprecated: true,
      },
    ],
    onePerScope: true,
  };
}

/** A small valid document with some members replaced; `undefined` takes one away. */
export function documentWith(members: Record<string, unknown>): Record<string, unknown> {
  const document: Record<string, unknown> = {
    version: 1,
    organization: { id: 'acme', timeZone: 'Europe/Berlin' },
    places: [{ id: 'hq' }, { id: 'annex' }],
    users: [{ id: 'ada' }, { id: 'bob' }],
    ...members,
  };
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
}

/** The issues of a result as `code pointer`, in order; none when it is valid. */
export function told(parsed: Parsed<unknown>): string[] {
  return parsed.ok ? [] : parsed.issues.map((issue) => `${issue.code} ${issue.pointer}`);
}

/** The issues of a document as `code pointer`. */
export function issuesOf(document: unknown, options: ParseOptions = OPTIONS): string[] {
  return told(parseDocument(document, options));
}
