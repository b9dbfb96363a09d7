/** How the devices of a provider stand, and who wants to hear of it. */
import {
  type LockHappening,
  type LockNews,
  type LockState,
  NOTHING_HEARD,
} from './lock-provider.js';

/** The states of all devices of one provider. */
export interface NewsStand {
  state(device: string): LockState | undefined;
  watch(listener: (news: LockNews) => void): () => void;
  /** Some of a device's state was heard. Tells only what differs; unknown devices are ignored. */
  heard(device: string, state: Partial<LockState>): void;
  happened(device: string, what: LockHappening): void;
  /** No device can be reached any more. */
  lost(): void;
}

/** A stand for these devices, of none of which anything was heard. */
export function newsStand(devices: Iterable<string>): NewsStand {
  const states = new Map<string, LockState>();
  for (const device of devices) states.set(device, NOTHING_HEARD);
  const listeners = new Set<(news: LockNews) => void>();
  const tell = (news: LockNews) => {
    for (const listener of [...listeners]) {
      try {
        listener(news);
      } catch {
        // Whoever listens badly must not keep others from hearing.
      }
    }
  };
  const heard = (device: string, more: Partial<LockState>) => {
    const before = states.get(device);
    if (before === undefined) return;
    const state = { ...before, ...more };
    if (isSame(before, state)) return;
    states.set(device, state);
    tell({ kind: 'state', device, state });
  };
  return {
    state: (device) => states.get(device),
    watch(listener) {
      // Wrapped, so that the same function may listen twice and stop once.
      const own = (news: LockNews) => listener(news);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    heard,
    happened(device, what) {
      if (states.has(device)) tell({ kind: 'happened', device, what });
    },
    lost() {
      for (const device of [...states.keys()]) heard(device, { available: false });
    },
  };
}

function isSame(a: LockState, b: LockState): boolean {
  return (
    a.bolt === b.bolt && a.door === b.door && a.battery === b.battery && a.available === b.available
  );
}
