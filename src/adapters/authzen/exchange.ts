/**
 * One HTTP exchange as plain data, so that frameworks hand over what they have read already and need not build a web
 * `Request`: on Node that would cost more than the decision.
 */

/** What came in. */
export interface Exchange {
  /** Upper case. */
  readonly method: string;
  /** The path alone, as sent, without query. */
  readonly path: string;
  /** A header by its lower-case name; several of one name joined by `, `. */
  header(name: string): string | undefined;
  /** The whole body. A framework that has parsed JSON already loses duplicate keys and bad UTF-8: hand over the bytes where it keeps them. */
  readonly body: Uint8Array | string;
  /** Who asks, as the socket knows it, for limits on callers who are not authenticated. */
  readonly remoteAddress?: string;
  /** Aborted when the caller is gone. */
  readonly signal?: AbortSignal;
}

/** What goes out. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Everything AuthZEN of one decision point. */
export interface AuthzenPoint {
  /** Whether a path is one of its own. */
  owns(path: string): boolean;
  /** All of them, for routers that want to know beforehand; `{id}` stands for one segment. */
  readonly paths: readonly string[];
  /** What a host reads of a body at most: it answers 413 to a longer one, and need not be given all of it. */
  readonly bodyBytesMax: number;
  /** Answers an exchange, at once where nothing must be waited for. Never throws, never rejects: a fault of ours is a 500 that says nothing. */
  answer(exchange: Exchange): Answer | Promise<Answer>;
  /** The same for web requests: Node, Bun, Deno, workers. Reads at most the body's cap. */
  handle(request: Request, remoteAddress?: string): Promise<Response>;
}
