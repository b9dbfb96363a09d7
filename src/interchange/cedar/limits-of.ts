/** What a Cedar export leaves to others, for one policy. */
import type { Policy, Restrictions } from '../../policy/document.js';

/** The limits that concern a policy, as sentences. */
export function limitsOf(policy: Policy): string[] {
  const { places = [], doors = [], elevators = [], groups = [], schedules = [] } = policy;
  const portals = [...doors, ...elevators.flatMap(({ stops }) => stops)];
  const all = [...places, ...portals, ...groups].map(({ restrictions }) => restrictions);
  const asks = (test: (restrictions: Restrictions) => boolean): boolean =>
    all.some((restrictions) => restrictions !== undefined && test(restrictions));
  const arrives = portals.some(({ unlock }) =>
    unlock?.some((each) => each.firstToArrive !== undefined),
  );
  const hasHours =
    schedules.length > 0 ||
    (policy.assignments ?? []).some(({ validity }) => validity?.schedule !== undefined);
  const limits: readonly (readonly [isMet: boolean, limit: string])[] = [
    [
      true,
      'Cedar says which policies decided, not why none did: reasons of D7, D8 and D10, details, and validUntil are not told',
    ],
    [true, 'assigning roles (A3) is not exported: requestOf throws for such a question'],
    [
      true,
      'a context has to be that of the same request: Cedar cannot know that it was made for another door',
    ],
    [hasHours, 'Cedar knows no time zones: context.open lists the schedules that are open'],
    [
      asks(({ geofence }) => geofence !== undefined),
      'Cedar knows no geometry: context.fences lists the geofences in which the position lies',
    ],
    [
      arrives,
      'Cedar knows no local dates: context.arrived lists the unlock schedules whose first arrival has come',
    ],
    [
      asks(({ twoPerson }) => twoPerson === true),
      'Cedar judges one principal: context.accompanied says whether a companion vouches',
    ],
    [
      doors.some(({ tenant }) => tenant !== undefined),
      'Cedar cannot follow a chain of grants: context.letIn lists who counts at a tenanted door',
    ],
  ];
  return limits.filter(([isMet]) => isMet).map(([, limit]) => limit);
}
