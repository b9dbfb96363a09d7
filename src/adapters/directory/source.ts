/** Where a directory is read from. */

/**
 * A source of a directory. What it answers is checked as outside data; whatever it cannot read whole it throws, so
 * that nothing is ever taken for empty because it could not be read.
 */
export interface DirectorySource {
  /**
   * Everything the directory says now, in the shape of a `DirectorySnapshot`.
   * @throws DirectorySourceError when any part of it could not be read.
   */
  read(signal: AbortSignal): Promise<unknown>;
}

/**
 * `unreachable`: no answer, or not in time. `refused`: the source does not know us. `status`: it answered with an
 * error. `malformed`: not what it should look like. `partial`: some of it is missing. `too_large`: over a cap.
 */
export type DirectorySourceCode =
  | 'unreachable'
  | 'refused'
  | 'status'
  | 'malformed'
  | 'partial'
  | 'too_large';

/** A read that is not whole. The message names the list or file, never a secret. */
export class DirectorySourceError extends Error {
  override readonly name = 'DirectorySourceError';
  readonly code: DirectorySourceCode;

  constructor(code: DirectorySourceCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
