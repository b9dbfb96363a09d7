/** What runs in the page: a real phone with our transports, or a link that only carries frames. */
import { BleClient } from '@capacitor-community/bluetooth-le';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { memorySigner } from '../../protocol/crypto/steps.js';
import type { VisitResult } from '../../protocol/phone/event.js';
import type { PhoneSetup } from '../../protocol/phone/state.js';
import type { Link, LinkEvent, Transport } from '../../protocol/session/transport.js';
import { fromHex, toHex } from '../../protocol/wire/hex.js';
import { type CapacitorBleClient, capacitorTransport } from '../../src/adapters/for-capacitor.js';
import {
  type WebBluetoothTransport,
  webBluetoothTransport,
} from '../../src/adapters/for-web-bluetooth.js';
import { phoneOnTransport } from '../transports/phone-on-transport.js';

/** What a phone is made of, as text. */
export interface PageOrder {
  readonly setup: string;
  readonly secret: string;
  readonly bundle: string;
  readonly lockId: string;
  readonly now: number;
  /** Which library writes and reads; the chooser and the adverts are always the browser's own. */
  readonly over: 'web' | 'capacitor';
}

/** What became of a wish. */
export interface PageReport {
  readonly result: Omit<VisitResult, 'wish'>;
  readonly told: readonly string[];
  readonly outbox: number;
  readonly chosen: Chosen;
  readonly faults: readonly string[];
  readonly ms: number;
}

/** A lock's address, or why there is none. */
export type Chosen = { readonly address: string } | { readonly code: string };

const faults: string[] = [];
const transports = new Map<number, WebBluetoothTransport>();

/** Waits for a click on the page's button, and then does the work in it, as the chooser demands. */
export function onClick<T>(work: () => Promise<T>): Promise<T> {
  const host = globalThis as unknown as {
    document: { querySelector(name: string): { onclick: () => void } };
  };
  return new Promise((resolve, reject) => {
    host.document.querySelector('button').onclick = () => void work().then(resolve, reject);
  });
}

/** Chooses a lock. */
export async function choose(mtu = 23): Promise<Chosen> {
  const chosen = await web(mtu).choose();
  return chosen.ok ? { address: chosen.value.address } : { code: chosen.code };
}

/** Wants the door, and chooses the lock in the same click. */
export async function visit(order: PageOrder): Promise<PageReport> {
  const crypto = nobleCrypto();
  const phone = phoneOnTransport({
    transport: order.over === 'web' ? web(23) : mixed(),
    setup: parse(order.setup) as PhoneSetup,
    signer: memorySigner(crypto, 'ed25519', bytes(order.secret)),
    crypto,
    now: order.now,
    elapsedMs: () => performance.now(),
    random: () => globalThis.crypto.getRandomValues(new Uint8Array(32)),
    timeToken: async (nonce) => bytes(await askServer(toHex(nonce))),
  });
  if (!phone.takeBundle(bytes(order.bundle))) throw new Error('the phone refused the bundle');
  const opened = phone.open({ lockId: bytes(order.lockId), operation: 'unlock', asserted: 1 });
  const chosen = await choose();
  if ('code' in chosen) phone.cancel();
  const fromMs = performance.now();
  const { wish: _wish, ...result } = await opened;
  const told = phone.told.map((event) => (event.kind === 'disconnected' ? event.end : event.kind));
  const ms = performance.now() - fromMs;
  return { result, told, outbox: phone.outbox, chosen, faults: faults.splice(0), ms };
}

let link: Link | undefined;
let events: LinkEvent[] = [];

/** Connects without a phone. */
export function connect(address: string, mtu: number, over: PageOrder['over'] = 'web'): void {
  events = [];
  const transport = over === 'web' ? web(mtu) : capacitor();
  link = transport.connect(address, (event) => events.push(event));
}

/** Writes frames, as many at once as they are. */
export function send(frames: readonly string[]): void {
  for (const frame of frames) link?.send(bytes(frame));
}

/** Ends the link. */
export function disconnect(): void {
  link?.disconnect();
}

/** What the link told, as text. */
export function told(): string[] {
  return events.map((event) => {
    if (event.kind === 'connected') return `connected ${event.mtu} ${toHex(event.capabilities)}`;
    return event.kind === 'frame' ? toHex(event.bytes) : event.end;
  });
}

/** The browser's chooser and adverts, and Capacitor's own GATT: its web implementation hears no adverts. */
function mixed(): Transport {
  return { listen: web(23).listen, connect: capacitor().connect };
}

/** Capacitor knows a device only after it asked the browser for it. */
function capacitor(): Transport {
  // What this library says of the plugin must be true.
  const client: CapacitorBleClient = BleClient;
  const asking: CapacitorBleClient = {
    initialize: (options) => client.initialize(options),
    requestLEScan: (options, callback) => client.requestLEScan(options, callback),
    stopLEScan: () => client.stopLEScan(),
    connect: async (id, onDisconnect, options) => {
      await BleClient.getDevices([id]);
      await client.connect(id, onDisconnect, options);
    },
    disconnect: (id) => client.disconnect(id),
    getMtu: (id) => client.getMtu(id),
    read: (...words) => client.read(...words),
    writeWithoutResponse: (...words) => client.writeWithoutResponse(...words),
    startNotifications: (...words) => client.startNotifications(...words),
    stopNotifications: (...words) => client.stopNotifications(...words),
  };
  return capacitorTransport(asking, { onFault });
}

function web(mtu: number): WebBluetoothTransport {
  const known = transports.get(mtu);
  const transport = known ?? webBluetoothTransport({ onFault, mtu, advertWaitMs: 5000 });
  transports.set(mtu, transport);
  return transport;
}

function onFault(error: unknown): void {
  faults.push(String(error));
}

function askServer(nonce: string): Promise<string> {
  return (globalThis as unknown as { timeToken: (n: string) => Promise<string> }).timeToken(nonce);
}

function bytes(hex: string): Uint8Array {
  return fromHex(hex) as Uint8Array;
}

/** JSON in which bytes are `{"hex": …}`. */
function parse(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    const { hex } = (value ?? {}) as { hex?: string };
    return hex === undefined ? value : bytes(hex);
  });
}
