/**
 * One server in a process of its own: `serve-server.js <framework> <bare|authzen>`. Tells its parent the port, and the time its
 * processor has spent whenever it is asked.
 */

import { nobleSha256 } from '../../protocol/crypto/noble-hashes.js';
import { authzenPoint } from '../../src/adapters/authzen/authzen-point.js';
import { bearerTokens } from '../../src/adapters/authzen/bearer-tokens.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import { hashOfSecret } from '../../src/admin/provisioning/secret.js';
import { compilePolicy } from '../../src/index.js';
import { buildWorld } from '../worlds.js';
import { SERVE_WORLD, TOKEN } from './questions.js';
import { STACKS, startBare, startPoint } from './stacks.js';

const [, , name, kind] = process.argv;
const stack = STACKS.find((one) => one === name);
if (stack === undefined || process.send === undefined) throw new Error('see bench/serve/child.ts');
const port = await (kind === 'bare' ? startBare(stack) : startPoint(stack, pointOfWorld()));
process.send({ port });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system });
});
process.on('disconnect', () => process.exit());

function pointOfWorld() {
  const { policy } = buildWorld(SERVE_WORLD, 0);
  return authzenPoint({
    pdp: enginePdp({ engine: compilePolicy(policy) }),
    baseUrl: 'http://localhost',
    authenticate: bearerTokens([
      { sha256: hashOfSecret(nobleSha256, TOKEN), client: { id: 'gate', asserts: 'facts' } },
    ]),
  });
}
