/** A small site that every command can be asked about. */

/** Tuesday, 10:00 in Berlin: the office is open. */
export const OFFICE_TIME = '2026-11-24T10:00:00+01:00';
/** Sunday, 12:00 in Berlin: the office is closed. */
export const SUNDAY = '2026-11-29T12:00:00+01:00';

/** The policy; Ada by team, Ben only in December, Cleo no longer, Dan switched off, Eve with nothing. */
export const SITE = {
  version: 1,
  revision: 7,
  organization: { id: 'acme', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq', name: 'Head office', location: { latitude: 52.52, longitude: 13.405 } }],
  floors: [{ id: 'f1', place: 'hq' }],
  doors: [
    { id: 'front', place: 'hq', name: 'Front door', readers: [{ id: 'r1' }] },
    { id: 'vault', place: 'hq', restrictions: { secondFactor: true } },
    { id: 'lobby', place: 'hq', unlock: [{ schedule: 'office' }] },
  ],
  elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'lift-1', floor: 'f1' }] }],
  groups: [
    {
      id: 'all',
      name: 'All doors',
      doors: ['front', 'vault'],
      stops: ['lift-1'],
      restrictions: { schedule: 'office' },
    },
  ],
  users: [
    { id: 'ada', name: 'Ada Lovelace' },
    { id: 'ben' },
    { id: 'cleo' },
    { id: 'dan' },
    { id: 'eve' },
  ],
  teams: [
    { id: 'staff', teams: ['inner'] },
    { id: 'inner', users: ['ada'] },
  ],
  links: [{ id: 'courier', name: 'Courier' }],
  schedules: [
    {
      id: 'office',
      name: 'Office hours',
      windows: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '06:00', until: '20:00' }],
    },
  ],
  assignments: [
    {
      id: 'staff-all',
      subject: { type: 'team', id: 'staff' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
    },
    {
      id: 'ben-all',
      subject: { type: 'user', id: 'ben' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
      validity: { from: '2026-12-01T00:00:00+01:00' },
    },
    {
      id: 'cleo-all',
      subject: { type: 'user', id: 'cleo' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
      validity: { until: '2026-10-01T00:00:00+02:00' },
    },
    {
      id: 'dan-all',
      subject: { type: 'user', id: 'dan' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
      enabled: false,
    },
    {
      id: 'courier-all',
      subject: { type: 'link', id: 'courier' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
    },
  ],
} as const;

/** A request to open a door of the site. */
export function opening(user: string, door: string, time: string, facts: object = {}): string {
  return JSON.stringify({
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time, ...facts },
  });
}
