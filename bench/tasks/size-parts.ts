/** What the parts of one import weigh: the import bundled without each, everything else as it is. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import type { Table } from '../table.js';

/** Files of a part, as a pattern on their path below src/. */
const PARTS: Readonly<Record<string, RegExp>> = {
  'reading and checking documents':
    /^policy\/(?:rules|parse|shape|schema-nodes|document|issue|json-text|guarded|cycles|view|recurrence|pointer|polygon)/,
  'schedules, recurrences, time zones': /^checks\/time\//,
  'changes: apply': /^engine\/(?:change-rules|read-changes|policy-of)\./,
  'assigning, managing and where things lie':
    /^engine\/(?:assigning|location|manage|schedule-home)\./,
  'lists and access': /^engine\/(?:lists|access-list|pages)\./,
  'explanations and nearest misses': /^engine\/(?:trace|nearest-miss|other-facts|explain)\./,
  'the four role models': /^policy\/models\//,
  'the short way of check': /^engine\/(?:quick-check|packs)\./,
  geofences: /^checks\/place\//,
  'how long an answer holds': /^engine\/valid-until\./,
};

/** Documents are trusted, and nothing is explained, listed, changed or bounded in time. */
const ONLY_DECIDING = [
  'reading and checking documents',
  'changes: apply',
  'lists and access',
  'explanations and nearest misses',
  'how long an answer holds',
];

/** Weighs `import { compilePolicy }` of `root`/src without luxon and rrule, part by part. */
export async function sizePartsTable(root: string): Promise<Table> {
  const whole = await weigh(root, []);
  const rows = [];
  for (const [name, pattern] of Object.entries(PARTS)) {
    const rest = await weigh(root, [pattern]);
    rows.push({
      name,
      minified: whole.minified - rest.minified,
      gzipped: whole.gzipped - rest.gzipped,
    });
  }
  const decides = await weigh(
    root,
    ONLY_DECIDING.flatMap((part) => PARTS[part] ?? []),
  );
  rows.push({ name: 'all of it', ...whole }, { name: 'an engine that only decides', ...decides });
  return {
    id: 'size-parts',
    title: 'Where the size goes, luxon and rrule left out',
    columns: [
      { key: 'name', title: 'part', unit: 'text' },
      { key: 'minified', title: 'minified', unit: 'bytes' },
      { key: 'gzipped', title: 'gzipped', unit: 'bytes' },
    ],
    rows,
    notes: [
      'a part is what the bundle gets smaller by when its functions are empty',
      `the last row leaves out: ${ONLY_DECIDING.join('; ')}`,
    ],
  };
}

async function weigh(
  root: string,
  without: readonly RegExp[],
): Promise<{ minified: number; gzipped: number }> {
  const front = JSON.stringify(join(root, 'src/index.ts'));
  const { outputFiles } = await build({
    stdin: {
      contents: `import { compilePolicy } from ${front}; globalThis.kept = compilePolicy;`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['luxon', 'rrule'],
    plugins: [emptied(root, without)],
    logLevel: 'warning',
  });
  const code = outputFiles[0]!.contents;
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

/** Files of these patterns export the same names, and nothing behind them. */
function emptied(root: string, patterns: readonly RegExp[]): Plugin {
  return {
    name: 'emptied',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const own = relative(join(root, 'src'), path);
        if (!patterns.some((pattern) => pattern.test(own))) return undefined;
        const text = readFileSync(path, 'utf8');
        const names = [...text.matchAll(/^export (?:function\*?|const|class) (\w+)/gm)];
        const contents = names.map(([, name]) => `export function ${name}() {}`).join('\n');
        return { contents, loader: 'ts' };
      });
    },
  };
}
