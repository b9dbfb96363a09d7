/** The lines of a directory's plan. */
import { compareText } from '../../engine/findings.js';
import type { Assignment } from '../../policy/document.js';
import type { Span } from '../../values/instant.js';
import type { MatchRefusal } from './match-members.js';
import type { DirectoryMember } from './snapshot.js';
import type { DirectoryReason } from './span-union.js';

/**
 * Why a line is as it is. `granted`: rows give it. `span`: rows give it for another time. `no_longer`: a member to
 * whom no row gives it now. `not_in_directory`: no member of the directory. `ended`: over already. `duplicate`: the
 * same right is held twice. `other_role`: another role of the person at this group, which is not the directory's
 * to give or take. `not_a_person`: held by a team or link. `not_permitted`, `tenancy`: the actor may not.
 */
export type DirectoryLineReason =
  | 'granted'
  | 'span'
  | 'no_longer'
  | 'not_in_directory'
  | 'ended'
  | 'duplicate'
  | 'other_role'
  | 'not_a_person'
  | 'not_permitted'
  | 'tenancy'
  | MatchRefusal;

/** One right, and what becomes of it. */
export interface DirectoryLine {
  readonly group: string;
  readonly reason: DirectoryLineReason;
  /** The directory's person; several may be one account, then the first by id. */
  readonly member?: string;
  /** The account; absent where it is yet to be made. */
  readonly user?: string;
  /** The assignment as it stands. */
  readonly right?: Assignment;
  /** When it is to count. Epoch milliseconds; infinite where nothing says a bound. */
  readonly span?: Span;
  /** Whether it takes away something that counts now or would later. */
  readonly withdraws?: true;
  /** The rows that give it. */
  readonly why?: readonly DirectoryReason[];
}

/** Everything a run would do. Each list is sorted by group, then by account or member. */
export interface DirectoryPlan {
  /** The role of rights that are given. */
  readonly role: string;
  readonly add: readonly DirectoryLine[];
  readonly remove: readonly DirectoryLine[];
  /** The same right for another time. */
  readonly change: readonly DirectoryLine[];
  readonly keep: readonly DirectoryLine[];
  readonly refuse: readonly DirectoryLine[];
  /** Members for whom an account is made, ascending. */
  readonly create: readonly DirectoryMember[];
  /** Members newly known to be an account that exists. */
  readonly link: readonly { readonly member: string; readonly user: string }[];
  /** Rights of the managed role that persons hold now or later, and how many of them lose something. */
  readonly live: number;
  readonly withdrawals: number;
}

/** By group, then account or member, then assignment. */
export function compareLines(a: DirectoryLine, b: DirectoryLine): number {
  return (
    compareText(a.group, b.group) ||
    compareText(a.user ?? '', b.user ?? '') ||
    compareText(a.member ?? '', b.member ?? '') ||
    compareText(a.right?.id ?? '', b.right?.id ?? '')
  );
}
