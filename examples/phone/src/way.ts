/**
 * Where the desk is and how locks are reached: a server put a link into the page and locks are behind Web Bluetooth, or there
 * is no link and the page is the demo, with desk and locks in a worker.
 */
import type { Outcome } from 'doorwright/protocol';
import type { Transport } from 'doorwright/transport';
import { type ChooseCode, webBluetoothTransport } from 'doorwright/web-bluetooth';
import type { Demo } from './demo/demo.js';
import type { DeskInit, DeskWay } from './desk.js';

/** Everything around the phone. */
export interface Way {
  readonly desk: DeskWay;
  /** Null in a browser that has no Bluetooth for pages. */
  readonly transport: Transport | null;
  /** Shows the browser's chooser, in a click; null where locks are heard without being chosen. */
  readonly choose: (() => Promise<Outcome<unknown, ChooseCode>>) | null;
  readonly demo: Demo | null;
}

/** The address of the desk that a server named in this page; null in the demo. */
export function namedDesk(): string | null {
  return document.querySelector<HTMLLinkElement>('link[rel="desk"]')?.href ?? null;
}

/**
 * Opens the way.
 * @param onRadioFault - told whatever went wrong with the radio, for a person to read.
 * @throws what the demo's worker throws when it does not start.
 */
export async function openWay(
  address: string | null,
  onRadioFault: (error: unknown) => void,
): Promise<Way> {
  if (address === null) return await demoWay();
  const desk: DeskWay = { address, fetch: fetchFromServer };
  if (!('bluetooth' in navigator)) return { desk, transport: null, choose: null, demo: null };
  const transport = webBluetoothTransport({ onFault: onRadioFault });
  return { desk, transport, choose: transport.choose, demo: null };
}

async function demoWay(): Promise<Way> {
  // Most visitors of a server never need it.
  const { openDemo } = await import('./demo/demo.js');
  const demo = await openDemo();
  const desk: DeskWay = { address: demo.address, fetch: demo.fetch };
  return { desk, transport: demo.transport, choose: null, demo };
}

/** As long as somebody waits for a page that says nothing. */
const ANSWER_MS = 15_000;

function fetchFromServer(url: string, init: DeskInit): Promise<Response> {
  return fetch(url, {
    ...init,
    cache: 'no-store',
    // Nothing but the proof says who calls.
    credentials: 'omit',
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  });
}
