/** Who may be told anything at all. */
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Notice } from '../plan.js';

/**
 * Whether the one a notice goes to is still one to be told: a user who is there and not switched off. That his access has
 * ended is told to whoever lost it, gone or not.
 * @param engine - after what the notice is about.
 */
export function isAddressee(engine: Engine, { kind, to }: Pick<Notice, 'kind' | 'to'>): boolean {
  if (kind === 'access_withdrawn' || to.type !== 'user') return true;
  const user = findElement(engine, 'users', to.id);
  return user !== undefined && user.active !== false;
}
