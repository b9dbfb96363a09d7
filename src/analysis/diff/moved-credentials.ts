/** Credentials that are not the same person's in two policies. */
import { compareText } from '../../engine/findings.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { changedElements, tablesOf } from './changed-elements.js';
import type { Comparison, Side, Stray, Subject } from './comparison.js';

/** Credentials of one policy alone, and all that changed hands. */
export function movedCredentials(
  snapshots: readonly [Snapshot, Snapshot],
): Pick<Comparison, 'strays' | 'moved'> {
  const found: Stray[] = [];
  const moved: string[] = [];
  const [before, after] = tablesOf(snapshots, (tables) => tables.credentials);
  for (const change of changedElements(
    before,
    after,
    ({ id }) => id,
    (each) => each,
  )) {
    const known = change.before ?? change.after;
    if (known === undefined || change.before?.user === change.after?.user) continue;
    moved.push(`credential:${known.id}`);
    if (change.before === undefined) found.push({ side: 1, credential: known });
    if (change.after === undefined) found.push({ side: 0, credential: known });
  }
  found.sort((a, b) => compareText(a.credential.id, b.credential.id));
  const strays = new Map(found.map((stray) => [stray.credential.id, stray]));
  return { strays, moved: moved.sort() };
}

/** The side of a credential that one policy alone holds, and that is somebody else's than this subject's. */
export function strangeTo(c: Comparison, { holders }: Subject, device: unknown): Side | undefined {
  const stray = typeof device === 'string' ? c.strays.get(device) : undefined;
  if (stray === undefined) return undefined;
  const own = holders.some(
    (holder) => holder?.kind === 'user' && holder.id === stray.credential.user,
  );
  return own ? undefined : stray.side;
}
