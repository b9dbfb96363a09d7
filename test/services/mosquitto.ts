/** A Mosquitto of our own: in a fresh folder, on a free port of the loopback. It ends when we do. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A broker and its folder. */
export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  start(): Promise<void>;
  /** Ends it as a crash does: at once. */
  crash(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** What it is started with. */
export interface MosquittoParts {
  /** Its configuration; the port of `listener 1883 127.0.0.1` is replaced. */
  readonly conf: string;
  readonly acl: string;
  /** Names and passwords. */
  readonly users: Readonly<Record<string, string>>;
}

const PROGRAM = '/usr/sbin/mosquitto';
const LISTENER = 'listener 1883 127.0.0.1';

/** Makes a broker and starts it. */
export async function startMosquitto({ conf, acl, users }: MosquittoParts): Promise<Mosquitto> {
  install();
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-mosquitto-'));
  const port = await freePort();
  if (!conf.includes(LISTENER)) throw new Error('the configuration has another listener');
  const own = process.getuid?.() === 0 ? 'user root\n' : '';
  writeFileSync(join(folder, 'conf'), own + conf.replace(LISTENER, `listener ${port} 127.0.0.1`));
  writeFileSync(join(folder, 'acl'), acl, { mode: 0o600 });
  writeFileSync(join(folder, 'passwords'), '', { mode: 0o600 });
  for (const [name, password] of Object.entries(users))
    execFileSync('mosquitto_passwd', ['-b', join(folder, 'passwords'), name, password], {
      stdio: 'ignore',
    });
  let broker: ChildProcess | undefined;
  const end = async () => {
    if (broker === undefined || broker.exitCode !== null || broker.signalCode !== null) return;
    const ended = once(broker, 'exit');
    broker.kill('SIGKILL');
    await ended;
  };
  const made: Mosquitto = {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    folder,
    async start() {
      // The kernel ends the broker when this process ends, however it ends.
      const program = ['--pdeathsig', 'KILL', PROGRAM, '-c', 'conf'];
      const started = spawn('setpriv', program, {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      started.stderr.on('data', (text) => {
        said = `${said}${text}`.slice(-4000);
      });
      broker = started;
      while (!(await answers(port))) {
        if (started.exitCode !== null) throw new Error(`Mosquitto did not start:\n${said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    crash: end,
    async remove() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await made.start();
  return made;
}

/** Installs one where there is none, if this machine is ours. */
function install(): void {
  if (existsSync(PROGRAM)) return;
  if (process.getuid?.() === 0)
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'mosquitto'], {
      stdio: 'inherit',
    });
  if (!existsSync(PROGRAM)) throw new Error(`no ${PROGRAM}: apt-get install mosquitto`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
