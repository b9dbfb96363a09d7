/** How much memory lives, read after full collections. Needs `node --expose-gc`. */

/** Bytes of live heap and of array buffers outside it. @throws Error without `--expose-gc`. */
export function liveBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('memory is measured under `node --expose-gc`');
  // Several times: the first pass leaves what finalisers and weak references still hold.
  for (let pass = 0; pass < 4; pass++) collect();
  const usage = process.memoryUsage();
  return usage.heapUsed + usage.arrayBuffers;
}
