/** What of autocannon's results and options is used here; the package brings no types. */
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Requests in all. */
    readonly amount: number;
    /** Called for each connection. */
    readonly setupClient: (client: { setRequests(requests: readonly Request[]): void }) => void;
  }
  interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }
  interface Result {
    /** Seconds. */
    readonly duration: number;
    readonly requests: { readonly total: number };
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
  }
  // biome-ignore lint/style/noDefaultExport: as the package has it.
  export default function autocannon(options: Options): Promise<Result> & {
    /** Every answer as it comes. */
    on(event: 'response', listener: () => void): void;
  };
}
