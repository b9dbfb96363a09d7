/** How many bytes a bundler ships for one import, minified and gzipped. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { usedParts } from '../../scripts/used-parts.mjs';
import type { Row, Table } from '../table.js';

/** Names of the rows, for the targets. */
export const SIZE_ROWS = {
  bare: 'doorwright compilePolicy, luxon and rrule left out',
  whole: 'doorwright compilePolicy with luxon and rrule',
} as const;

/** Bundles doorwright's front door from `root`/src, and the peers from where they are installed. */
export async function sizeTable(root: string): Promise<Table> {
  const front = JSON.stringify(join(root, 'src/index.ts'));
  const entry = `import { compilePolicy } from ${front}; globalThis.kept = compilePolicy;`;
  const rows: Row[] = [
    { name: SIZE_ROWS.bare, ...(await bundle(entry, root, ['luxon', 'rrule'])) },
    { name: SIZE_ROWS.whole, ...(await bundle(entry, root, [])) },
  ];
  const peers: readonly (readonly [string, string])[] = [
    ['@casl/ability', 'import { createMongoAbility as kept } from "@casl/ability";'],
    ['accesscontrol', 'import { AccessControl as kept } from "accesscontrol";'],
    ['easy-rbac', 'import kept from "easy-rbac";'],
    ['casbin', 'import { newEnforcer as kept } from "casbin";'],
  ];
  for (const [name, text] of peers) {
    rows.push({
      name,
      ...(await bundle(`${text} globalThis.kept = kept;`, join(root, 'bench'), [])),
    });
  }
  const wasm = readFileSync(
    createRequire(join(root, 'bench/package.json'))
      .resolve('@cedar-policy/cedar-wasm/nodejs')
      .replace(/\.js$/u, '_bg.wasm'),
  );
  rows.push({
    name: '@cedar-policy/cedar-wasm, the wasm file',
    minified: wasm.length,
    gzipped: gzip(wasm),
  });
  return {
    id: 'size',
    title: 'Size of one import in a bundle',
    columns: [
      { key: 'name', title: 'import', unit: 'text' },
      { key: 'minified', title: 'minified', unit: 'bytes' },
      { key: 'gzipped', title: 'gzipped', unit: 'bytes' },
    ],
    rows,
    notes: [
      'esbuild, ES2022, minified; gzip level 9; modules of Node itself are left out of casbin',
    ],
  };
}

async function bundle(
  text: string,
  folder: string,
  external: readonly string[],
): Promise<{ minified: number; gzipped: number }> {
  const result = await build({
    stdin: { contents: text, resolveDir: folder, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'es2022',
    external: [...external],
    // As the package is built; a plugin would be asked before what is external.
    plugins: external.length === 0 ? [usedParts] : [],
    logLevel: 'silent',
  });
  const bytes = result.outputFiles[0]!.contents;
  return { minified: bytes.length, gzipped: gzip(bytes) };
}

function gzip(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).length;
}
