// @ts-check
/**
 * Builds the documentation as a site, into docs/.vitepress/dist, and looks whether every link in it leads somewhere. Whoever
 * serves it below a path of a host names that path.
 *
 * Usage: node scripts/docs-site.mjs [--base /path/] [--out folder] [--keep-api]
 */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vitepress';
import { writeApi } from './docs-api.mjs';
import { brokenLinks } from './docs-links.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    base: { type: 'string', default: '/docs/' },
    out: { type: 'string', default: join(root, 'docs/.vitepress/dist') },
    // Takes the pages of the API as they lie there, for whoever builds again and again.
    'keep-api': { type: 'boolean', default: false },
  },
});
if (!/^\/(?:[\w.~-]+\/)*$/u.test(values.base)) {
  console.error(`--base is a path such as /doorwright/, not \`${values.base}\``);
  process.exit(2);
}

const started = performance.now();
if (!values['keep-api']) writeApi();
const made = performance.now();
const out = resolve(values.out);
const complaints = await complaintsOf(() =>
  build(join(root, 'docs'), { base: values.base, outDir: out }),
);
const broken = brokenLinks(out, values.base);
for (const line of broken) console.error(line);
if (complaints > 0) console.error(`${complaints} complaints while building, see above`);

const files = readdirSync(out, { recursive: true, encoding: 'utf8' });
const pages = files.filter((name) => name.endsWith('.html')).length;
const bytes = files.reduce((sum, name) => sum + sizeOf(join(out, name)), 0);
console.log(
  `${pages} pages, ${(bytes / 1e6).toFixed(1)} MB in ${out}; the API took ${seconds(made - started)}, ` +
    `everything ${seconds(performance.now() - started)}; ${broken.length === 0 ? 'every link leads somewhere' : `${broken.length} broken links`}`,
);
process.exitCode = broken.length + complaints === 0 ? 0 : 1;

/**
 * How often a piece of work complained. A page that cannot be rendered is only reported by VitePress, and would be empty.
 * @param {() => Promise<void>} work
 */
async function complaintsOf(work) {
  let count = 0;
  const { error, warn } = console;
  const counting =
    (/** @type {typeof error} */ say) =>
    (/** @type {unknown[]} */ ...words) => {
      count += 1;
      say(...words);
    };
  Object.assign(console, { error: counting(error), warn: counting(warn) });
  try {
    await work();
  } finally {
    Object.assign(console, { error, warn });
  }
  return count;
}

/** @param {string} path */
function sizeOf(path) {
  const stats = statSync(path);
  return stats.isFile() ? stats.size : 0;
}

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
