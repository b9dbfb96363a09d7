import { describe, expect, test } from 'vitest';
import { FINDING_CODES } from '../../../src/analysis/lint/catalogue.js';
import type { Finding } from '../../../src/analysis/lint/finding.js';
import { lintPolicy } from '../../../src/analysis/lint/lint-policy.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy, type Policy, parsePolicy } from '../../../src/index.js';
import type { Draw } from '../../helpers/arbitraries-draw.js';
import { type Opening, openingsOf, reaches } from '../../helpers/openings.js';
import { shuffled } from '../../helpers/variants.js';
import { answerOf, overWorlds } from '../../helpers/worlds.js';

const MINUTE_MS = 60_000;
const YEAR_MINUTES = 366 * 1440;

/** The element a pointer names by its ids, so that the order of lists does not matter. */
function byIds(document: unknown, pointer: string): string {
  const names: string[] = [];
  let value = document;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    expect(Object.hasOwn(value as object, name), pointer).toBe(true);
    const inList = Array.isArray(value);
    value = (value as Record<string, unknown>)[name];
    const { id } = (value ?? {}) as { id?: unknown };
    names.push(!inList ? name : id === undefined ? sorted(value) : String(id));
  }
  return names.join(' > ');
}

/** JSON in which the order of lists does not matter either. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    Array.isArray(each) ? [...new Set(each.map((one) => JSON.stringify(one)))].sort() : each,
  );
}

/** What is told, without the order in which it is. */
function told(document: unknown, findings: readonly Finding[]): string[] {
  return findings
    .map(({ code, message, pointer }) => `${code} ${byIds(document, pointer)} ${message}`)
    .sort();
}

/** An opening with every fact that could help, so that nothing but the rule in question refuses it. */
function generous(
  draw: Draw,
  policy: Policy,
  anchor: number,
  subject: AccessRequest['subject'],
  opening: Opening,
): AccessRequest {
  const user = policy.users?.find(({ id }) => id === subject.id);
  const entries = opening.readers.filter((id) => !exitsOf(policy).has(id));
  const reader = entries.length > 0 ? draw.pick(entries) : undefined;
  const time = anchor + draw.int(0, YEAR_MINUTES) * MINUTE_MS;
  return {
    subject,
    action: { name: opening.type === 'door' ? 'unlock' : 'get_access' },
    resource: { type: opening.type, id: opening.id },
    context: {
      time,
      method: 'tap',
      secondFactor: true,
      occupancy: 0,
      presence: { state: 'outside' },
      companions: (policy.users ?? []).map(({ id }) => id),
      location: { ...opening.centre, accuracy: 1 },
      arrivals: [time],
      ...(reader === undefined ? {} : { reader }),
      ...(draw.chance(50) && user?.primaryDevice ? { device: user.primaryDevice } : {}),
    },
  };
}

/** Readers of those who leave, whom ends and hours do not refuse (D11). */
function exitsOf(policy: Policy): ReadonlySet<string> {
  const readers = [...(policy.doors ?? []), ...(policy.elevators ?? [])].flatMap(
    (each) => each.readers ?? [],
  );
  return new Set(readers.filter(({ direction }) => direction === 'exit').map(({ id }) => id));
}

/** Everybody an assignment is for. */
function subjectsOf(policy: Policy, assignment: NonNullable<Policy['assignments']>[number]) {
  const { subject } = assignment;
  if (subject.type !== 'team') return [subject];
  return (policy.users ?? []).map(({ id }) => ({ type: 'user', id }));
}

describe('over random policies', () => {
  const counts = new Map<string, number>();

  test('nothing is thrown, pointers resolve, and the order of lists changes nothing but pointers', () => {
    overWorlds(45, 0, ({ policy, anchor, draw }) => {
      const now = anchor + draw.pick([0, 800 * 1440, 0, -10]) * MINUTE_MS;
      const at = draw.chance(60) ? new Date(now).toISOString() : undefined;
      const [held] = policy.assignments ?? [];
      const pair = { first: { role: held?.role }, second: { permission: 'door:unlock' } };
      const options = { at, segregation: held === undefined ? [] : [pair] };
      const findings = lintPolicy(policy, options);
      for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
      const other = shuffled(policy, draw);
      expect(told(other, lintPolicy(other, options))).toEqual(told(policy, findings));
      expect(lintPolicy(policy, options)).toEqual(findings);
      const engine = compilePolicy(policy);
      expect(told(engine.policy, lintPolicy(engine, options))).toEqual(told(policy, findings));
    });
    // Random policies have nearly every kind of mistake; if they had few, this would say little.
    const without = FINDING_CODES.filter((code) => !counts.has(code));
    expect(without.length, without.join(' ')).toBeLessThanOrEqual(6);
  });

  test('what never counts or opens is in no grant of a year of generous requests', () => {
    let tried = 0;
    let permits = 0;
    overWorlds(60, 0, ({ policy, anchor, draw }) => {
      const findings = lintPolicy(policy, { at: new Date(anchor).toISOString() });
      const dead = deadAssignments(policy, findings);
      const shut = new Set(
        findings
          .filter(({ code }) => code === 'door_unreachable')
          .map(({ pointer }) => idAt(policy, pointer)),
      );
      const engine = compilePolicy(policy);
      const openings = openingsOf(policy);
      for (const assignment of policy.assignments ?? []) {
        for (const subject of subjectsOf(policy, assignment)) {
          for (const opening of openings.filter((each) => reaches(assignment, each))) {
            const request = generous(draw, policy, anchor, subject, opening);
            const answer = answerOf(() => engine.decide(request));
            if (answer === 'malformed') continue;
            if (dead.has(assignment.id)) tried++;
            if (answer.decision) permits++;
            for (const grant of answer.context.grants) {
              expect(dead.get(grant), `${grant} ${JSON.stringify(request)}`).toBeUndefined();
            }
            if (shut.has(opening.id)) expect(answer.decision).toBe(false);
          }
        }
      }
    });
    expect(Math.min(tried, permits)).toBeGreaterThan(50);
  });

  test('a schedule that never opens, or opens no more, is a restriction that always refuses', () => {
    let tried = 0;
    overWorlds(130, 0, ({ policy, anchor, draw }) => {
      const findings = lintPolicy(policy, { at: new Date(anchor).toISOString() });
      const never = findings
        .filter(({ code }) => code === 'schedule_never_opens' || code === 'schedule_over')
        .filter(({ pointer }) => pointer.startsWith('/schedules/'))
        .map(({ pointer }) => idAt(policy, pointer));
      if (never.length === 0) return;
      // Nothing but the schedule at the door: whoever has a right is let in whenever it is open.
      for (const id of never) {
        const places = policy.places?.map(({ restrictions: _, ...place }) => place);
        const doors = policy.doors?.map(
          ({ restrictions: _, unlock: __, tenant: ___, ...door }) => ({
            ...door,
            restrictions: { schedule: id },
          }),
        );
        const { lockdowns: _, ...rest } = policy;
        const engine = compilePolicy({ ...rest, places, doors });
        for (const assignment of policy.assignments ?? []) {
          for (const opening of openingsOf(policy)) {
            if (opening.type !== 'door' || !reaches(assignment, opening)) continue;
            const [subject] = subjectsOf(policy, assignment);
            if (subject === undefined) continue;
            const request = generous(draw, policy, anchor, subject, opening);
            const context = { ...request.context, reader: undefined, method: 'remote' };
            expect(engine.decide({ ...request, context }).decision).toBe(false);
            tried++;
          }
        }
      }
    });
    expect(tried).toBeGreaterThan(10);
  });

  test('taking a shadowed assignment away changes no opening of its holder', () => {
    let tried = 0;
    overWorlds(60, 0, ({ policy: drawn, anchor, draw }) => {
      const policy = withBroader(drawn, draw);
      const shadowed = lintPolicy(policy).filter(({ code }) => code === 'assignment_shadowed');
      if (shadowed.length === 0) return;
      const all = policy.assignments ?? [];
      const before = compilePolicy(policy);
      for (const { pointer } of shadowed) {
        const gone = all.find(({ id }) => id === idAt(policy, pointer));
        if (gone === undefined) continue;
        const assignments = all.filter((each) => each !== gone);
        const after = compilePolicy({ ...policy, assignments });
        for (const subject of subjectsOf(policy, gone)) {
          for (const opening of openingsOf(policy)) {
            const request = generous(draw, policy, anchor, subject, opening);
            const asked = { ...request, context: { ...request.context, companions: [] } };
            expect(after.check(asked), JSON.stringify([gone, asked])).toBe(before.check(asked));
            tried++;
          }
        }
      }
    });
    expect(tried).toBeGreaterThan(50);
  });
});

/** The policy with broader, unconditional copies of some assignments, as far as the document's rules let them be. */
function withBroader(policy: Policy, draw: Draw): Policy {
  let grown = policy;
  for (const [index, each] of draw.upTo(4, policy.assignments ?? []).entries()) {
    const { validity: _, enabled: __, ...plain } = each;
    const scopes = [
      each.scope,
      { type: 'organization', id: policy.organization.id },
      ...(policy.places ?? []).map(({ id }) => ({ type: 'place', id })),
      ...(policy.groups ?? []).map(({ id }) => ({ type: 'group', id })),
    ] as (typeof each.scope)[];
    const copy = { ...plain, id: `copy-${index}`, scope: draw.pick(scopes) };
    const parsed = parsePolicy({ ...grown, assignments: [...(grown.assignments ?? []), copy] });
    if (parsed.ok) grown = parsed.value;
  }
  return grown;
}

/** Ids of assignments of which lint says that they count nowhere, and why. */
function deadAssignments(policy: Policy, findings: readonly Finding[]): Map<string, string> {
  const dead = new Map<string, string>();
  for (const { code, pointer } of findings) {
    switch (code) {
      case 'assignment_disabled':
      case 'assignment_expired':
      case 'assignment_never_counts':
      case 'assignment_of_nobody':
      case 'assignment_opens_nothing':
      case 'link_never_meets':
        dead.set(idAt(policy, pointer), code);
        break;
      case 'group_disabled':
      case 'group_empty': {
        const group = idAt(policy, pointer);
        for (const { id, scope } of policy.assignments ?? []) {
          if (scope.type === 'group' && scope.id === group) dead.set(id, code);
        }
        break;
      }
      default:
    }
  }
  return dead;
}

/** The id of the element of a collection that a pointer leads into. */
function idAt(policy: Policy, pointer: string): string {
  const [, collection = '', index = '', inner, at = ''] = pointer.split('/');
  const element = (policy as unknown as Record<string, { id: string; stops?: { id: string }[] }[]>)[
    collection
  ]?.[Number(index)];
  return (inner === 'stops' ? element?.stops?.[Number(at)]?.id : element?.id) ?? '';
}
