/** From lines to a change of the policy, within what the actor may: what he may not becomes a refused line. */
import type { Engine } from '../../engine/engine.js';
import type { Changes } from '../../policy/changes.js';
import type { Assignment, User, Validity } from '../../policy/document.js';
import { formatInstant, type Span } from '../../values/instant.js';
import { type Piece, withinRights } from '../within-rights.js';
import type { DirectoryLine, DirectoryPlan } from './directory-line.js';
import type { DirectoryMember } from './snapshot.js';

/** Some lines of a plan, as what is to be written for them. */
export interface DirectoryChanges {
  /** Undefined when nothing is left to write. */
  readonly changes: Changes | undefined;
  /** The lines that are written. */
  readonly written: readonly DirectoryLine[];
  /** The lines that the actor may not have, with `not_permitted` or `tenancy`. */
  readonly refused: readonly DirectoryLine[];
  /** Members and their accounts: those found, and those made for the lines that are written. */
  readonly links: readonly { readonly member: string; readonly user: string }[];
}

/** Who does it and when, and fresh ids. */
export interface DirectoryHand {
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** A fresh id at each call. */
  newId(): string;
}

/**
 * The change that a plan's lines make, removals before all else, at most `most` of them. What the engine refuses
 * (A3: a role above the actor's, somebody's own rights, a handed-over door, a right that would outlast his) is left
 * out line by line. Accounts are made, never altered or removed.
 */
export function directoryChanges(
  engine: Engine,
  plan: DirectoryPlan,
  hand: DirectoryHand,
  most: number,
): DirectoryChanges {
  const lines = [...plan.remove, ...plan.change, ...plan.add].slice(0, most);
  const drafts = draftLines(lines, plan, hand);
  const found = plan.link.slice(0, most);
  const { changes, kept, left } = withinRights(engine, hand.actor, hand.time, drafts, changesOf);
  return {
    changes,
    written: kept.map(({ line }) => line),
    refused: left.map(({ piece, reason }) => ({ ...piece.line, reason })),
    links: [...found, ...madeBy(kept)],
  };
}

/** One line with what it puts or removes. */
interface Draft extends Piece {
  readonly line: DirectoryLine;
  /** The account it needs made. */
  readonly create: User | undefined;
  readonly put: Assignment | undefined;
  /** The id of the assignment. */
  readonly id: string;
}

function draftLines(
  lines: readonly DirectoryLine[],
  plan: DirectoryPlan,
  hand: DirectoryHand,
): Draft[] {
  const members = new Map(plan.create.map((member) => [member.id, member]));
  const accounts = new Map<string, User>();
  return lines.map((line) => {
    const { right, user } = line;
    if (right !== undefined && line.span === undefined) {
      const elements = [`access_right ${right.id}`];
      return { line, create: undefined, put: undefined, id: right.id, elements };
    }
    let create: User | undefined;
    if (user === undefined) {
      const member = members.get(line.member ?? '');
      if (member === undefined) throw new RangeError('a line of a plan without its member');
      create = accounts.get(member.id) ?? accountOf(member, hand.newId());
      accounts.set(member.id, create);
    }
    const holder = user ?? create?.id ?? '';
    const put = right === undefined ? given(line, holder, plan, hand) : moved(right, line, hand);
    const elements = [`access_right ${put.id}`, `user ${holder}`];
    return { line, create, put, id: put.id, elements };
  });
}

/** Name and e-mail are written here once and never again: from then on they are the account's own. */
function accountOf({ name, email: said = '' }: DirectoryMember, id: string): User {
  const email = said.trim();
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(email === '' ? {} : { email }),
  };
}

function given(
  { group, span }: DirectoryLine,
  user: string,
  { role }: DirectoryPlan,
  hand: DirectoryHand,
): Assignment {
  const validity = validityOf(span);
  return {
    id: hand.newId(),
    subject: { type: 'user', id: user },
    role,
    scope: { type: 'group', id: group },
    ...(validity === undefined ? {} : { validity }),
    grantedBy: hand.actor,
  };
}

/** Other bounds for a right that is there. Hours and a switch set by hand stay: they only narrow it. */
function moved(right: Assignment, { span }: DirectoryLine, hand: DirectoryHand): Assignment {
  const { validity: before, ...rest } = right;
  const schedule = before?.schedule;
  const bounds = validityOf(span);
  const validity = schedule === undefined ? bounds : { ...bounds, schedule };
  return { ...rest, ...(validity === undefined ? {} : { validity }), grantedBy: hand.actor };
}

function validityOf(span: Span | undefined): Validity | undefined {
  if (span === undefined) return undefined;
  const from = Number.isFinite(span.from) ? { from: formatInstant(span.from) } : {};
  const until = Number.isFinite(span.until) ? { until: formatInstant(span.until) } : {};
  const validity = { ...from, ...until };
  return Object.keys(validity).length === 0 ? undefined : validity;
}

function changesOf(drafts: readonly Draft[]): Changes {
  const users = new Map(
    drafts.flatMap(({ create }) => (create === undefined ? [] : [[create.id, create] as const])),
  );
  const assignments = drafts.flatMap(({ put }) => (put === undefined ? [] : [put]));
  const removed = drafts.flatMap(({ put, id }) => (put === undefined ? [id] : []));
  return {
    put: { users: [...users.values()], assignments },
    remove: { assignments: removed },
  };
}

/** Accounts made, by member. */
function madeBy(drafts: readonly Draft[]): { readonly member: string; readonly user: string }[] {
  const made = new Map<string, string>();
  for (const { line, create } of drafts) {
    if (create !== undefined && line.member !== undefined) made.set(line.member, create.id);
  }
  return [...made].map(([member, user]) => ({ member, user }));
}
