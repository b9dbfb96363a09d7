/** A NATS server of our own: on a free port of the loopback, with JetStream in a fresh folder. It ends when we do. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node';

/** A server and its folder. */
export interface NatsServer {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it as `kill -9` does. */
  crash(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** Makes a server and starts it. */
export async function startNats(): Promise<NatsServer> {
  const program = installed();
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-nats-'));
  const port = await freePort();
  let server: ChildProcess | undefined;
  const end = async () => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  const nats: NatsServer = {
    url: `nats://127.0.0.1:${port}`,
    async start() {
      const options = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder];
      // The kernel ends the server when this process ends, however it ends.
      server = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...options], { stdio: 'ignore' });
      await listening(port, server);
    },
    crash: end,
    async remove() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await nats.start();
  return nats;
}

/** A connection that does not give up. */
export function natsConnection({ url }: NatsServer, options: NodeConnectionOptions = {}) {
  const patient = { maxReconnectAttempts: -1, reconnectTimeWait: 50, waitOnFirstConnect: true };
  return connect({ servers: url, ...patient, ...options });
}

const PROGRAM = '/usr/sbin/nats-server';

function installed(): string {
  if (!existsSync(PROGRAM) && process.getuid?.() === 0) {
    const wanted = ['install', '-y', '-q', '--no-install-recommends', 'nats-server'];
    execFileSync('apt-get', wanted, { stdio: 'inherit' });
  }
  if (existsSync(PROGRAM)) return PROGRAM;
  throw new Error(`no ${PROGRAM}: apt-get install nats-server`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function listening(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error('the NATS server did not start');
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connectSocket(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
