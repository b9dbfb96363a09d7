/** What may be an id of the policy. */
import { ID_LENGTH_MAX } from '../values/limits.js';

/** Whether a text may be an id of the policy at all. */
export function isPolicyId(text: string): boolean {
  return text.length <= ID_LENGTH_MAX && /^[A-Za-z0-9._~:@+-]+$/u.test(text);
}
