/** What of a policy an import changed: people, cards, rights and memberships, one by one. */
import type { Policy } from 'doorwright';

/** One element that is new or other than before. */
export interface PolicyChange {
  readonly collection: 'users' | 'credentials' | 'assignments' | 'teams';
  readonly id: string;
  readonly isNew: boolean;
  /** What of it, as far as it is short. */
  readonly what: string;
}

const COLLECTIONS = ['users', 'credentials', 'assignments', 'teams'] as const;

/** In the order of the policy after the change. Nothing is ever taken away by an import. */
export function policyChanges(before: Policy, after: Policy): PolicyChange[] {
  return COLLECTIONS.flatMap((collection) => {
    const known = new Map<string, object>((before[collection] ?? []).map((one) => [one.id, one]));
    return (after[collection] ?? []).flatMap((element): PolicyChange[] => {
      const old = known.get(element.id);
      const what = differences(old, element);
      if (old !== undefined && what.length === 0) return [];
      return [{ collection, id: element.id, isNew: old === undefined, what: what.join(', ') }];
    });
  });
}

/** The members that differ, with their new values. */
function differences(old: object | undefined, element: object): string[] {
  const was = old as Readonly<Record<string, unknown>> | undefined;
  return Object.entries(element)
    .filter(([name, value]) => name !== 'id' && written(value) !== written(was?.[name]))
    .map(([name, value]) => `${name} ${written(value)}`);
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
