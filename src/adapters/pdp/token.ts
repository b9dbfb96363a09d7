/** Consistency tokens: which state of which organisation, as opaque text. Not secret and not signed: a forged one makes an answer later or refused, never wider. */

/** What a token names. */
export interface StateToken {
  readonly organization: string;
  /** Which run of the source's history; greater after every restore. 0 where there is no feed. */
  readonly epoch: number;
  readonly revision: number;
}

const TOKEN = /^dw1\.(\d{1,16})\.(\d{1,16})\.([A-Za-z0-9._~:@+-]{1,128})$/u;

/** The text of a token, at most 170 characters. */
export function writeToken({ organization, epoch, revision }: StateToken): string {
  return `dw1.${epoch}.${revision}.${organization}`;
}

/** What a token names; undefined for any other text. */
export function readToken(text: string): StateToken | undefined {
  const [, epoch, revision, organization] = TOKEN.exec(text) ?? [];
  if (epoch === undefined || revision === undefined || organization === undefined) return undefined;
  const state = { organization, epoch: Number(epoch), revision: Number(revision) };
  return Number.isSafeInteger(state.epoch) && Number.isSafeInteger(state.revision)
    ? state
    : undefined;
}
