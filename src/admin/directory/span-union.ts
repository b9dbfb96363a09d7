/** Spans joined where they meet: the union of what several rows give, as one stretch of time. */
import { compareText } from '../../engine/findings.js';
import type { Span } from '../../values/instant.js';
import type { GrantSpan } from './grants.js';
import type { DirectoryRow, DirectoryRowKind } from './rules.js';

/** Which row gave something. */
export interface DirectoryReason {
  readonly kind: DirectoryRowKind;
  readonly id?: string;
}

/** One stretch of access, and the rows that give it. */
export interface JoinedSpan extends Span {
  readonly why: readonly DirectoryReason[];
}

/**
 * The stretch that counts at an instant: the one that contains it, or the next one that begins before `ahead`.
 * One assignment can say one stretch; the sync writes the next when its time comes, and the present one ends
 * by itself even if no sync ever runs again.
 * @param spans - at least one, none empty.
 */
export function currentStretch(
  spans: readonly GrantSpan[],
  time: number,
  ahead: number,
): JoinedSpan | undefined {
  const first = spans[0];
  if (spans.length === 1 && first !== undefined) {
    if (first.until <= time || first.from > ahead) return undefined;
    return { from: first.from, until: first.until, why: [reasonOf(first.row)] };
  }
  const sorted = [...spans].sort((a, b) => compareNumber(a.from, b.from));
  let stretch: { from: number; until: number; rows: Set<DirectoryRow> } | undefined;
  for (const { from, until, row } of sorted) {
    if (stretch === undefined || from > stretch.until) {
      if (stretch !== undefined && stretch.until > time) break;
      stretch = { from, until, rows: new Set() };
    }
    stretch.rows.add(row);
    stretch.until = Math.max(stretch.until, until);
  }
  if (stretch === undefined || stretch.until <= time || stretch.from > ahead) return undefined;
  return { from: stretch.from, until: stretch.until, why: reasonsOf(stretch.rows) };
}

function reasonsOf(rows: ReadonlySet<DirectoryRow>): DirectoryReason[] {
  return [...rows]
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.id ?? '', b.id ?? ''))
    .map(reasonOf);
}

/** One object a row, however many lines it explains. */
function reasonOf(row: DirectoryRow): DirectoryReason {
  let reason = REASONS.get(row);
  if (reason === undefined) {
    reason = row.id === undefined ? { kind: row.kind } : { kind: row.kind, id: row.id };
    REASONS.set(row, reason);
  }
  return reason;
}

const REASONS = new WeakMap<DirectoryRow, DirectoryReason>();

/** Infinity minus Infinity is not a number, so differences do not order. */
function compareNumber(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
