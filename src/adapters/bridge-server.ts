/**
 * A bridge on a Unix socket or on TCP of the loopback: each client is one radio, which may bring many
 * connections. Whoever reaches the socket can do what a phone at the door can do, and press the buttons
 * of the bridge's locks; so only the owner's processes may.
 */
import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { isMtu } from '../../protocol/session/mtu.js';
import type { Bridge } from './bridge.js';
import { type BridgePacket, encodePacket, packetReader } from './bridge-packets.js';
import type { HostedConnection } from './hosted-lock.js';

/** Where a server listens: a path, or a port of 127.0.0.1 (0: any free one). */
export type BridgeAddress = { readonly path: string } | { readonly port: number };

/** A server that listens. */
export interface BridgeServer {
  readonly address: BridgeAddress;
  /** Tells every radio what a lock wants to advertise. */
  advertise(lockId: string, bytes: Uint8Array | null): void;
  /** Ends all radios' connections. */
  close(): Promise<void>;
}

/** Connections of one radio at a time: two for each of 512 locks. */
const CONNECTIONS_MAX = 1024;

/** Bytes that may wait for a radio that does not read before it is dropped. */
const BACKLOG_BYTES_MAX = 1 << 20;

/**
 * Listens for radios. A socket file that nobody serves any more is replaced; one that somebody serves,
 * or another file, is left alone.
 * @throws the system's error when it cannot listen.
 */
export async function serveBridge(bridge: Bridge, where: BridgeAddress): Promise<BridgeServer> {
  const adverts = new Map<string, Uint8Array>();
  const radios = new Set<Socket>();
  const server = createServer((socket) => {
    radios.add(socket);
    socket.on('close', () => radios.delete(socket));
    serveRadio(bridge, socket);
    for (const [lockId, bytes] of adverts) tell(socket, { kind: 'advert', lockId, bytes });
  });
  if ('path' in where) await removeDeadSocket(where.path);
  await listening(server, where);
  return {
    address: addressOf(server, where),
    advertise: (lockId, bytes) => {
      if (bytes === null) adverts.delete(lockId);
      else adverts.set(lockId, bytes);
      const packet = { kind: 'advert', lockId, bytes: bytes ?? new Uint8Array(0) } as const;
      for (const radio of radios) tell(radio, packet);
    },
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const radio of radios) radio.destroy();
      return closed;
    },
  };
}

function serveRadio(bridge: Bridge, socket: Socket): void {
  const connections = new Map<number, HostedConnection>();
  const read = packetReader();
  socket.on('data', (piece) => {
    const packets = read(new Uint8Array(piece as Buffer));
    if (packets === undefined) socket.destroy();
    for (const packet of packets ?? []) take(bridge, socket, connections, packet);
  });
  // The reason does not matter: `close` follows, and every phone on this radio is gone.
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const connection of connections.values()) connection.close();
    connections.clear();
  });
}

function take(
  bridge: Bridge,
  socket: Socket,
  connections: Map<number, HostedConnection>,
  packet: BridgePacket,
): void {
  switch (packet.kind) {
    case 'connect':
      open(bridge, socket, connections, packet);
      return;
    case 'frame':
      connections.get(packet.connection)?.send(packet.bytes);
      return;
    case 'disconnect':
      connections.get(packet.connection)?.close();
      connections.delete(packet.connection);
      return;
    case 'signal':
      if (bridge.lockIds().includes(packet.lockId)) bridge.signal(packet.lockId, packet.signal);
      return;
    case 'advert':
      // Only the bridge says this.
      socket.destroy();
  }
}

function open(
  bridge: Bridge,
  socket: Socket,
  connections: Map<number, HostedConnection>,
  { connection, lockId, mtu }: Extract<BridgePacket, { kind: 'connect' }>,
): void {
  const over = { kind: 'disconnect', connection } as const;
  const isFree = !connections.has(connection) && connections.size < CONNECTIONS_MAX;
  if (!isFree || !bridge.lockIds().includes(lockId) || !isMtu(mtu)) {
    tell(socket, over);
    return;
  }
  let isOver = false;
  const opened = bridge.connect(lockId, mtu, {
    frame: (bytes) => tell(socket, { kind: 'frame', connection, bytes }),
    closed: () => {
      isOver = true;
      connections.delete(connection);
      tell(socket, over);
    },
  });
  // A lock may refuse a connection while it is being made.
  if (!isOver) connections.set(connection, opened);
}

function tell(socket: Socket, packet: BridgePacket): void {
  if (socket.destroyed) return;
  socket.write(encodePacket(packet));
  if (socket.writableLength > BACKLOG_BYTES_MAX) socket.destroy();
}

function listening(server: Server, where: BridgeAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const options = 'path' in where ? where : { port: where.port, host: '127.0.0.1' };
    // The socket file is made during this call, and nobody else may connect to it, not even at first.
    const mask = process.umask(0o177);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
    process.umask(mask);
  });
}

function addressOf(server: Server, where: BridgeAddress): BridgeAddress {
  const address = server.address();
  if ('path' in where || address === null || typeof address === 'string') return where;
  return { port: address.port };
}

/** Removes a socket file that refuses connections: its server is dead. */
async function removeDeadSocket(path: string): Promise<void> {
  const isSocket = lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
  if (!isSocket) return;
  const isServed = await new Promise<boolean>((resolve) => {
    const probe = connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error) => {
      resolve((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED');
    });
  });
  if (!isServed) unlinkSync(path);
}
