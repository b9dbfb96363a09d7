/**
 * Asks the AuthZEN endpoints where it runs: every question of the example worlds by a web `Request`, and each must get the answer
 * that is written down. It asks nothing of its host but web standards.
 */
import { authzenPoint, enginePdp, FACT_NAMES } from '../../src/adapters/for-authzen.js';
import { compilePolicy } from '../../src/index.js';

interface World {
  readonly policy: unknown;
  readonly requests: readonly { readonly context: object }[];
  readonly expected: readonly {
    readonly decision: boolean;
    readonly context: { reasons: unknown };
  }[];
}

/** What `scripts/runtimes.mjs` puts before this script, and what it waits for. */
interface Stage {
  readonly doorwrightMark: string;
  readonly doorwrightWorlds: Readonly<Record<string, World>>;
  doorwrightDone?: Promise<void>;
}

const stage = globalThis as unknown as Stage;
const url = 'https://pdp.example/access/v1/evaluation';

async function judge(): Promise<void> {
  const failed: string[] = [];
  let passed = 0;
  for (const [name, { policy, requests, expected }] of Object.entries(stage.doorwrightWorlds)) {
    const point = authzenPoint({
      pdp: enginePdp({ engine: compilePolicy(policy) }),
      baseUrl: 'https://pdp.example',
      authenticate: () => ({
        id: 'judge',
        explain: true,
        asserts: FACT_NAMES,
      }),
    });
    for (const [index, request] of requests.entries()) {
      const response = await point.handle(
        new Request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...request, options: { reasons: true } }),
        }),
      );
      const told = (await response.json()) as World['expected'][number];
      const wanted = expected[index];
      const isSame =
        told.decision === wanted?.decision &&
        JSON.stringify(told.context.reasons) === JSON.stringify(wanted.context.reasons);
      if (isSame) passed += 1;
      else failed.push(`${name}:${index + 1}: ${JSON.stringify(told).slice(0, 100)}`);
    }
  }
  console.log(`${stage.doorwrightMark}${JSON.stringify({ passed, failed })}`);
}

stage.doorwrightDone = judge().catch((error: unknown) => {
  console.log(`${stage.doorwrightMark}${JSON.stringify({ passed: 0, failed: [String(error)] })}`);
});
