/** The shed of examples/offline-lock with its lock, its server and two phones, on an air that a test moves. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { openHouse } from '../../examples/offline-lock/house.mjs';
import type { VisitResult } from '../../protocol/phone/event.js';
import { type TestAir, testAir } from './offline-lock-air.js';

/** Where the example is. */
export const EXAMPLE = fileURLToPath(new URL('../../examples/offline-lock/', import.meta.url));

const POLICY = JSON.parse(readFileSync(join(EXAMPLE, 'shed.json'), 'utf8'));
let cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.reverse()) cleanUp();
  cleanUps = [];
});

/** A commissioned lock, and both phones with their first bundle. Its end is the test's end. */
export async function house() {
  const air = testAir();
  const folder = mkdtempSync(join(tmpdir(), 'offline-lock-test-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const moved: string[] = [];
  const faults: string[] = [];
  const made = await openHouse({
    policy: POLICY,
    folder,
    lockAdapter: air.controller('lock'),
    phoneAdapter: air.controller('phone'),
    moveBolt: async ({ operation, seconds }: { operation: string; seconds: number }) => {
      moved.push(`${operation} ${seconds}`);
      return true;
    },
    onFault: (error: unknown) => void faults.push(String(error)),
  });
  cleanUps.push(() => made.stop());
  await whileAirMoves(air, made.commission());
  made.enrol('ada');
  made.enrol('ben');
  /** Somebody opens the door: what the phone says, and how often the bolt moved. */
  const visit = async (user: string) => {
    const before = moved.length;
    const result = await whileAirMoves<VisitResult>(air, made.open(user));
    await air.settle();
    return { ...result, moves: moved.length - before };
  };
  return { ...made, air, moved, faults, visit };
}

/** What a promise gives; the lock's adverts go on meanwhile. */
async function whileAirMoves<T>(air: TestAir, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = promise.finally(() => {
    isOver = true;
  });
  over.catch(() => undefined);
  while (!isOver) await air.settle();
  return over;
}
