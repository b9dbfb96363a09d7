/** Reads what is annotated at a handler and its class. */
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { GuardTarget } from '../guard/guard.js';

/** All that a class or handler requires. */
export const REQUIRED = Reflector.createDecorator<readonly GuardTarget<never>[]>({
  key: 'doorwright:required',
});
/** That a class or handler requires nothing. */
export const UNGUARDED = Reflector.createDecorator<true>({ key: 'doorwright:unguarded' });

/**
 * All that must be permitted before a handler runs; undefined where nothing is annotated. What stands at the handler adds
 * to what stands at its class, except `Unguarded`, which takes the class's away; beside a requirement it says nothing.
 */
export function requiredOf(
  reflector: Reflector,
  context: ExecutionContext,
): readonly GuardTarget<never>[] | undefined {
  const [handler, owner] = [context.getHandler(), context.getClass()];
  const own = reflector.get(REQUIRED, handler) ?? [];
  const classes = reflector.get(REQUIRED, owner) ?? [];
  const isUnguarded = reflector.get(UNGUARDED, handler) === true;
  const required = isUnguarded ? own : [...classes, ...own];
  if (required.length > 0) return required;
  return isUnguarded || reflector.get(UNGUARDED, owner) === true ? [] : undefined;
}
