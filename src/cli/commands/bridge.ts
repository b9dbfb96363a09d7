/** `doorwright bridge`: offline locks on this machine, for a radio that speaks over a socket. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { type Bridge, openBridge } from '../../adapters/bridge.js';
import { type BridgeServer, serveBridge } from '../../adapters/bridge-server.js';
import { execActuator } from '../../adapters/exec-actuator.js';
import { fastestCrypto } from '../../adapters/fastest.js';
import type { Actuator } from '../../adapters/hosted-lock.js';
import { FolderHeldError } from '../../adapters/lock-file.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError, UsageError } from '../failure.js';
import type { Terminal } from '../terminal.js';
import { shown } from '../terminal.js';

/** The command `bridge`. */
export const BRIDGE: Command = {
  name: 'bridge',
  summary: 'run offline locks on this machine, for a radio that brings their frames',
  usage: '--folder F (--new-lock | (--socket S | --port N) (--exec P | --no-bolt))',
  about: [
    'Serves every lock of a folder over a Unix socket or a port of 127.0.0.1; docs/bridge.md says what the packets hold. Records are durable before anything is answered, and one process at a time may use the folder.',
    'With --exec a program moves the bolts: it is run with the lock id, the operation (unlock, secure, hold-open) and the seconds, and says with exit code 0 that the bolt moved. With --no-bolt nothing moves and every move counts as done, for trying out.',
    '--new-lock makes a lock in the folder, with new secrets, and prints its label once: whoever reads the label may commission the lock while its button allows.',
    'Runs until SIGINT or SIGTERM; a kill at any instant is as safe as a power cut.',
    'Exit code: 0 ended as told, or a lock was made; 2 bad usage or input, a folder in use, or an address that cannot be listened on.',
  ],
  examples: [
    'doorwright bridge --folder locks --new-lock',
    'doorwright bridge --folder locks --socket locks/bridge.sock --exec /usr/local/bin/move-bolt',
  ],
  options: {
    folder: { value: 'F', about: 'where the locks are kept; made when it is not there' },
    'new-lock': { about: 'make a lock and print its label' },
    socket: { value: 'S', about: 'listen on a Unix socket that only this user may use' },
    port: { value: 'N', about: 'listen on a port of 127.0.0.1, 0 for any free one' },
    exec: { value: 'P', about: 'the program that moves bolts' },
    'no-bolt': { about: 'move nothing, and say that it moved' },
  },
  filesMax: 0,
  async run(args, terminal) {
    const folder = args.get('folder');
    if (folder === undefined) throw new UsageError('`--folder` is missing');
    const mode = readMode(args);
    const said = speaker(args, terminal);
    let server: BridgeServer | undefined;
    const bridge = opened(folder, {
      crypto: await fastestCrypto(),
      actuator: telling(mode.actuator, said),
      onAdvert: (lockId, bytes) => server?.advertise(lockId, bytes),
      onFault: (lockId, error) => terminal.warn(`lock ${lockId}: ${shown(String(error))}`),
    });
    if (mode.kind === 'new-lock') return bear(bridge, args, terminal);
    try {
      server = await serveBridge(bridge, mode.where);
    } catch (error) {
      bridge.close();
      throw new InputError(`cannot listen: ${(error as Error).message}`);
    }
    said({ event: 'listening', ...server.address, locks: bridge.lockIds().length });
    await ended(server, bridge);
    return EXIT.yes;
  },
};

type Mode =
  | { readonly kind: 'new-lock'; readonly actuator: Actuator }
  | {
      readonly kind: 'serve';
      readonly actuator: Actuator;
      readonly where: { readonly path: string } | { readonly port: number };
    };

const NO_BOLT: Actuator = { move: () => Promise.resolve(true) };

function readMode(args: Arguments): Mode {
  const [path, port, program] = [args.get('socket'), args.get('port'), args.get('exec')];
  if (args.has('new-lock')) {
    const others = ['socket', 'port', 'exec', 'no-bolt'].filter((option) => args.has(option));
    if (others.length > 0) throw new UsageError(`\`--new-lock\` goes without \`--${others[0]}\``);
    return { kind: 'new-lock', actuator: NO_BOLT };
  }
  if ((path === undefined) === (port === undefined)) {
    throw new UsageError('either `--socket` or `--port` says where to listen');
  }
  if ((program === undefined) === !args.has('no-bolt')) {
    throw new UsageError(
      'either `--exec` names what moves bolts, or `--no-bolt` says that nothing does',
    );
  }
  const actuator = program === undefined ? NO_BOLT : execActuator(program);
  if (path !== undefined) return { kind: 'serve', actuator, where: { path } };
  const number = Number(port);
  if (!/^\d{1,5}$/u.test(port as string) || number > 65_535) {
    throw new UsageError(`\`--port\` must be a number from 0 to 65535: \`${port}\``);
  }
  return { kind: 'serve', actuator, where: { port: number } };
}

function opened(folder: string, parts: Omit<Parameters<typeof openBridge>[0], 'folder'>): Bridge {
  try {
    return openBridge({ folder, ...parts });
  } catch (error) {
    const isOurs = error instanceof FolderHeldError || error instanceof TypeError;
    const isSystems = typeof (error as NodeJS.ErrnoException).code === 'string';
    if (isOurs || isSystems) throw new InputError((error as Error).message);
    throw error;
  }
}

async function bear(bridge: Bridge, args: Arguments, terminal: Terminal): Promise<number> {
  const label = bridge.bear(new Uint8Array(randomBytes(56)));
  bridge.close();
  const text = args.has('json')
    ? JSON.stringify(label)
    : [
        `lock       ${label.lockId}`,
        `setup key  ${label.setupKey}`,
        `secret     ${label.secret}`,
        'Keep this label: the secret is not shown again, and whoever has it may commission the lock.',
      ].join('\n');
  await terminal.write(`${text}\n`);
  return EXIT.yes;
}

type Said = (event: Readonly<Record<string, string | number | boolean>>) => void;

/** One line an event: JSON, or words. */
function speaker(args: Arguments, terminal: Terminal): Said {
  return (event) => {
    const { event: name, ...rest } = event;
    const words = Object.entries(rest).map(([key, value]) => `${key} ${value}`);
    const line = args.has('json') ? JSON.stringify(event) : `${name}: ${words.join(', ')}`;
    // The reader may be slow; a door does not wait for it.
    void terminal.write(`${line}\n`);
  };
}

function telling(actuator: Actuator, said: Said): Actuator {
  return {
    move: async (order) => {
      const moved = await actuator.move(order);
      said({
        event: 'bolt',
        lock: order.lockId,
        operation: order.operation,
        seconds: order.seconds,
        moved,
      });
      return moved;
    },
  };
}

async function ended(server: BridgeServer, bridge: Bridge): Promise<void> {
  const { address } = server;
  // SIGINT ends the program elsewhere, at once: what must be left clean is cleaned before.
  process.prependOnceListener('SIGINT', () => {
    bridge.close();
    if ('path' in address) unlinkSync(address.path);
  });
  await once(process, 'SIGTERM');
  bridge.close();
  await server.close();
}
