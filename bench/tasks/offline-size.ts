/** How much offline keys weigh: a grant, the protocol in a bundle, a bridge with a thousand locks. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { signNow } from '../../protocol/crypto/steps.js';
import { sealGrants } from '../../protocol/issuer/grants.js';
import { fastestCrypto } from '../../src/adapters/fastest.js';
import { OFFLINE_NOW, offlineSite, TAG_SECRET, weekOfGrants } from '../offline-site.js';
import type { Table } from '../table.js';

/** Names of the rows, for the targets. */
export const OFFLINE_SIZE_ROWS = {
  grant: 'grant with ten windows, Ed25519 device',
  protocol: 'doorwright/protocol, minified and gzipped',
  phone: 'doorwright/phone, minified and gzipped',
  noble: 'doorwright/noble, minified and gzipped',
  bridge: 'resident memory of a bridge with 1 000 locks',
} as const;

/** Measures all of them; the bridge runs in a process of its own. */
export async function offlineSizeTable(root: string): Promise<Table> {
  return {
    id: 'offline-size',
    title: 'Sizes of the offline protocol',
    columns: [
      { key: 'name', title: 'what', unit: 'text' },
      { key: 'bytes', title: 'size', unit: 'bytes' },
    ],
    rows: [
      { name: OFFLINE_SIZE_ROWS.grant, bytes: await grantBytes() },
      { name: OFFLINE_SIZE_ROWS.protocol, bytes: await bundledBytes(root, 'protocol/index.ts') },
      {
        name: OFFLINE_SIZE_ROWS.phone,
        bytes: await bundledBytes(root, 'protocol/phone/index.ts'),
      },
      { name: OFFLINE_SIZE_ROWS.noble, bytes: await bundledBytes(root, 'protocol/for-noble.ts') },
      { name: OFFLINE_SIZE_ROWS.bridge, bytes: await bridgeBytes(root) },
    ],
    notes: ['the bridge has made and booted its locks, and waits'],
  };
}

async function grantBytes(): Promise<number> {
  const crypto = await fastestCrypto();
  const site = offlineSite(crypto);
  const order = {
    lock: site.lock(1),
    device: site.device(1),
    grants: [weekOfGrants()],
    now: OFFLINE_NOW,
    random: new Uint8Array(32),
    tagSecret: TAG_SECRET,
  };
  const sealed = signNow(sealGrants(order, site.signers.grant, crypto));
  if (!sealed.ok) throw new Error(sealed.code);
  return Math.max(...sealed.value.map(({ bytes }) => bytes.length));
}

async function bundledBytes(root: string, entry: string): Promise<number> {
  const result = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    logLevel: 'silent',
  });
  return gzipSync(result.outputFiles[0]!.contents, { level: 9 }).length;
}

/** Resident memory after a collection, of a process that does nothing but serve. */
async function bridgeBytes(root: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-bench-'));
  try {
    const script = join(folder, 'bridge.mjs');
    await build({
      stdin: { contents: BRIDGE, resolveDir: root, loader: 'ts' },
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'es2022',
      external: ['sodium-native'],
      logLevel: 'silent',
    });
    const run = (work: string): string =>
      execFileSync(process.execPath, ['--expose-gc', script, join(folder, 'locks'), work], {
        encoding: 'utf8',
      });
    run('bear');
    return Number(run('serve'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const BRIDGE = `
import { openBridge } from './src/adapters/bridge.js';
import { nodeCrypto } from './src/adapters/node-crypto.js';
const [folder, work] = process.argv.slice(2) as [string, string];
const bridge = openBridge({ folder, crypto: nodeCrypto(), actuator: { move: async () => true } });
if (work === 'bear') {
  for (let number = 0; number < 1000; number++) {
    bridge.bear(crypto.getRandomValues(new Uint8Array(56)));
  }
} else {
  if (bridge.lockIds().length !== 1000) throw new Error('locks are missing');
  (globalThis as any).gc();
  console.log(process.memoryUsage().rss);
}
bridge.close();
`;
