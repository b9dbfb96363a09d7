/** The port to whatever a consumer remembers a feed by, so that it starts without a network. */

/** What was remembered: the sealed head and body of one snapshot, and sealed messages that came after it. */
export interface RememberedFeed {
  readonly head: Uint8Array;
  /** The parts in order. */
  readonly parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** In the order in which they were kept. What a cut write left unfinished is not among them. */
  readonly messages: readonly Uint8Array[];
  /** The last proof, if one was kept. */
  readonly proof?: Uint8Array;
}

/** A memory for one organisation and slice. One process at a time uses it. Nothing in it is trusted: it is checked as if it came from far. */
export interface FeedMemory {
  /** Set where nothing is kept: messages are not gathered for it then, nor snapshots taken to make it shorter. */
  readonly keepsNothing?: boolean;
  /** What was remembered; undefined for nothing, or nothing whole. */
  load(): Promise<RememberedFeed | undefined>;
  /**
   * Begins to take a snapshot; the one before stays until `commit` resolves, which means that the new one is durable, with these
   * messages after it in place of all kept before: the change from one to the other is one step, whenever the power fails.
   */
  begin(head: Uint8Array): Promise<{
    /** Adds the next part of the body. */
    write(part: Uint8Array): Promise<void>;
    /** Puts it in place of the one before, with these messages after it. */
    commit(messages: readonly Uint8Array[]): Promise<void>;
    /** Forgets what was written. */
    abandon(): Promise<void>;
  }>;
  /** Adds messages; durable when it resolves. */
  append(messages: readonly Uint8Array[]): Promise<void>;
  /** Replaces the last proof; durable when it resolves. */
  prove(proof: Uint8Array): Promise<void>;
  /** Lets go of it; what is durable stays. */
  close(): Promise<void>;
}

/** A memory that ends with the process: for servers that may always ask the source. */
export function noMemory(): FeedMemory {
  const nothing = () => Promise.resolve();
  return {
    keepsNothing: true,
    load: () => Promise.resolve(undefined),
    begin: () => Promise.resolve({ write: nothing, commit: nothing, abandon: nothing }),
    append: nothing,
    prove: nothing,
    close: nothing,
  };
}
