/** What rows of a file come to: a change of the policy, counts, and what is wrong with which row. */
import type { Engine } from '../../engine/engine.js';
import type { Changes } from '../../policy/changes.js';
import type { Assignment, Credential, User } from '../../policy/document.js';
import { type Piece, withinRights } from '../within-rights.js';
import type { ImportIssue } from './import-issue.js';

/** Who imports and when, and fresh ids. */
export interface ImportHand {
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** A fresh id at each call. */
  newId(): string;
}

/** What became of some rows. */
export interface ImportPlan {
  /** Undefined when they change nothing. */
  readonly changes: Changes | undefined;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly issues: readonly ImportIssue[];
  /** Accounts as they were and will be, for the index. */
  readonly users: readonly { readonly before: User | undefined; readonly after: User }[];
}

/** What one row changes. */
export interface RowDraft extends Piece {
  readonly line: number;
  readonly isNew: boolean;
  readonly user?: { readonly before: User | undefined; readonly after: User };
  readonly assignments?: readonly Assignment[];
  readonly credential?: Credential;
}

/** A row that changes something, that changes nothing, or that is wrong. */
export type RowPlan =
  | { readonly kind: 'draft'; readonly draft: RowDraft }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'wrong'; readonly issues: readonly ImportIssue[] };

/** Some rows together, without those that the actor may not have. */
export function importPlan(engine: Engine, rows: readonly RowPlan[], hand: ImportHand): ImportPlan {
  const drafts = rows.flatMap((row) => (row.kind === 'draft' ? [row.draft] : []));
  const { changes, kept, left } = withinRights(engine, hand.actor, hand.time, drafts, changesOf);
  return {
    changes,
    created: kept.filter(({ isNew }) => isNew).length,
    updated: kept.filter(({ isNew }) => !isNew).length,
    unchanged: rows.filter(({ kind }) => kind === 'unchanged').length,
    issues: [
      ...rows.flatMap((row) => (row.kind === 'wrong' ? row.issues : [])),
      ...left.map(({ piece, reason }) => ({
        ...{ code: reason, line: piece.line },
        message: 'not the importing person’s to write',
      })),
    ].sort((a, b) => a.line - b.line),
    users: kept.flatMap(({ user }) => (user === undefined ? [] : [user])),
  };
}

function changesOf(drafts: readonly RowDraft[]): Changes {
  return {
    put: {
      users: drafts.flatMap(({ user }) => (user === undefined ? [] : [user.after])),
      assignments: drafts.flatMap(({ assignments }) => assignments ?? []),
      credentials: drafts.flatMap(({ credential }) =>
        credential === undefined ? [] : [credential],
      ),
    },
  };
}
