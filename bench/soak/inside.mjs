// Loaded into a soaked process by `--import`: tells over the channel to its parent what only the process itself knows.
// `live`: bytes that are still in use after collections; `cpu`: as bench/serve/child.ts asks.

/** Several: the first leaves what finalisers and weak references still hold. */
const COLLECTIONS = 3;

process.on('message', (question) => {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send({ microseconds: user + system });
  } else if (question === 'live') {
    for (let pass = 0; pass < COLLECTIONS; pass++) globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ live: heapUsed + external });
  }
});
// The program ends when it has ended, not when its parent hangs up; and it does not outlive its parent.
process.channel.unref();
process.on('disconnect', () => process.exit());
