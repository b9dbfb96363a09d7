/** Somebody at a door: what two policies decide, and all that this rests on. */
import type { ArrivalValue } from './arrival-values.js';
import type { Vouchers } from './company-values.js';
import type { Pair } from './comparison.js';
import type { FactValue } from './fact-value.js';
import { OWN_KINDS } from './fact-values.js';
import type { FencePlan } from './fence-points.js';
import type { FactKind, Formula } from './formula.js';

/** The kinds of facts, a level of the diagrams each. */
export const KINDS: readonly FactKind[] = [...OWN_KINDS, 'company', 'arrivals'];

/** Somebody at a door: what either policy decides, and all that this rests on. */
export interface Problem {
  readonly pair: Pair;
  readonly formulas: readonly [Formula, Formula];
  readonly fences: ReadonlyMap<string, FencePlan>;
  readonly tests: ReadonlyMap<FactKind, readonly string[]>;
  /** Of each kind, as `KINDS`. */
  readonly values: readonly (readonly FactValue[])[];
  readonly arrivals: readonly ArrivalValue[];
  readonly vouchers: readonly Vouchers[];
  /** Equal for problems of which one has the same solution as the other. */
  readonly key: string;
}
