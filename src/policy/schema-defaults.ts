/** What an editor offers for the members of a policy: what they are when left out, and how they may look. Not used by the library. */

type ByMember = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const SCHEDULE = { enabled: true };

/** By name of the definition and of its member: what it means to leave the member out. */
export const MEMBER_DEFAULTS: ByMember = {
  policy: { revision: 0 },
  organization: { roles: 'kisi' },
  roleModel: { onePerScope: false },
  role: { unique: false, assignable: true, deprecated: false },
  geofence: { radius: 300, accuracyMax: 300 },
  door: { lock: 'online', strictExit: false },
  reader: { direction: 'entry' },
  group: { enabled: true },
  user: { active: true },
  link: { active: true },
  assignment: { enabled: true },
  schedule: SCHEDULE,
  inlineSchedule: SCHEDULE,
  lockdown: { blocksExit: false },
};

const TIME_ZONE = ['Europe/Berlin', 'America/New_York'];
const INSTANT = ['2026-03-29T02:30:00+01:00', '2026-12-31T23:00:00Z'];

/** By name of the definition and of its member: values of a form that is not plain to see. */
export const MEMBER_EXAMPLES: ByMember = {
  policy: { $schema: ['./node_modules/doorwright/dist/policy.schema.json'] },
  organization: { timeZone: TIME_ZONE },
  place: { timeZone: TIME_ZONE },
  schedule: { timeZone: TIME_ZONE },
  inlineSchedule: { timeZone: TIME_ZONE },
  role: { permissions: [{ door: ['view', 'unlock'] }], name: [{ en: 'Guest', de: 'Gast' }] },
  tenant: { since: INSTANT },
  validity: { from: INSTANT, until: INSTANT },
  lockdown: { since: INSTANT, until: INSTANT },
  window: { days: [['mo', 'tu', 'we', 'th', 'fr']], from: ['06:00'], until: ['20:00', '24:00'] },
  recurrence: {
    start: ['2026-01-05T09:00'],
    duration: ['PT2H', 'P1DT30M'],
    rrule: ['FREQ=MONTHLY;BYDAY=1MO', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH'],
    exdates: [['2026-05-04T09:00']],
    rdates: [['2026-05-05T09:00']],
  },
  event: { from: ['2026-12-24T08:00'], until: ['2026-12-24T12:00'] },
  exception: { from: ['2026-12-27'], until: ['2027-01-02'] },
  day: { date: ['2026-12-25'] },
};
