/** Whoever sits before the browser's chooser. */
import type { CDPSession } from 'playwright-core';

/** Picks or cancels. */
export interface Chooser {
  /** Picks the lock of this address as soon as the chooser lists it; null: closes the chooser. */
  wants(address: string | null): void;
  /** The addresses that were picked so far. */
  readonly picked: ReadonlySet<string>;
}

/** Sits down before the chooser of one page. */
export function chooserOf(session: CDPSession): Chooser {
  // A prompt is told again with every device; a second answer to the same one ends the browser.
  const answered = new Set<string>();
  const picked = new Set<string>();
  let wanted: string | null = null;
  session.on('DeviceAccess.deviceRequestPrompted', ({ id, devices }) => {
    const device = devices.find((each) => each.id === wanted);
    if (answered.has(id) || (wanted !== null && device === undefined)) return;
    answered.add(id);
    if (device !== undefined) picked.add(device.id);
    const answer =
      device === undefined
        ? session.send('DeviceAccess.cancelPrompt', { id })
        : session.send('DeviceAccess.selectPrompt', { id, deviceId: device.id });
    answer.catch(() => undefined);
  });
  return {
    wants: (address) => {
      wanted = address;
    },
    picked,
  };
}
