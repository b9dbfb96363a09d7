/** What the soak uses of autocannon beside what bench/serve declares. */
declare module 'autocannon' {
  interface Options {
    /** Requests a second, of all connections. Latencies then count from when a request was due. */
    readonly overallRate?: number;
  }
}
