/** Telling whether a file was written, without reading it. */
import { statSync } from 'node:fs';

/** What the system says of a path now: whatever is written there changes it. */
export function fileMark(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return 'absent';
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
