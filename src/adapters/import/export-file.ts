/** Writing people or cards of a site out as CSV. */
import { exportLines } from '../../admin/import/export-rows.js';
import type { ImportKind } from '../../admin/import/import-job.js';
import type { Actor, Site } from '../site/site.js';

/** Characters of one piece, so that a large site is not one string. */
const PIECE_CHARACTERS = 65_536;

/**
 * The text of a file, piece by piece: what the actor may view, at one revision. An import of it into the same site
 * changes nothing.
 * @param time - epoch milliseconds: when his rights are looked at.
 * @throws TypeError for an actor who is not a user.
 */
export async function* exportFile(
  site: Site,
  actor: Actor,
  kind: ImportKind,
  time: number,
): AsyncGenerator<string> {
  if (actor.type !== 'user') throw new TypeError('a file is exported with the rights of a user');
  const engine = await site.refresh();
  let piece = '';
  for (const line of exportLines(engine, kind, { actor: actor.id, time })) {
    piece += line;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
