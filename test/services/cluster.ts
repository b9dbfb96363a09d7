/** A PostgreSQL of our own: a cluster in a fresh folder, on a free port of the loopback. It ends when we do. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A server and its folder. */
export interface Cluster {
  readonly url: string;
  start(): Promise<void>;
  /** Ends the server as a crash of the machine does to its processes: at once, without a checkpoint. */
  crash(): Promise<void>;
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

const INSTALLED = '/usr/lib/postgresql';

/**
 * Makes a cluster and starts it.
 * @param durable - whether the server waits for its disk: slower, and what a crash test is about.
 */
export async function startCluster({ durable }: { durable: boolean }): Promise<Cluster> {
  const bin = binaries();
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-postgres-'));
  const owner = ownerOf(folder);
  const data = join(folder, 'data');
  execFileSync(
    'setpriv',
    [...owner, join(bin, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'],
    { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder },
  );
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: durable ? 'on' : 'off',
    max_connections: 60,
    shared_buffers: '64MB',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  const cluster: Cluster = {
    url,
    async start() {
      // The kernel ends the server when this process ends, however it ends.
      const program = [...owner, '--pdeathsig', 'INT', join(bin, 'postgres'), '-D', data];
      const log = { stdio: ['ignore', 'ignore', 'pipe'] as const, cwd: folder };
      server = spawn('setpriv', [...program, ...options], { ...log, stdio: [...log.stdio] });
      let said = '';
      server.stderr?.on('data', (text) => {
        said = `${said}${text}`.slice(-4000);
      });
      await ready(url, server, () => said);
    },
    crash: () => end('SIGQUIT'),
    async remove() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await cluster.start();
  return cluster;
}

/** Where the newest server's programs are. Installs one where there is none, if this machine is ours. */
function binaries(): string {
  const find = () =>
    (existsSync(INSTALLED) ? readdirSync(INSTALLED) : [])
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(INSTALLED, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')));
  const found = find();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0) {
    execFileSync('apt-get', ['install', '-y', '-q', 'postgresql'], { stdio: 'inherit' });
  }
  const installed = find();
  if (installed !== undefined) return installed;
  throw new Error(`no PostgreSQL in ${INSTALLED}: apt-get install postgresql`);
}

/** What makes `setpriv` run a program as who may run a server, who root is not. The folder becomes theirs. */
function ownerOf(folder: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8').match(/^(postgres):[^:]*:(\d+):(\d+):/mu) ?? [];
  if (uid === undefined || gid === undefined) throw new Error('no user postgres on this machine');
  chownSync(folder, Number(uid), Number(gid));
  return ['--reuid', uid, '--regid', gid, '--clear-groups'];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits until the server answers. After a crash it first repeats what its log has. */
async function ready(url: string, server: ChildProcess, said: () => string): Promise<void> {
  for (;;) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch {
      if (server.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${said()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
