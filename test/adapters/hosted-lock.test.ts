import { describe, expect, test } from 'vitest';
import { type HostedLockParts, startLock } from '../../src/adapters/hosted-lock.js';
import type { RecordFolder } from '../../src/adapters/record-folder.js';
import { crypto, filled, LOCK_ID } from '../helpers/lock-objects.js';

/** A disk in memory that can be made to fail, and what its lock's host was told. */
function table() {
  const stored = new Map<string, Uint8Array>();
  const seen = { faults: [] as string[], adverts: [] as (Uint8Array | null)[], boots: 0 };
  const disk = { writesLeft: Number.POSITIVE_INFINITY };
  const spend = (): void => {
    if (disk.writesLeft <= 0) throw new Error('no space left on device');
    disk.writesLeft -= 1;
  };
  const openRecords = (): RecordFolder => {
    seen.boots += 1;
    return {
      records: new Map(stored),
      write: (record, bytes) => {
        spend();
        stored.set(record, bytes);
      },
      erase: (record) => {
        spend();
        stored.delete(record);
      },
    };
  };
  const timers: { readonly at: number; readonly callback: () => void }[] = [];
  const clock = { ms: 0, slept: 0, early: 0 };
  let draws = 0;
  const parts: HostedLockParts = {
    setup: {
      lockId: LOCK_ID,
      setupSecret: filled(0x31),
      setupPsk: filled(0x32),
      firmware: 'test',
      capabilities: Uint8Array.of(1, 1, 1),
    },
    lockId: 'a001020304050607',
    openRecords,
    crypto,
    host: {
      nowMs: () => clock.ms,
      wallMs: () => 1_795_320_000_000 + clock.ms + clock.slept,
      random: () => {
        draws += 1;
        return crypto.sha256(Uint8Array.of(draws));
      },
      after: (milliseconds, callback) => {
        const timer = { at: clock.ms + Math.max(1, milliseconds - clock.early), callback };
        timers.push(timer);
        return () => {
          timers.splice(timers.indexOf(timer), 1);
        };
      },
    },
    actuator: { move: () => Promise.resolve(true) },
    onAdvert: (bytes) => seen.adverts.push(bytes),
    onFault: (error) => seen.faults.push((error as Error).message),
  };
  /** Lets time pass and calls what is due, in order. */
  const pass = (milliseconds: number): void => {
    clock.ms += milliseconds;
    for (;;) {
      const due = timers.find(({ at }) => at <= clock.ms);
      if (due === undefined) return;
      timers.splice(timers.indexOf(due), 1);
      due.callback();
    }
  };
  return { parts, stored, seen, disk, pass, clock };
}

const receiver = () => {
  const heard = { frames: 0, closed: 0 };
  return {
    heard,
    frame: () => {
      heard.frames += 1;
    },
    closed: () => {
      heard.closed += 1;
    },
  };
};

describe('a lock on a host', () => {
  test('counts its boot before anything else', () => {
    const { parts, stored } = table();
    startLock(parts);
    expect(stored.get('boots')).toEqual(Uint8Array.of(0, 0, 0, 1));
    startLock(parts);
    expect(stored.get('boots')).toEqual(Uint8Array.of(0, 0, 0, 2));
  });

  test('boots anew when a write fails, ends its connections and says nothing of the step', () => {
    const { parts, stored, seen, disk } = table();
    const lock = startLock(parts);
    const phone = receiver();
    lock.connect(247, phone);
    const before = stored.get('self');
    disk.writesLeft = 0;
    lock.take({ kind: 'reset' });
    expect(seen.faults).toEqual(['no space left on device', 'no space left on device']);
    expect(phone.heard).toEqual({ frames: 0, closed: 1 });
    expect(lock.isWhole()).toBe(false);
    expect(stored.get('self')).toBe(before);
    disk.writesLeft = Number.POSITIVE_INFINITY;
    lock.take({ kind: 'touched' });
    expect(lock.isWhole()).toBe(true);
    expect(seen.boots).toBe(3);
    expect(stored.get('self')).toBe(before);
  });

  test('boots anew though its adverts cannot be shown, and though nobody can be told of either', () => {
    const fail = (): never => {
      throw new Error('no Bluetooth here');
    };
    for (const hooks of [{ onAdvert: fail }, { onAdvert: fail, onFault: fail }]) {
      const { parts, seen, disk } = table();
      const lock = startLock({ ...parts, ...hooks });
      disk.writesLeft = 0;
      lock.take({ kind: 'reset' });
      disk.writesLeft = Number.POSITIVE_INFINITY;
      lock.take({ kind: 'touched' });
      expect([lock.isWhole(), seen.boots]).toEqual([true, 3]);
      const told = 'onFault' in hooks ? [] : ['no Bluetooth here', 'no space left on device'];
      expect([...new Set(seen.faults)].sort()).toEqual(told);
    }
  });

  test('a connection made while it cannot run is closed at once', () => {
    const { parts, disk } = table();
    disk.writesLeft = 0;
    const lock = startLock(parts);
    const phone = receiver();
    const connection = lock.connect(247, phone);
    connection.send(Uint8Array.of(0xc0, 0, 1, 9));
    connection.close();
    expect(phone.heard).toEqual({ frames: 0, closed: 1 });
  });

  test('is woken when something is due: a phone that says nothing is sent away after two seconds', () => {
    const { parts, pass } = table();
    const lock = startLock(parts);
    lock.take({ kind: 'touched' });
    const phone = receiver();
    lock.connect(247, phone);
    pass(1999);
    expect(phone.heard.closed).toBe(0);
    pass(2);
    expect(phone.heard.closed).toBe(1);
  });

  test('a timer that rings early is set again', () => {
    const { parts, clock, pass } = table();
    clock.early = 5;
    const lock = startLock(parts);
    lock.take({ kind: 'touched' });
    const phone = receiver();
    lock.connect(247, phone);
    pass(1996);
    expect(phone.heard.closed).toBe(0);
    for (let step = 0; step < 5; step++) pass(1);
    expect(phone.heard.closed).toBe(1);
  });

  test.each([
    ['slept', 60_000],
    ['was set back', -60_000],
  ])('boots anew after its host %s: what it knew of the time is void', (_, slept) => {
    const { parts, seen, clock, pass } = table();
    const lock = startLock(parts);
    const phone = receiver();
    lock.connect(247, phone);
    clock.slept = slept;
    lock.take({ kind: 'touched' });
    expect(seen.boots).toBe(2);
    expect(phone.heard.closed).toBe(1);
    expect(seen.faults).toEqual([
      'the clock of this host stood still or jumped: the lock boots anew',
    ]);
    pass(5000);
    lock.take({ kind: 'touched' });
    expect(seen.boots).toBe(2);
  });

  test('does not mind a clock that is slewed: 500 ppm over a week', () => {
    const { parts, seen, clock } = table();
    const lock = startLock(parts);
    clock.ms = 7 * 86_400_000;
    clock.slept = clock.ms * 500e-6;
    lock.take({ kind: 'touched' });
    expect(seen.boots).toBe(1);
    clock.slept = clock.ms * 700e-6;
    lock.take({ kind: 'touched' });
    expect(seen.boots).toBe(2);
  });

  test('a receiver that throws loses its own connection and no other', () => {
    const { parts, seen } = table();
    const lock = startLock(parts);
    lock.take({ kind: 'touched' });
    const quiet = receiver();
    lock.connect(247, quiet);
    const rude = lock.connect(247, {
      frame: () => {
        throw new Error('socket gone');
      },
      closed: () => undefined,
    });
    rude.send(Uint8Array.of(0xff));
    expect(quiet.heard.closed).toBe(0);
    expect(lock.isWhole()).toBe(true);
    expect(seen.boots).toBe(1);
  });

  test('once stopped does nothing more, whatever still comes', () => {
    const { parts, stored, pass } = table();
    const lock = startLock(parts);
    const phone = receiver();
    const connection = lock.connect(247, phone);
    lock.stop();
    const before = new Map(stored);
    connection.send(Uint8Array.of(1));
    lock.take({ kind: 'reset' });
    pass(10_000_000);
    expect(phone.heard.closed).toBe(1);
    expect(stored).toEqual(before);
  });

  test.each([22, 518, 23.5, Number.NaN])('refuses the MTU %s', (mtu) => {
    expect(() => startLock(table().parts).connect(mtu, receiver())).toThrow(RangeError);
  });
});
