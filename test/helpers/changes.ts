/** Random changes of a policy, and what they make of it by the words of `src/policy/changes.ts`. */
import type { Changes } from '../../src/policy/changes.js';
import type { Policy } from '../../src/policy/document.js';
import { drawWorld } from './arbitraries.js';
import type { Draw } from './arbitraries-draw.js';

type Element = { readonly id: string };

const COLLECTIONS = [
  'places',
  'floors',
  'doors',
  'elevators',
  'groups',
  'users',
  'teams',
  'links',
  'credentials',
  'assignments',
  'schedules',
  'calendars',
  'lockdowns',
] as const;

type Collection = (typeof COLLECTIONS)[number];

const elementsOf = (policy: Policy, name: Collection) => (policy[name] ?? []) as readonly Element[];

/** The document after a change, by the words of `changes.ts`. */
export function changed(policy: Policy, changes: Changes): Policy {
  const after: Record<string, unknown> = {
    ...policy,
    revision: changes.revision ?? (policy.revision ?? 0) + 1,
  };
  if (changes.organization) after['organization'] = changes.organization;
  for (const name of COLLECTIONS) {
    const put = (changes.put?.[name] ?? []) as readonly Element[];
    const gone = [...(changes.remove?.[name] ?? []), ...put.map(({ id }) => id)];
    after[name] = [...elementsOf(policy, name).filter(({ id }) => !gone.includes(id)), ...put];
  }
  return after as unknown as Policy;
}

/** One to four edits: elements taken away, switched, or put from another site. */
export function drawChanges(draw: Draw, policy: Policy): Changes {
  const other = drawWorld(draw).policy;
  const put: Partial<Record<Collection, Element[]>> = {};
  const remove: Partial<Record<Collection, string[]>> = {};
  for (let edits = draw.int(1, 4); edits > 0; edits--) {
    const name = draw.pick([
      'assignments',
      'assignments',
      'assignments',
      'lockdowns',
      'credentials',
      'users',
      ...COLLECTIONS,
    ] as const);
    const [mine, theirs] = [elementsOf(policy, name), elementsOf(other, name)];
    const touched = [...(put[name] ?? []).map(({ id }) => id), ...(remove[name] ?? [])];
    const free = mine.filter(({ id }) => !touched.includes(id));
    const strange = theirs.filter(({ id }) => !touched.includes(id));
    if (free.length > 0 && draw.chance(35)) addTo(remove, name, draw.pick(free).id);
    else if (free.length > 0 && draw.chance(50)) addTo(put, name, switched(draw.pick(free), name));
    else if (strange.length > 0) addTo(put, name, draw.pick(strange));
  }
  const organization = draw.chance(8) ? { organization: other.organization } : {};
  return {
    put,
    remove,
    ...organization,
    ...draw.maybe(20, { revision: (policy.revision ?? 0) + 5 }),
  } as unknown as Changes;
}

function switched(element: Element, name: Collection): Element {
  if (name === 'users' || name === 'links') return { ...element, active: false } as Element;
  if (name === 'doors' || name === 'places')
    return { ...element, restrictions: { secondFactor: true } } as Element;
  if (name === 'assignments' || name === 'groups' || name === 'schedules')
    return { ...element, enabled: false } as Element;
  return { ...element, name: 'renamed' } as Element;
}

/** The document as a set of sets: collections by id. */
export function inOrder(policy: Policy): unknown {
  const sorted = COLLECTIONS.map((name) => [
    name,
    [...elementsOf(policy, name)].sort((a, b) => (a.id < b.id ? -1 : 1)),
  ]);
  return {
    revision: policy.revision,
    organization: policy.organization,
    ...(Object.fromEntries(sorted) as object),
  };
}

function addTo<T>(lists: Partial<Record<Collection, T[]>>, name: Collection, value: T): void {
  lists[name] = [...(lists[name] ?? []), value];
}
