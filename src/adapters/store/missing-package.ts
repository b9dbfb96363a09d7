/** Packages that only some need, and that those install themselves. */

/** The error to throw when an optional package could not be loaded. */
export function missingPackage(name: string, need: string, cause: unknown): Error {
  const isMissing = (cause as NodeJS.ErrnoException | null)?.code === 'ERR_MODULE_NOT_FOUND';
  if (!isMissing) return cause instanceof Error ? cause : new TypeError(String(cause));
  return new TypeError(`${need} needs the package ${name}: npm install ${name}`, { cause });
}
