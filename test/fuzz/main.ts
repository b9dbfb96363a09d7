/** What `npm run fuzz` runs. */
import { fastestCrypto } from '../../src/adapters/fastest.js';
import { readCorpus } from './corpus.js';
import { lockTargets } from './lock-targets.js';
import { type FuzzTarget, objectTargets } from './object-targets.js';

export { fuzz } from './fuzz.js';

/** Every target; objects by the fastest backend of this host. */
export async function allTargets(root: string): Promise<FuzzTarget[]> {
  return [...objectTargets(readCorpus(root), await fastestCrypto()), ...lockTargets()];
}
