/** The verdict of `authorizeChange` on many rights at once, told for each. */
import { snapshotOf } from '../../engine/compile.js';
import type { Reason } from '../../engine/decision.js';
import type { Assignment } from '../../policy/document.js';
import { PolicyError } from '../../policy/issue.js';
import { authorizeChange } from '../authorize-change.js';
import type { Planning } from './planning.js';

/** Why one right may not be given. `invalid`: nobody could, because the policy would not be one. */
export interface BulkRefusal {
  readonly code: Reason['code'] | 'invalid';
  readonly detail: string;
}

/** Rights judged in one go. The judgement of each looks only at the policy before, so it is that of each alone. */
const JUDGED_AT_ONCE = 1000;

/** Assignment id → why it may not be given; those that may are not in it. Ids must differ. */
export function refusalsOf(
  p: Pick<Planning, 'engine' | 'actor' | 'time'>,
  assignments: readonly Assignment[],
): ReadonlyMap<string, BulkRefusal> {
  const refusals = new Map<string, BulkRefusal>();
  // Of a unique role a set can hold one holder too many that each alone would not be.
  const { byId } = snapshotOf(p.engine).model;
  const size = assignments.some(({ role }) => byId.get(role)?.unique) ? 1 : JUDGED_AT_ONCE;
  for (let from = 0; from < assignments.length; from += size) {
    judge(p, assignments.slice(from, from + size), refusals);
  }
  return refusals;
}

/** Judges one portion. Rights that would make the policy invalid are set aside until the rest is judged. */
function judge(
  p: Pick<Planning, 'engine' | 'actor' | 'time'>,
  portion: readonly Assignment[],
  refusals: Map<string, BulkRefusal>,
): void {
  let rest = portion;
  while (rest.length > 0) {
    const invalid = judgeOnce(p, rest, refusals);
    // Each round sets at least one aside.
    rest = rest.filter(({ id }) => invalid.has(id) === false && !refusals.has(id));
    if (invalid.size === 0) return;
  }
}

/** Notes what is refused; answers the ids of those that are invalid, and then nothing else was judged. */
function judgeOnce(
  { engine, actor, time }: Pick<Planning, 'engine' | 'actor' | 'time'>,
  portion: readonly Assignment[],
  refusals: Map<string, BulkRefusal>,
): ReadonlySet<string> {
  const subject = { type: 'user', id: actor };
  try {
    const put = { assignments: portion };
    const { decision, context } = authorizeChange(engine, subject, { put }, { time });
    if (decision) return new Set();
    for (const { code, at } of context.reasons) {
      // At a right, or at the actor himself: then at none of them he may.
      const about = portion.filter(({ id }) => at.type !== 'access_right' || at.id === id);
      for (const { id, scope } of about) {
        const where = at.type === 'access_right' ? scope : at;
        refusals.set(id, { code, detail: `${code} at ${where.type} \`${where.id}\`` });
      }
    }
    return new Set();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return setAside(portion, error, refusals);
  }
}

function setAside(
  portion: readonly Assignment[],
  { issues, message }: PolicyError,
  refusals: Map<string, BulkRefusal>,
): ReadonlySet<string> {
  const invalid = new Set<string>();
  for (const { pointer, message: detail } of issues) {
    const index = /^\/put\/assignments\/(\d+)(?:\/|$)/u.exec(pointer)?.[1];
    const id = index === undefined ? undefined : portion[Number(index)]?.id;
    if (id === undefined || invalid.has(id)) continue;
    invalid.add(id);
    refusals.set(id, { code: 'invalid', detail });
  }
  if (invalid.size > 0) return invalid;
  // What is wrong lies at none of them alone: none can be given as the set stands.
  for (const { id } of portion) {
    invalid.add(id);
    refusals.set(id, { code: 'invalid', detail: message });
  }
  return invalid;
}
