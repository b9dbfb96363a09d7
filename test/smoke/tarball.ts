/** Packs the built package and installs the tarball, without a registry, into an empty folder. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What was packed, and where a stranger's project uses it. */
export interface Installed {
  readonly folder: string;
  readonly files: readonly string[];
}

/** The dependencies are packed from what `npm ci` put beside us, so that no registry is asked. */
const DEPENDENCIES = ['luxon'];

/** Packs, installs, and copies the consumer beside it. The folder is new; the caller removes it. */
export function installTarball(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-smoke-'));
  const pack = (path: string) => {
    const flags = ['--json', '--ignore-scripts', '--pack-destination', folder];
    const [packed] = JSON.parse(run('npm', ['pack', path, ...flags], '.'));
    return packed as { filename: string; files: { path: string }[] };
  };
  const own = pack('.');
  const others = DEPENDENCIES.map((name) => pack(`./node_modules/${name}`));
  cpSync('test/smoke/consumer', folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const tarballs = [own, ...others].map(
    ({ filename }) => `./${filename.replace('/', '-').replace('@', '')}`,
  );
  run(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs],
    folder,
  );
  return { folder, files: own.files.map(({ path }) => path).sort() };
}

/** Standard output of a command; throws with all that it said when it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
  // A zone far from UTC: what the package answers must not depend on where it is run.
  const env = { ...process.env, TZ: 'Pacific/Apia', NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}
