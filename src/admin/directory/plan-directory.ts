/** What a directory's word means for the rights at the groups it manages: every line of it with its reason. */
import { compareText } from '../../engine/findings.js';
import type { Assignment } from '../../policy/document.js';
import type { Span } from '../../values/instant.js';
import type { DirectoryCurrent } from './current.js';
import { compareLines, type DirectoryLine, type DirectoryPlan } from './directory-line.js';
import {
  AHEAD_MINUTES_DEFAULT,
  type DirectoryGrants,
  directoryGrants,
  type GrantSpan,
} from './grants.js';
import { type Match, memberMatcher } from './match-members.js';
import { sameSpan, spanOfRight, takesAway } from './right-span.js';
import { type DirectoryRules, managedGroups } from './rules.js';
import type { DirectoryMember, DirectorySnapshot } from './snapshot.js';
import { currentStretch, type DirectoryReason } from './span-union.js';

/**
 * Holds a directory's word against the policy. Pure, the same for whatever order things come in; after what it
 * says was done it says there is nothing to do. Only rights of persons, in the managed role, held directly at
 * managed groups are given, changed or taken away.
 */
export function planDirectory(
  current: DirectoryCurrent,
  desired: DirectorySnapshot,
  rules: DirectoryRules,
): DirectoryPlan {
  const draft = new PlanDraft(current, desired, rules);
  const grants = directoryGrants(desired, rules);
  const rights = rightsByGroup(current.rights);
  for (const group of managedGroups(rules)) draft.planGroup(group, grants, rights.get(group) ?? []);
  return draft.finish(desired.members);
}

class PlanDraft {
  readonly add: DirectoryLine[] = [];
  readonly remove: DirectoryLine[] = [];
  readonly change: DirectoryLine[] = [];
  readonly keep: DirectoryLine[] = [];
  readonly refuse: DirectoryLine[] = [];
  readonly #current: DirectoryCurrent;
  readonly #ahead: number;
  readonly #match: (member: string) => Match;
  readonly #matches = new Map<string, Match>();
  readonly #known: ReadonlySet<string>;
  #live = 0;
  #withdrawals = 0;

  constructor(current: DirectoryCurrent, desired: DirectorySnapshot, rules: DirectoryRules) {
    this.#current = current;
    this.#ahead = current.time + (rules.aheadMinutes ?? AHEAD_MINUTES_DEFAULT) * 60_000;
    this.#match = memberMatcher(desired.members, current.users, current.links);
    this.#known = new Set(current.links.values());
  }

  planGroup(group: string, grants: DirectoryGrants, rights: readonly Assignment[]): void {
    const held = this.#heldAt(group, rights);
    const wanted = this.#wantedAt(group, grants.get(group));
    for (const [key, want] of wanted) {
      const own = held.managed.get(key);
      held.managed.delete(key);
      if (own !== undefined) this.#settle(group, own, want);
      else if (this.#current.onePerScope && held.others.has(key)) {
        this.keep.push({ group, reason: 'other_role', ...want });
      } else this.add.push({ group, reason: 'granted', ...this.#fromNow(want) });
    }
    for (const [user, own] of held.managed) {
      const reason = this.#known.has(user) ? 'no_longer' : 'not_in_directory';
      for (const right of own) this.#take({ group, user, right, reason });
    }
  }

  finish(members: readonly DirectoryMember[]): DirectoryPlan {
    const { add, remove, change, keep, refuse } = this;
    for (const lines of [add, remove, change, keep, refuse]) lines.sort(compareLines);
    const create = members.filter(({ id }) => this.#matches.get(id)?.kind === 'create');
    const link = [...this.#matches].flatMap(([member, match]) =>
      match.kind === 'account' && match.isNew ? [{ member, user: match.user }] : [],
    );
    return {
      role: this.#current.role,
      ...{ add, remove, change, keep, refuse },
      create: create.sort((a, b) => compareText(a.id, b.id)),
      link: link.sort((a, b) => compareText(a.member, b.member)),
      live: this.#live,
      withdrawals: this.#withdrawals,
    };
  }

  /** Managed rights of persons by account; whatever else is held here is kept. */
  #heldAt(group: string, rights: readonly Assignment[]) {
    const managed = new Map<string, Assignment[]>();
    const others = new Set<string>();
    for (const right of rights) {
      const { type, id: user } = right.subject;
      if (type !== 'user') this.keep.push({ group, right, reason: 'not_a_person' });
      else if (right.role !== this.#current.role) {
        others.add(user);
        this.keep.push({ group, user, right, reason: 'other_role' });
      } else {
        addTo(managed, user, right);
        if (spanOfRight(right).until > this.#current.time) this.#live++;
      }
    }
    return { managed, others };
  }

  /** Who is to have access, by account, or by member where there is none yet. */
  #wantedAt(group: string, members: ReadonlyMap<string, readonly GrantSpan[]> | undefined) {
    const spans = new Map<string, { member: string; spans: readonly GrantSpan[] }>();
    for (const [member, given] of members ?? []) {
      if (!given.some(({ from, until }) => until > this.#current.time && from <= this.#ahead)) {
        continue;
      }
      const match = this.#matchOf(member);
      if (match.kind === 'refuse') {
        this.refuse.push({ group, member, reason: match.reason });
        continue;
      }
      const key = match.kind === 'account' ? match.user : newcomerKey(member);
      const before = spans.get(key);
      if (before === undefined) spans.set(key, { member, spans: given });
      else {
        const first = compareText(before.member, member) < 0 ? before.member : member;
        spans.set(key, { member: first, spans: [...before.spans, ...given] });
      }
    }
    const wanted = new Map<string, Wanted>();
    for (const [key, { member, spans: given }] of spans) {
      const stretch = currentStretch(given, this.#current.time, this.#ahead);
      if (stretch === undefined) continue;
      const { why, from, until } = stretch;
      const user = key === newcomerKey(member) ? {} : { user: key };
      wanted.set(key, { member, ...user, span: { from, until }, why });
    }
    return wanted;
  }

  /** One right of those held goes on, for the time that is wanted; the others are too many. */
  #settle(group: string, held: readonly Assignment[], want: Wanted): void {
    const { time } = this.#current;
    const fits = (right: Assignment) => sameSpan(spanOfRight(right), want.span, time);
    const sorted =
      held.length === 1
        ? held
        : [...held].sort(
            (a, b) =>
              Number(fits(b)) - Number(fits(a)) ||
              Number(b.enabled ?? true) - Number(a.enabled ?? true) ||
              compareText(a.id, b.id),
          );
    const [right, ...others] = sorted as [Assignment, ...Assignment[]];
    for (const other of others) {
      const line = { group, user: other.subject.id, right: other, reason: 'duplicate' } as const;
      this.remove.push({
        ...line,
        ...this.#counted(takesAway(spanOfRight(other), want.span, time)),
      });
    }
    if (fits(right)) this.keep.push({ group, reason: 'granted', ...want, right });
    else {
      const counted = this.#counted(takesAway(spanOfRight(right), want.span, time));
      this.change.push({ group, reason: 'span', ...this.#fromNow(want), right, ...counted });
    }
  }

  #take(line: DirectoryLine & { readonly right: Assignment }): void {
    const over = spanOfRight(line.right).until <= this.#current.time;
    this.remove.push(over ? { ...line, reason: 'ended' } : { ...line, ...this.#counted(true) });
  }

  /** Marks a line that takes something away, and counts it. */
  #counted(withdraws: boolean): { readonly withdraws?: true } {
    if (!withdraws) return {};
    this.#withdrawals++;
    return { withdraws: true };
  }

  /** A beginning that is past needs no writing down, and would only differ from run to run. */
  #fromNow(want: Wanted): Wanted {
    if (want.span.from > this.#current.time) return want;
    return { ...want, span: { from: Number.NEGATIVE_INFINITY, until: want.span.until } };
  }

  #matchOf(member: string): Match {
    let match = this.#matches.get(member);
    if (match === undefined) {
      match = this.#match(member);
      this.#matches.set(member, match);
    }
    return match;
  }
}

/** Access of one person to one group. */
interface Wanted {
  readonly member: string;
  readonly user?: string;
  readonly span: Span;
  readonly why: readonly DirectoryReason[];
}

/** No account has such an id: ids of the policy hold no space. */
function newcomerKey(member: string): string {
  return ` ${member}`;
}

function rightsByGroup(rights: readonly Assignment[]): Map<string, Assignment[]> {
  const byGroup = new Map<string, Assignment[]>();
  for (const right of rights) {
    if (right.scope.type === 'group') addTo(byGroup, right.scope.id, right);
  }
  return byGroup;
}

function addTo<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
