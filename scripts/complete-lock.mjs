// @ts-check
/**
 * Completes package-lock.json after `npm install` on a machine whose registry does not serve every
 * platform's build of biome and rollup. npm leaves those optional packages out of the lock, and
 * `npm ci` then refuses it, on every machine. The missing entries follow from what the lock
 * already holds: the parent names the exact version, the package's name its system. They carry no
 * hash, since nothing was downloaded to hash.
 *
 * Usage: node scripts/complete-lock.mjs [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ version?: string, optionalDependencies?: Record<string, string>, dev?: boolean,
 *   optional?: boolean, cpu?: string[], os?: string[], libc?: string[] }} LockEntry
 */

const OS_NAMES = ['android', 'darwin', 'freebsd', 'linux', 'openbsd', 'openharmony', 'win32'];
const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));

/** @type {{ packages: Record<string, LockEntry> }} */
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingEntries(lock.packages);

if (missing.length > 0 && process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${missing.map(([path]) => path).join(', ')}`);
  process.exitCode = 1;
} else if (missing.length > 0) {
  const all = Object.entries(lock.packages).concat(missing);
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: added ${missing.length} packages of other platforms`);
}

/**
 * @param {Record<string, LockEntry>} packages
 * @returns {[string, LockEntry][]}
 */
function missingEntries(packages) {
  /** @type {Map<string, LockEntry>} */
  const found = new Map();
  for (const [parent, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (packages[path] !== undefined || packages[`${parent}/${path}`] !== undefined) continue;
      const system = systemOf(name);
      if (system === undefined || !/^\d+\.\d+\.\d+$/.test(version)) continue;
      found.set(path, { version, ...system, dev: true, optional: true });
    }
  }
  return [...found];
}

/**
 * The system a platform package is for, read from a name such as `@rollup/rollup-linux-x64-musl`.
 * @param {string} name
 * @returns {Pick<LockEntry, 'cpu' | 'os' | 'libc'> | undefined}
 */
function systemOf(name) {
  const words = name.split('/').at(-1)?.split('-') ?? [];
  const os = words.find((word) => OS_NAMES.includes(word));
  const cpu = words[words.indexOf(os ?? '') + 1];
  if (os === undefined || cpu === undefined) return undefined;
  const abi = words.at(-1) ?? '';
  if (os !== 'linux') return { cpu: [cpu], os: [os] };
  return { cpu: [cpu], os: [os], libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] };
}
