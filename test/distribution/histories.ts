/** Random histories of a site, and questions about people at its doors. */
import type { Engine } from '../../src/engine/engine.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy, PolicyError, parsePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import type { Policy } from '../../src/policy/document.js';
import type { World } from '../helpers/arbitraries.js';
import type { Draw } from '../helpers/arbitraries-draw.js';
import { drawOpening } from '../helpers/arbitraries-requests.js';
import { changed, drawChanges } from '../helpers/changes.js';
import { openingsOf } from '../helpers/openings.js';

/** A policy, before a change and after it. */
export interface Step {
  readonly changes: Changes;
  readonly before: Policy;
  readonly after: Policy;
}

/** The step that a change leads over, if the policy after it is valid. */
export function stepOf(policy: Policy, changes: Changes): Step | undefined {
  const after = changed(policy, changes);
  return parsePolicy(after).ok ? { changes, before: policy, after } : undefined;
}

/** A random change that leaves a valid policy; undefined when none was drawn. */
export function drawStep(draw: Draw, policy: Policy): Step | undefined {
  for (let tries = 0; tries < 3; tries++) {
    const step = stepOf(policy, drawChanges(draw, policy));
    if (step !== undefined) return step;
  }
  return undefined;
}

/** Questions of people at doors, about each of some states of one site. */
export function drawOpenings(
  draw: Draw,
  count: number,
  world: World,
  ...others: readonly Policy[]
): AccessRequest[] {
  const policies = [world.policy, ...others].filter((policy) => openingsOf(policy).length > 0);
  return Array.from({ length: policies.length === 0 ? 0 : count }, (_, index) =>
    drawOpening(draw, policies[index % policies.length]!, world.anchor),
  );
}

/** Whether somebody stands at a reader of this policy by which one leaves. */
export function isLeaving(policy: Policy, { resource, context }: AccessRequest): boolean {
  if (!['tap', 'card', 'qr'].includes(context.method as string)) return false;
  const owner =
    resource.type === 'door'
      ? policy.doors?.find(({ id }) => id === resource.id)
      : policy.elevators?.find(({ stops }) => stops.some(({ id }) => id === resource.id));
  return owner?.readers?.find(({ id }) => id === context.reader)?.direction === 'exit';
}

/** Compiles a policy as readers do. */
export function engineOf(policy: Policy): Engine {
  return compilePolicy(policy);
}

/** The engine after a change; undefined when it would not be valid. */
export function appliedTo(engine: Engine, changes: Changes): Engine | undefined {
  try {
    return engine.apply(changes);
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}
