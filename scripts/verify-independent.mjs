// @ts-check
/**
 * Has the vectors of DKP/1 judged by two programs that share no line with this library: Python with
 * Debian's cbor2, OpenSSL and libsodium, and Go with fxamacker/cbor and flynn/noise. Fails on any
 * difference, and when a judge cannot run: nothing is skipped in silence.
 *
 * Usage: node scripts/verify-independent.mjs [--install]
 *   --install  installs what is missing with apt-get, as root; in CI this is done unasked
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const vectors = fileURLToPath(new URL('../protocol/vectors', import.meta.url));

/** Debian packages and a file by which each is known to be there. */
const PACKAGES = {
  'python3-cbor2': '/usr/lib/python3/dist-packages/cbor2',
  'python3-cryptography': '/usr/lib/python3/dist-packages/cryptography',
  'python3-nacl': '/usr/lib/python3/dist-packages/nacl',
  'golang-go': '/usr/bin/go',
  'golang-github-fxamacker-cbor-dev': '/usr/share/gocode/src/github.com/fxamacker/cbor',
  'golang-github-flynn-noise-dev': '/usr/share/gocode/src/github.com/flynn/noise',
};

const missing = () =>
  Object.entries(PACKAGES)
    .filter(([, path]) => !existsSync(path))
    .map(([name]) => name);

if (missing().length > 0 && mayInstall()) install(missing());
if (missing().length > 0) {
  console.error(`verify:independent: missing ${missing().join(', ')}`);
  console.error('verify:independent: on Debian, run it as root with --install');
  process.exit(1);
}
// Go keeps what it built; the checkout and the home folder stay as they were.
const cache = mkdtempSync(join(tmpdir(), 'doorwright-go-'));
const judges = [
  run('/usr/bin/python3', [`${vectors}/verify/judge.py`, vectors], {}),
  run('/usr/bin/go', ['run', '.', vectors], {
    GO111MODULE: 'off',
    GOFLAGS: '',
    GOPATH: '/usr/share/gocode',
    GOCACHE: cache,
  }),
];
rmSync(cache, { recursive: true, force: true });
process.exitCode = judges.every((good) => good) ? 0 : 1;
console.log(`verify:independent: ${process.exitCode === 0 ? 'both judges agree' : 'FAILED'}`);

function mayInstall() {
  return (
    process.getuid?.() === 0 && (Boolean(process.env.CI) || process.argv.includes('--install'))
  );
}

/** @param {readonly string[]} names */
function install(names) {
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['install', '-y', '--no-install-recommends', ...names];
  // The lists may be missing on a fresh machine, and need not be fetched where they are there.
  if (!run('apt-get', options, environment)) {
    run('apt-get', ['update'], environment);
    run('apt-get', options, environment);
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} environment
 */
function run(command, args, environment) {
  const env = { ...process.env, ...environment };
  const cwd = `${vectors}/verify/go`;
  return spawnSync(command, args, { cwd, stdio: 'inherit', env }).status === 0;
}
