/**
 * Each part of deciding by itself, asked what no valid policy and no earlier clause lets through to it: it refuses all
 * the same. Whoever moves a clause, or a rule of the policy, must not open a door with it.
 */
import { describe, expect, test } from 'vitest';
import { accompanied, asksForTwo, companionIds } from '../../src/engine/companions.js';
import { snapshotOf } from '../../src/engine/compile.js';
import { portalOf } from '../../src/engine/decide.js';
import { type Encounter, encounter, holderOf, placeOf } from '../../src/engine/encounter.js';
import { Findings } from '../../src/engine/findings.js';
import {
  assignmentValid,
  failingParts,
  groupEnabled,
  holdingsOf,
  teamsOf,
} from '../../src/engine/holding.js';
import { holdingManages, placeOfCode } from '../../src/engine/manage.js';
import { lockedDown, standsUnlocked, unlockHolds } from '../../src/engine/opening.js';
import { presenceHolds } from '../../src/engine/presence.js';
import {
  HAS_VALIDITY,
  type HolderRecord,
  type RestrictionRecord,
  type ScheduleRecord,
  SWITCHED_OFF,
} from '../../src/engine/records.js';
import type { AccessRequest, Facts } from '../../src/engine/request.js';
import { restrictionsHold } from '../../src/engine/restrictions.js';
import { admitted, holdingCounts, mayPass } from '../../src/engine/rights.js';
import { DOOR, GROUP, PLACE, scopeCode } from '../../src/engine/scope-code.js';
import { emptyTable } from '../../src/engine/table.js';
import { compilePolicy } from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const NOON = Date.parse(MONDAY_NOON);
/** A number that nothing has. */
const NOTHING = 99;
const always = [
  { days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], from: '00:00', until: '24:00' },
];

const s = snapshotOf(
  compilePolicy<unknown>(
    site({
      doors: ['front', 'plain', 'two', 'by-group'].map((id) => ({
        id,
        place: 'hq',
        ...(id === 'two' ? { restrictions: { twoPerson: true } } : {}),
      })),
      places: [{ id: 'hq' }, { id: 'lab', restrictions: { twoPerson: true } }],
      floors: [{ id: 'attic', place: 'lab' }],
      elevators: [{ id: 'lift', place: 'lab', stops: [{ id: 'top', floor: 'attic' }] }],
      groups: [
        { id: 'staff', doors: ['front'] },
        { id: 'pairs', doors: ['by-group'], restrictions: { twoPerson: true } },
      ],
      users: ['ada', 'bob', 'tom'].map((id) => ({ id })),
      links: [{ id: 'guest' }],
      schedules: [
        { id: 'always', windows: always },
        { id: 'off', windows: always, enabled: false },
        { id: 'zoned', windows: always, timeZone: 'UTC' },
      ],
      assignments: [right('ada', 'ada'), right('bob', 'bob', { grantedBy: 'tom' })],
    }),
  ),
);
const roles = s.mayUnlock as Uint8Array;
const ada = holderOf(s, { type: 'user', id: 'ada' }) as HolderRecord;

function at(door: string, facts: Partial<Facts> = {}, user = 'ada'): Encounter {
  return meeting(unlock(user, door, facts));
}

function meeting(request: AccessRequest): Encounter {
  const portal = portalOf(s, request);
  if (portal === undefined) throw new Error('no such door');
  return encounter(s, portal, request, NOON);
}

/** What one restriction says, with reasons and without. */
function restricted(e: Encounter, own: Partial<RestrictionRecord>): string[] {
  const record: RestrictionRecord = {
    geofence: undefined,
    reader: false,
    schedule: -1,
    primaryDevice: false,
    secondFactor: false,
    appAccess: false,
    presence: undefined,
    ...own,
  };
  const findings = new Findings();
  const holds = restrictionsHold(s, e, record, e.portal, findings);
  expect(restrictionsHold(s, e, record, e.portal, undefined)).toBe(holds);
  expect(holds).toBe(findings.reasons.length === 0);
  return findings.reasons.map(({ code, detail }) => (detail ? `${code} ${detail}` : code));
}

describe('whoever is unknown', () => {
  const nobody = at('front', {}, 'nemo');

  test('passes nowhere, though the clause before refuses him already', () => {
    expect(mayPass(s, nobody, roles, undefined)).toBe(false);
    expect(mayPass(s, nobody, roles, new Findings())).toBe(false);
    expect(mayPass(s, at('front'), roles, undefined)).toBe(true);
  });

  test('has no primary device, also where the device in use is none', () => {
    expect(restricted(nobody, { primaryDevice: true })).toEqual(['primary_device']);
    expect(restricted(nobody, { reader: true })).toEqual(['reader missing']);
  });

  test('is no link, and neither is any other type', () => {
    expect(holderOf(s, { type: 'link', id: 'ada' })).toBeUndefined();
    expect(holderOf(s, { type: 'team', id: 'ada' })).toBeUndefined();
  });
});

describe('what is not in the snapshot', () => {
  const e = at('front');

  test('is a schedule at which nothing is open', () => {
    expect(restricted(e, { schedule: NOTHING })).toEqual(['schedule']);
    expect(unlockHolds(s, e, { schedule: NOTHING, arrival: -1 })).toBe(false);
  });

  test('is a first arrival that never came', () => {
    const schedule = s.tables.schedules.numbering.get('always') as number;
    const off = s.tables.schedules.numbering.get('off') as number;
    const arrived = at('front', { arrivals: [NOON - 1] });
    expect(unlockHolds(s, arrived, { schedule, arrival: schedule })).toBe(true);
    expect(unlockHolds(s, arrived, { schedule, arrival: NOTHING })).toBe(false);
    expect(unlockHolds(s, arrived, { schedule, arrival: off })).toBe(false);
    expect(unlockHolds(s, arrived, { schedule: off, arrival: schedule })).toBe(false);
  });

  test('is a group in which nothing counts', () => {
    const holding = { scope: scopeCode(GROUP, NOTHING), role: 0, flags: 0, assignment: 0 };
    const held = { ...holding, via: undefined };
    expect(groupEnabled(s, held.scope)).toBe(false);
    // A scope that is no group cannot be switched off.
    expect(groupEnabled(s, scopeCode(PLACE, NOTHING))).toBe(true);
    expect(holdingCounts(s, e, held, undefined)).toBe(false);
    expect(holdingCounts(s, e, held, new Findings())).toBe(false);
    const findings = new Findings();
    expect(holdingManages(s, held, NOON, findings)).toBe(false);
    expect(findings.reasons).toEqual([{ code: 'disabled', at: { type: 'group', id: '' } }]);
    expect(holdingManages(s, held, NOON, undefined)).toBe(false);
  });

  test('is a right that is switched off all the same', () => {
    const held = { scope: 0, role: 0, flags: SWITCHED_OFF, assignment: NOTHING, via: undefined };
    const findings = new Findings();
    expect(assignmentValid(s, held, NOON, undefined, false, findings)).toBe(false);
    expect(findings.reasons).toEqual([{ code: 'disabled', at: { type: 'access_right', id: '' } }]);
  });

  test('is the validity of a right, which then never begins, and a schedule of it, which is never open', () => {
    const held = { scope: 0, role: 0, flags: HAS_VALIDITY, assignment: NOTHING, via: undefined };
    for (const lenient of [false, true]) {
      const findings = new Findings();
      expect(assignmentValid(s, held, NOON, undefined, lenient, findings)).toBe(false);
      expect(assignmentValid(s, held, NOON, undefined, lenient, undefined)).toBe(false);
      expect(findings.reasons).toEqual([{ code: 'pending', at: { type: 'access_right', id: '' } }]);
    }
    const whole = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
    const scheduled = { ...whole, schedule: NOTHING, inline: undefined };
    expect(failingParts(s, scheduled, NOON, undefined)).toEqual(['inactive_hours']);
    expect(failingParts(s, { ...scheduled, schedule: -1 }, NOON, undefined)).toEqual([]);
    const bare = { ...s, tables: { ...s.tables, schedules: emptyTable<ScheduleRecord>() } };
    const first = { ...scheduled, schedule: 0 };
    expect(failingParts(bare, first, NOON, undefined)).toEqual(['inactive_hours']);
  });

  test('is a team that holds nothing', () => {
    expect(teamsOf(s, { ...ada, teams: [NOTHING] })).toEqual([]);
  });

  test('is a grant by nobody', () => {
    const held = { scope: scopeCode(DOOR, 0), role: 0, flags: 0, assignment: NOTHING };
    const portal = { ...e.portal, tenant: 2, tenantSince: 0 };
    expect(admitted(s, { ...e, portal }, roles, ada, { ...held, via: undefined })).toBe(false);
  });

  test('is a scope that lies nowhere', () => {
    expect(placeOfCode(s, scopeCode(GROUP, NOTHING))).toBe(-1);
    expect(placeOfCode(s, scopeCode(DOOR, NOTHING))).toBe(-1);
    expect(placeOfCode(s, scopeCode(PLACE, 1))).toBe(1);
    expect(placeOfCode(s, 0)).toBe(-1);
  });

  test('is a place of a door that cannot be told', () => {
    expect(() => placeOf(s, { ...e.portal, place: NOTHING })).toThrow('no place for `front`');
  });
});

describe('without a time zone', () => {
  const e = { ...at('front', { arrivals: [NOON - 1] }), zone: undefined };
  const schedule = s.tables.schedules.numbering.get('always') as number;

  test('a schedule that names none is closed', () => {
    expect(restricted(e, { schedule })).toEqual(['schedule']);
    expect(unlockHolds(s, e, { schedule, arrival: -1 })).toBe(false);
    expect(restricted({ ...e, zone: s.organizationZone }, { schedule })).toEqual([]);
    const zoned = s.tables.schedules.numbering.get('zoned') as number;
    expect(unlockHolds(s, e, { schedule: zoned, arrival: schedule })).toBe(false);
    expect(unlockHolds(s, e, { schedule: zoned, arrival: zoned })).toBe(true);
  });

  test('an assignment by such a schedule does not count', () => {
    const [held] = holdingsOf(s, ada);
    const validity = { from: -Infinity, until: Infinity, schedule, inline: undefined };
    const number = held?.assignment as number;
    const blocks = [Array.from({ length: number + 1 }, () => validity)];
    const tables = { ...s.tables, validities: { ...s.tables.validities, blocks } };
    const timed = { ...held!, flags: 1 };
    const other = { ...s, tables };
    expect(assignmentValid(other, timed, NOON, undefined, false, undefined)).toBe(false);
    expect(assignmentValid(other, timed, NOON, s.organizationZone, false, undefined)).toBe(true);
  });
});

describe('what nobody can satisfy', () => {
  test('is a circle round a place that does not say where it lies', () => {
    const location = { latitude: 0, longitude: 0, accuracy: 1 };
    const e = at('front', { location });
    expect(restricted(e, { geofence: { radius: 300 } })).toEqual(['geofence missing']);
    const vague = at('front', { location: { latitude: 0, longitude: 0 } });
    expect(restricted(vague, { geofence: { radius: 300 } })).toEqual(['geofence missing']);
  });

  test('is a presence that nobody told, also where it would be forgotten at once', () => {
    const asked = { occupancyLimit: 1, passbackResetMs: 0, twoPerson: false };
    const e = at('front', { occupancy: 0 });
    for (const presence of [asked, { ...asked, occupancyLimit: undefined }]) {
      expect(presenceHolds(e, presence, e.portal, undefined)).toBe(false);
      expect(presenceHolds(e, presence, e.portal, new Findings())).toBe(false);
    }
    const full = at('front', { occupancy: 1 });
    expect(presenceHolds(full, { ...asked, passbackResetMs: -1 }, e.portal, new Findings())).toBe(
      false,
    );
  });

  test('is the capacity of a place that has none', () => {
    const presence = { occupancyLimit: true, passbackResetMs: -1, twoPerson: false } as const;
    const e = at('front', { occupancy: 0 });
    expect(presenceHolds(e, presence, e.portal, undefined)).toBe(false);
    expect(restricted(e, { presence })).toEqual(['occupancy_limit full']);
  });
});

describe('a lockdown', () => {
  test('holds whoever is unknown, also where a role is spared', () => {
    const lockdown = {
      document: { id: 'drill', scope: { type: 'organization', id: 'org' } },
      scope: 0,
      since: -Infinity,
      until: Infinity,
      exempt: new Set([0]),
    } as const;
    const locked = { ...s, lockdowns: [lockdown] };
    expect(lockedDown(locked, at('front', {}, 'nemo'), undefined)).toBe(true);
  });
});

describe('two persons', () => {
  test('are asked for by the door, its place or a group, and by nothing else', () => {
    const asked = ['front', 'plain', 'two', 'by-group'].filter((id) =>
      asksForTwo(s, at(id).portal),
    );
    expect(asked).toEqual(['two', 'by-group']);
    const stop = { ...unlock('ada', 'top'), resource: { type: 'elevator_stop', id: 'top' } };
    expect(asksForTwo(s, meeting(stop).portal)).toBe(true);
    const nowhere = { ...at('front').portal, groups: [NOTHING] };
    expect(asksForTwo(s, nowhere)).toBe(false);
  });

  test('are looked for only where they are asked for', () => {
    const facts = { companions: ['bob'] };
    const plain = at('front', facts);
    expect(accompanied(s, plain, roles)).toBe(plain);
    for (const companions of [undefined, null, [], ['ada']]) {
      const alone = at('two', { companions });
      expect(accompanied(s, alone, roles)).toBe(alone);
    }
    expect(accompanied(s, at('two', facts), roles).company).toBe('unauthorised');
    expect(accompanied(s, at('by-group', facts), roles).company).toBe('unauthorised');
  });

  test('are those in the list, not what answers beyond its end', () => {
    const list = Object.setPrototypeOf(['bob'], { __proto__: Array.prototype, 1: 'tom' });
    expect(list[1]).toBe('tom');
    expect(companionIds(list)).toEqual(['bob']);
  });
});

describe('a door that is nobody’s', () => {
  test('stands unlocked by its schedule, one that was handed over does not', () => {
    const schedule = s.tables.schedules.numbering.get('always') as number;
    const e = at('front');
    const unlocks = [{ schedule, arrival: -1 }];
    const handed = (tenant: number, tenantSince: number) =>
      standsUnlocked(s, { ...e, portal: { ...e.portal, unlocks, tenant, tenantSince } });
    expect(handed(-1, Infinity)).toBe(true);
    expect(handed(2, NOON + 1)).toBe(true);
    expect(handed(2, NOON)).toBe(false);
  });
});
