/** Policies that differ from a given one in a way whose effect is known. */
import type { Policy, Schedule } from '../../src/policy/document.js';
import type { Draw } from './arbitraries-draw.js';

type Loose = Record<string, unknown>;

/** The policy with one restriction fewer, at some place, door, stop or group that has one. */
export function withoutOneRestriction(policy: Policy, draw: Draw): Policy {
  const copy = structuredClone(policy) as unknown as Record<
    string,
    { restrictions?: Loose; stops?: { restrictions?: Loose }[] }[]
  >;
  const stops = copy['elevators']!.flatMap((elevator) => elevator.stops!);
  const bound = [...copy['places']!, ...copy['doors']!, ...copy['groups']!, ...stops].filter(
    (each) => Object.keys(each.restrictions ?? {}).length > 0,
  );
  if (bound.length > 0) {
    const { restrictions } = draw.pick(bound);
    delete restrictions![draw.pick(Object.keys(restrictions!))];
  }
  return copy as unknown as Policy;
}

/** The policy with one schedule or calendar that is open for less. */
export function narrowed(policy: Policy, draw: Draw): Policy {
  const schedules = (policy.schedules ?? []).map(
    (schedule) => structuredClone(schedule) as Schedule & Loose,
  );
  if (schedules.length > 0) narrow(draw.pick(schedules), draw);
  return { ...policy, schedules };
}

function narrow(schedule: Loose, draw: Draw): void {
  const list = (name: string) => (schedule[name] ?? []) as Loose[];
  const ways: (() => void)[] = [
    () => (schedule['except'] = [...list('except'), { from: '2026-03-29', until: '2026-04-06' }]),
  ];
  for (const name of ['windows', 'events', 'recurrences']) {
    if (list(name).length > 1) ways.push(() => (schedule[name] = list(name).slice(1)));
  }
  for (const window of list('windows')) {
    const days = window['days'] as string[];
    if (days.length > 1) ways.push(() => (window['days'] = days.slice(1)));
    // Half past one and noon lie inside these spans, so that both halves have an end after their start.
    if ((window['from'] as string) < '12:00' && (window['until'] as string) > '12:00') {
      ways.push(
        () => (window['until'] = '12:00'),
        () => (window['from'] = '12:00'),
      );
    }
  }
  for (const recurrence of list('recurrences')) {
    ways.push(
      () => (recurrence['duration'] = 'PT10M'),
      () =>
        (recurrence['exdates'] = [
          ...((recurrence['exdates'] as string[]) ?? []),
          recurrence['start'],
        ]),
    );
  }
  draw.pick(ways)();
}

/** The same policy, said in another order, with ids repeated where lists of ids are sets. */
export function shuffled(policy: Policy, draw: Draw): Policy {
  const mix = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) {
      const parts = value.map((each) => mix(each, name));
      // Corners follow one another; all other lists are sets.
      if (name === 'polygon') return parts;
      const isSet = ['users', 'teams', 'doors', 'stops', 'exempt', 'days', 'inherits'].includes(
        name,
      );
      const texts = isSet && parts.every((each) => typeof each === 'string');
      return draw
        .atLeast(parts.length, parts.length, parts)
        .concat(texts && parts.length > 0 && draw.chance(30) ? [draw.pick(parts)] : []);
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mix(each, key)]));
  };
  return mix(policy, '') as Policy;
}
