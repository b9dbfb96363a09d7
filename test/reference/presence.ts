/** The oracle's reading of who is inside: `occupancy_limit` and `anti_passback`. */
import type { Place, Restrictions } from '../../src/policy/document.js';
import { instantOf } from './time.js';

type Facts = Readonly<Record<string, unknown>>;

/** Why a limit of people inside does not hold; undefined when it does. */
export function crowded(
  { occupancyLimit }: Restrictions,
  { capacity }: Place,
  facts: Facts,
): 'missing' | 'full' | undefined {
  if (occupancyLimit === undefined || stateOf(facts) === 'inside') return undefined;
  const inside = facts['occupancy'];
  const isCount = typeof inside === 'number' && inside >= 0 && Math.floor(inside) === inside;
  if (!isCount || inside === Infinity) return 'missing';
  return inside < (occupancyLimit === true ? capacity! : occupancyLimit) ? undefined : 'full';
}

/** Why somebody may not come in again; undefined when he may. */
export function passedBack(
  { antiPassback }: Restrictions,
  facts: Facts,
  time: number,
): 'missing' | 'inside' | undefined {
  if (antiPassback?.mode !== 'hard') return undefined;
  switch (stateOf(facts)) {
    case 'outside':
    case 'unknown':
      return undefined;
    case 'inside': {
      const since = instantOf((facts['presence'] as Facts)['since']);
      const minutes = antiPassback.resetMinutes;
      if (since === undefined || minutes === undefined) return 'inside';
      return time - since >= minutes * 60_000 ? undefined : 'inside';
    }
    default:
      return 'missing';
  }
}

function stateOf(facts: Facts): unknown {
  const presence = facts['presence'];
  return typeof presence === 'object' && presence !== null
    ? (presence as Facts)['state']
    : undefined;
}
