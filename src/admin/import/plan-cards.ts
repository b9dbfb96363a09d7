/** Rows of cards held against the policy: enrolled, switched, left alone, or refused. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { find } from '../../engine/table.js';
import type { Credential } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import type { CardRow } from './card-rows.js';
import type { CardField } from './columns.js';
import { type ColumnMap, type ImportIssue, issueAt } from './import-issue.js';
import { type ImportHand, type ImportPlan, importPlan, type RowPlan } from './import-plan.js';
import type { PeopleIndex } from './people-index.js';

/** What planning rows of cards looks at. */
export interface CardPlanGround {
  readonly engine: Engine;
  /** Of this very engine. */
  readonly index: PeopleIndex;
  readonly columns: ColumnMap<CardField>;
}

/**
 * Enrols or switches one credential a row. A card never changes hands by a file, and one that was reported lost or
 * stolen is not brought back by it: an old file would do both unseen.
 */
export function planCardRows(
  ground: CardPlanGround,
  rows: readonly CardRow[],
  hand: ImportHand,
): ImportPlan {
  return importPlan(
    ground.engine,
    rows.map((row) => planRow(ground, row)),
    hand,
  );
}

function planRow(ground: CardPlanGround, row: CardRow): RowPlan {
  const { tables } = snapshotOf(ground.engine);
  const wrong = (field: CardField, code: ImportIssue['code'], message: string): RowPlan => ({
    kind: 'wrong',
    issues: [issueAt(row, ground.columns, field, code, message)],
  });
  const holder = holderOf(ground, row);
  if (holder.kind === 'wrong') return wrong(holder.field, holder.code, holder.message);
  const before = find(tables.credentials, row.number);
  if (before !== undefined) {
    if (before.user !== holder.user) {
      return wrong('number', 'other_user', `somebody else’s ${quote(row.number)}`);
    }
    if (row.kind !== undefined && row.kind !== before.kind) {
      return wrong('kind', 'other_kind', `it is a ${before.kind} ${quote(row.kind)}`);
    }
    const isGone = before.state === 'lost' || before.state === 'stolen';
    if (isGone && (row.state === 'active' || row.state === 'inactive')) {
      return wrong('state', 'card_lost', `it was reported ${before.state} ${quote(row.number)}`);
    }
  }
  const after: Credential = {
    ...{ id: row.number, kind: row.kind ?? before?.kind ?? 'card', user: holder.user },
    state: row.state ?? before?.state ?? 'active',
  };
  if (before?.state === after.state) return { kind: 'unchanged' };
  const elements = [`credential ${row.number}`];
  const isNew = before === undefined;
  return { kind: 'draft', draft: { line: row.line, isNew, credential: after, elements } };
}

type Holder =
  | { readonly kind: 'user'; readonly user: string }
  | {
      readonly kind: 'wrong';
      readonly field: CardField;
      readonly code: 'unknown_user' | 'ambiguous';
      readonly message: string;
    };

/** Whoever a row names; by both id and e-mail only if they are one person. */
function holderOf({ engine, index }: CardPlanGround, row: CardRow): Holder {
  const { users } = snapshotOf(engine).tables;
  const { user, email } = row;
  const wrong = (field: 'user' | 'email', code: 'unknown_user' | 'ambiguous'): Holder => {
    const text = code === 'ambiguous' ? 'several accounts have it' : 'nobody is that';
    return { kind: 'wrong', field, code, message: `${text} ${quote(row[field])}` };
  };
  if (user !== undefined) {
    if (find(users, user) === undefined) return wrong('user', 'unknown_user');
    if (email !== undefined && !index.withEmail(email).has(user))
      return wrong('email', 'unknown_user');
    return { kind: 'user', user };
  }
  const [id, other] = email === undefined ? [] : index.withEmail(email);
  if (other !== undefined) return wrong('email', 'ambiguous');
  return id === undefined ? wrong('email', 'unknown_user') : { kind: 'user', user: id };
}
