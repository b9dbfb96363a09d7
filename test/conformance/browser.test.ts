import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BrowserCase, BrowserReport } from './browser-entry.js';
import { hex, readVectors, tally } from './vectors.js';

/** Debian's Chromium, or another one that the environment names. */
const EXECUTABLE = process.env['DOORWRIGHT_CHROMIUM'] ?? '/usr/bin/chromium';

interface Group {
  readonly publicKey: { readonly pk?: string; readonly uncompressed?: string };
  readonly tests: readonly {
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }[];
}

/** Signatures of 64 bytes with the answer their authors give. */
const CASES = [
  ...wycheproof('ed25519_test', 'ed25519'),
  ...wycheproof('ecdsa_secp256r1_sha256_p1363_test', 'es256'),
  ...readVectors<readonly { message: string; pub_key: string; signature: string }[]>(
    'ed25519-speccheck/cases.json',
  ).map(({ message, pub_key, signature }) => edCase(pub_key, hex(message), signature)),
  ...readVectors<readonly { vk_bytes: string; sig_bytes: string }[]>(
    'ed25519-zip215/zip215.json',
  ).map(({ vk_bytes, sig_bytes }) => edCase(vk_bytes, Buffer.from('Zcash'), sig_bytes)),
];

describe.skipIf(!existsSync(EXECUTABLE))('in Chromium (left out where there is none)', () => {
  let report: BrowserReport;
  beforeAll(async () => {
    report = await askChromium(CASES.map(({ good: _good, ...each }) => each));
  });

  test('WebCrypto behind our checks answers every case as it should', () => {
    const counts = tally('signatures in Chromium');
    for (const [index, { good }] of CASES.entries()) {
      expect(report.ours[index], `case ${index}`).toBe(good);
      counts.count(good ? 'accepted' : 'refused');
      if (report.own[index] !== good)
        counts.count('of them answered otherwise by the browser alone');
    }
    expect(counts.total()).toMatchObject({ accepted: 261, refused: 327 });
  });

  test('it is the browser that answers: it has both algorithms, and by itself it is lax', () => {
    expect(report.own.filter((answer) => typeof answer !== 'boolean')).toEqual([]);
    expect(report.own.filter((answer, index) => answer !== CASES[index]!.good)).not.toEqual([]);
  });

  test.each(['ed25519', 'es256'] as const)('keys for %s sign and cannot be read', (kind) => {
    expect(report.keys[kind]).toEqual({ holds: true, readable: false });
  });
});

/** Serves one page to a new browser and waits for what it sends back. */
async function askChromium(cases: readonly BrowserCase[]): Promise<BrowserReport> {
  const { outputFiles } = await build({
    entryPoints: ['test/conformance/browser-entry.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  const pages: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': ['text/html', '<!doctype html><title>vectors</title><script src="/script"></script>'],
    '/script': ['text/javascript', outputFiles[0]!.text],
    '/cases': ['application/json', JSON.stringify(cases)],
  };
  const profile = mkdtempSync(join(tmpdir(), 'doorwright-chromium-'));
  const server = createServer();
  const report = new Promise<string>((done) => {
    server.on('request', (request, response) => {
      const [type, text] = pages[request.url ?? ''] ?? ['text/plain', ''];
      response.setHeader('content-type', type);
      response.end(text);
      if (request.url !== '/report') return;
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => done(Buffer.concat(parts).toString()));
    });
  });
  // WebCrypto needs a secure context, which a page from this machine is.
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const browser = spawn(
    EXECUTABLE,
    [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`],
    // A group of its own, so that its helpers end with it.
    { stdio: 'ignore', detached: true },
  );
  const gone = new Promise<void>((done) => browser.once('exit', () => done()));
  try {
    const text = await Promise.race([
      report,
      gone.then(() => '"the browser ended without a report"'),
    ]);
    const parsed = JSON.parse(text) as BrowserReport | string;
    if (typeof parsed === 'string') throw new Error(parsed);
    return parsed;
  } finally {
    const isRunning = browser.exitCode === null && browser.signalCode === null;
    if (browser.pid !== undefined && isRunning) process.kill(-browser.pid, 'SIGKILL');
    await gone;
    server.closeAllConnections();
    server.close();
    // What was just killed may still hold a file for a moment.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

function wycheproof(file: string, kind: BrowserCase['kind']): (BrowserCase & { good: boolean })[] {
  const { testGroups } = readVectors<{ testGroups: readonly Group[] }>(`wycheproof/${file}.json`);
  return testGroups.flatMap(({ publicKey, tests }) => {
    const point = hex(publicKey.pk ?? publicKey.uncompressed!);
    const [x, y] = kind === 'ed25519' ? [point, []] : [point.slice(1, 33), point.slice(33)];
    return tests
      .filter(({ sig }) => sig.length === 128)
      .map(({ msg, sig, result }) => ({
        kind,
        x: [...x],
        y: [...y],
        message: [...hex(msg)],
        signature: [...hex(sig)],
        good: result === 'valid',
      }));
  });
}

/** A case of speccheck or the ZIP 215 set, all of which the profile refuses. */
function edCase(
  x: string,
  message: Uint8Array,
  signature: string,
): BrowserCase & { good: boolean } {
  return {
    kind: 'ed25519',
    x: [...hex(x)],
    y: [],
    message: [...message],
    signature: [...hex(signature)],
    good: false,
  };
}
