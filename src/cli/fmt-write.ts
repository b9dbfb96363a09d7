/** Putting a text in place of a file in one step: whoever reads the file finds the old text or the new one, whole. */
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from './failure.js';
import { fileName } from './files.js';

/** The bits of a mode that say who may do what. */
const PERMISSIONS = 0o7777;

/**
 * Replaces the text of a file. Its owner, group and permissions stay; behind a symbolic link it is the file that is replaced. The text
 * is on the disk before the file changes.
 * @throws InputError when it cannot be written, would change hands, or is no plain file; then it is as it was.
 */
export async function replaceText(file: string, text: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const target = await realpath(file);
    const found = await stat(target);
    if (!found.isFile()) throw new Error('it is no plain file');
    const mode = found.mode & PERMISSIONS;
    const beside = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
    const handle = await open(beside, 'wx', mode);
    temporary = beside;
    try {
      await handle.writeFile(text, 'utf8');
      // What root formats, the service whose file it is must still be able to read.
      const made = await handle.stat();
      if (made.uid !== found.uid || made.gid !== found.gid) {
        await handle.chown(found.uid, found.gid);
      }
      // Against the mask of the process: a file that a group reads stays one.
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, target);
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    throw new InputError(`cannot write ${fileName(file)}: ${(error as Error).message}`);
  }
}
