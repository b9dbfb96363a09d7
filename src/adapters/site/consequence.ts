/** What follows from a change of the policy by itself, written in the same transaction. */

import type { Plan } from '../../admin/plan.js';
import type { Engine } from '../../engine/engine.js';
import type { Changes } from '../../policy/changes.js';
import type { SiteView } from './site.js';

/** A change that is about to be written. */
export interface Change {
  readonly before: Engine;
  readonly after: Engine;
  readonly changes: Changes;
  /** What is written with it so far. */
  readonly plan: Plan;
}

/** One kind of consequence; it looks at what there is and answers what to write besides. */
export type Consequence = (
  change: Change,
  view: SiteView,
) => Promise<Pick<Plan, 'records' | 'events' | 'notices'>>;
