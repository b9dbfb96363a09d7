/** The file of door classes: how old knowledge may be at which doors, and what then. */

import type { DoorClass } from '../adapters/distribution/door-classes.js';
import { isPolicyId } from '../admin/policy-id.js';
import { InputError } from './failure.js';
import { fileName, readText } from './files.js';
import { parseJson } from './json.js';

const WHEN_STALE = ['fail_secure', 'degrade', 'egress_open'] as const;
const MEMBERS = ['doors', 'maxStalenessSeconds', 'whenStale'];

/** Reads `[{ "doors": ["vault"], "maxStalenessSeconds": 60, "whenStale": "fail_secure" }, …]`. @throws InputError */
export async function readDoorClasses(file: string): Promise<readonly DoorClass[]> {
  const parsed = parseJson(await readText(file));
  const fault = parsed.ok ? faultOf(parsed.value) : parsed.message;
  if (fault !== undefined) throw new InputError(`${fileName(file)}: ${fault}`);
  return (parsed as { readonly value: readonly DoorClass[] }).value;
}

/** The first thing that is wrong; a class misspelt is no class that goes unnoticed. */
function faultOf(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return '/: must be a list of classes';
  const last = value.length - 1;
  for (const [index, one] of value.entries()) {
    const fault = faultOfClass(one, index === last);
    if (fault !== undefined) return `/${index}${fault}`;
  }
  return undefined;
}

function faultOfClass(one: unknown, isLast: boolean): string | undefined {
  if (typeof one !== 'object' || one === null || Array.isArray(one)) return ': must be an object';
  const { doors, maxStalenessSeconds, whenStale } = one as Record<string, unknown>;
  if (Object.keys(one).some((name) => !MEMBERS.includes(name))) {
    return `: may have ${MEMBERS.join(', ')} and nothing else`;
  }
  const isDoors =
    Array.isArray(doors) && doors.every((id) => typeof id === 'string' && isPolicyId(id));
  if (doors === undefined ? !isLast : !isDoors) {
    return '/doors: must be a list of ids; only the last class is for all others';
  }
  if (typeof maxStalenessSeconds !== 'number' || !(maxStalenessSeconds >= 0)) {
    return '/maxStalenessSeconds: must be a number of seconds';
  }
  if (!WHEN_STALE.some((known) => known === whenStale)) {
    return `/whenStale: must be one of ${WHEN_STALE.join(', ')}`;
  }
  return undefined;
}
