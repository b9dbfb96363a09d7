/** One write of a workflow: the same for all of them. */
import type { Draft, Planning } from '../../admin/provisioning/planning.js';
import type { Outcome } from '../../values/outcome.js';
import type { Actor, Site, SiteView, WriteOrder, WriteResult } from './site.js';

/** What a caller may say about any write. */
export interface WriteOptions {
  /** Why, in the actor's words, for the record. */
  readonly reason?: string;
  /** Refused with `conflict` unless the policy is at this revision. */
  readonly expectedRevision?: number;
  /** Judge and answer as if, write nothing. */
  readonly dryRun?: boolean;
}

/** Somebody who signs with his own name. */
export type Person = Extract<Actor, { readonly type: 'user' }>;

/** A pure workflow, inside the transaction that it plans. */
export type Workflow<T, Code extends string> = (
  planning: Planning,
  view: SiteView,
) => Outcome<Draft<T>, Code> | Promise<Outcome<Draft<T>, Code>>;

/** What workflows plan with, from what the transaction sees. */
export function planningOf(view: SiteView): Planning {
  return {
    engine: view.engine,
    actor: view.actor.id,
    time: view.time,
    newId: () => view.newId(),
    random: (length) => view.random(length),
    sha256: (bytes) => view.sha256(bytes),
  };
}

/** Writes what a workflow plans. */
export function writePlanned<T, Code extends string>(
  site: Site,
  actor: Actor,
  operation: string,
  workflow: Workflow<T, Code>,
  options: WriteOptions = {},
): Promise<WriteResult<T, Code>> {
  const order: WriteOrder<T, Code> = {
    actor,
    operation,
    ...options,
    plan: (view) => workflow(planningOf(view), view),
  };
  return site.write(order);
}
