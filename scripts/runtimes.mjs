// @ts-check
/**
 * Runs the protocol's vectors in every JavaScript runtime a bridge, a phone or a lock may have:
 * Node, Bun, Deno, workerd, headless Chromium, QuickJS and QuickJS-ng. The bundle is one and the same;
 * the last two have no Node API, no Intl, no TextEncoder and no timers. Where there are web standards, the AuthZEN
 * endpoints are asked too, every question of the examples.
 *
 * Usage: node scripts/runtimes.mjs [--only node,quickjs]
 * The runtimes are installed into test/runtimes by npm, Chromium by apt where it is missing (as root).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @typedef {{ passed: number, failed: string[] }} Verdict */

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'test/runtimes');
const tools = createRequire(join(home, 'package.json'));
const MARK = 'doorwright-verdict:';

/** Each runtime judges the bundle in `file`; what it prints after the mark is its verdict. */
const RUNTIMES = {
  node: (/** @type {string} */ file) => run(process.execPath, [file]),
  bun: (/** @type {string} */ file) => run(bin('bun'), [file]),
  deno: (/** @type {string} */ file) => run(bin('deno'), ['run', '--no-prompt', file]),
  workerd: inWorkerd,
  chromium: inChromium,
  quickjs: (/** @type {string} */ file) => inQuickJs(file, '@jitl/quickjs-wasmfile-release-sync'),
  'quickjs-ng': (/** @type {string} */ file) =>
    inQuickJs(file, '@jitl/quickjs-ng-wasmfile-release-sync'),
};

/** Runtimes without `Request`. */
const BARE = ['quickjs', 'quickjs-ng'];

const wanted = chosen();
install(wanted);
const folder = mkdtempSync(join(tmpdir(), 'doorwright-runtimes-'));
let failures = 0;
let passes = 0;
try {
  const vectors = await bundled(
    folder,
    'entry.ts',
    `globalThis.doorwrightVectors = ${published()};`,
  );
  const worlds = await bundled(
    folder,
    'authzen-entry.ts',
    `globalThis.doorwrightWorlds = ${examples()};`,
  );
  for (const name of wanted) {
    for (const [what, file] of Object.entries({ vectors, questions: worlds })) {
      if (what === 'questions' && BARE.includes(name)) continue;
      const verdict = await verdictOf(name, file);
      passes += verdict.passed;
      failures += verdict.failed.length;
      const counts = `${verdict.passed} passed, ${verdict.failed.length} failed`;
      console.log(`${name.padEnd(12)} ${what.padEnd(9)} ${counts}`);
      for (const line of verdict.failed.slice(0, 5)) console.log(`  ${line}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
mkdirSync(join(root, 'coverage'), { recursive: true });
writeFileSync(
  join(root, 'coverage/runtimes.json'),
  JSON.stringify({
    numPassedTests: passes,
    numFailedTests: failures,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  }),
);
process.exitCode = failures === 0 ? 0 : 1;

/** @returns {(keyof typeof RUNTIMES)[]} */
function chosen() {
  const at = process.argv.indexOf('--only');
  const names = at === -1 ? Object.keys(RUNTIMES) : (process.argv[at + 1] ?? '').split(',');
  for (const name of names) {
    if (!(name in RUNTIMES)) throw new RangeError(`unknown runtime \`${name}\``);
  }
  return /** @type {(keyof typeof RUNTIMES)[]} */ (names);
}

/** @param {readonly string[]} names */
function install(names) {
  if (names.some((name) => name !== 'node') && !existsSync(join(home, 'node_modules/.bin/deno'))) {
    // Exact versions, and no lock: the registry does not serve every platform's build.
    const flags = ['--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = ['ignore', 'ignore', 'inherit'];
    execFileSync('npm', ['install', ...flags], { cwd: home, stdio });
    // The one step that is needed: bun puts its binary, which came with it, where its command is.
    execFileSync(process.execPath, ['install.js'], {
      cwd: join(home, 'node_modules/bun'),
      stdio,
    });
  }
  if (names.includes('chromium') && chromium() === undefined) {
    execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-yq', '--no-install-recommends', 'chromium'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
}

/**
 * One script without imports that judges when it is evaluated.
 * @param {string} into @param {string} entry @param {string} stage
 */
async function bundled(into, entry, stage) {
  const file = join(into, entry.replace(/\.ts$/, '.js'));
  await build({
    entryPoints: [join(home, entry)],
    outfile: file,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    banner: {
      js: `globalThis.doorwrightMark = ${JSON.stringify(MARK)};\n${stage}`,
    },
    logLevel: 'warning',
  });
  return file;
}

/** The committed vectors as a JavaScript expression. */
function published() {
  const folder = join(root, 'protocol/vectors');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new Error('no vectors to judge');
  const texts = names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  return JSON.stringify(Object.fromEntries(texts));
}

/** The example worlds as a JavaScript expression. */
function examples() {
  const read = (/** @type {string} */ world, /** @type {string} */ file) =>
    readFileSync(join(root, 'examples', world, file), 'utf8');
  const lines = (/** @type {string} */ text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const worlds = ['club', 'coworking', 'housing'].map((world) => [
    world,
    {
      policy: JSON.parse(read(world, 'policy.json')),
      requests: lines(read(world, 'requests.ndjson')),
      expected: lines(read(world, 'expected.ndjson')),
    },
  ]);
  return JSON.stringify(Object.fromEntries(worlds));
}

/**
 * @param {keyof typeof RUNTIMES} name
 * @param {string} file
 * @returns {Promise<Verdict>}
 */
async function verdictOf(name, file) {
  try {
    const printed = await RUNTIMES[name](file);
    const line = printed.split('\n').find((/** @type {string} */ text) => text.includes(MARK));
    if (line === undefined) return { passed: 0, failed: [`no verdict: ${printed.slice(0, 400)}`] };
    const verdict = JSON.parse(line.slice(line.indexOf(MARK) + MARK.length));
    return verdict.passed > 0 ? verdict : { passed: 0, failed: ['no vector was judged'] };
  } catch (error) {
    return { passed: 0, failed: [String(error)] };
  }
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  return `${stdout}\n${stderr}`;
}

/** @param {string} name */
function bin(name) {
  return join(home, 'node_modules/.bin', name);
}

/** workerd's own test command runs a worker without opening a socket. @param {string} file */
function inWorkerd(file) {
  const worker = file.replace(/\.js$/, '.worker.mjs');
  const config = file.replace(/\.js$/, '.capnp');
  // A worker may not compute while it loads, only inside a handler.
  const script = readFileSync(file, 'utf8');
  const body = `export default { async test() { ${script}; await globalThis.doorwrightDone; } };`;
  writeFileSync(worker, body);
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = ( services = [ ( name = "main", worker = .judge ) ] );
const judge :Workerd.Worker = (
  modules = [ ( name = "judge", esModule = embed ${JSON.stringify(basename(worker))} ) ],
  compatibilityDate = "2026-11-01",
);
`,
  );
  return run(bin('workerd'), ['test', config]);
}

/** @param {string} file */
async function inChromium(file) {
  const { chromium: driver } = tools('playwright-core');
  const browser = await driver.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const lines = [];
    page.on('console', (/** @type {{ text(): string }} */ message) => lines.push(message.text()));
    page.on('pageerror', (/** @type {Error} */ error) => lines.push(String(error)));
    await page.addScriptTag({ path: file });
    await page.evaluate('globalThis.doorwrightDone');
    return lines.join('\n');
  } finally {
    await browser.close();
  }
}

function chromium() {
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
}

/** @param {string} file @param {string} variantName */
async function inQuickJs(file, variantName) {
  const { newQuickJSWASMModuleFromVariant } = tools('quickjs-emscripten-core');
  const variant = tools(variantName);
  const quick = await newQuickJSWASMModuleFromVariant(variant.default ?? variant);
  const context = quick.newContext();
  try {
    for (const name of ['Intl', 'TextEncoder', 'crypto', 'setTimeout', 'process', 'require']) {
      const kind = context.unwrapResult(context.evalCode(`typeof ${name}`));
      if (context.dump(kind) !== 'undefined') throw new Error(`${variantName} has ${name}`);
      kind.dispose();
    }
    const result = context.evalCode(readFileSync(file, 'utf8'), 'judge.js');
    if (result.error) throw new Error(JSON.stringify(context.dump(result.error)));
    result.value.dispose();
    const verdict = context.unwrapResult(context.evalCode('globalThis.doorwrightVerdict'));
    const text = context.dump(verdict);
    verdict.dispose();
    return text;
  } finally {
    context.dispose();
  }
}
