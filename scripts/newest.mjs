// @ts-check
/** When files were last changed, for whoever makes something of them only where it is older. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * When the file, or the newest below the folder, was last changed. A folder's own time counts too: it tells of a file that was removed.
 * @param {string} path
 * @param {(path: string) => boolean} [isLeftOut] of files and folders below it
 * @returns {number} milliseconds since 1970
 */
export function newestIn(path, isLeftOut = () => false) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const inside = readdirSync(path).map((name) => join(path, name));
  const times = inside.filter((name) => !isLeftOut(name)).map((name) => newestIn(name, isLeftOut));
  return Math.max(stats.mtimeMs, ...times);
}

/**
 * When a file was made, or before all time where it is missing.
 * @param {string} path
 */
export function madeAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : Number.NEGATIVE_INFINITY;
}
