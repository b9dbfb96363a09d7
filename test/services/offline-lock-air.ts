/** The virtual air of `examples/offline-lock` in a test's hand: time passes when the test says so. */
import { virtualAir } from '../../examples/offline-lock/virtual/air.mjs';
import { VirtualController } from '../../examples/offline-lock/virtual/controller.mjs';

/** Something on its way through the air. */
export interface Flight {
  readonly kind: 'advert' | 'data';
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
}

/** An air that a test moves. */
export interface TestAir {
  /** Whether something arrives; a test may put anything in its place. */
  carries: (flight: Flight) => boolean;
  controller(name: string): VirtualController;
  /** Lets everything come to rest that was begun, with two adverts of each lock: noble tells the second. */
  settle(): Promise<void>;
}

/** Makes one, with nobody in it. */
export function testAir(): TestAir {
  const adverting = new Set<() => void>();
  const air = virtualAir({
    carries: (flight: Flight) => made.carries(flight),
    repeat: (_: number, callback: () => void) => {
      adverting.add(callback);
      return () => adverting.delete(callback);
    },
  });
  let number = 0;
  const made: TestAir = {
    carries: () => true,
    controller: (name) => new VirtualController(air, name, ++number),
    async settle() {
      for (let round = 0; round < 3; round++) {
        for (const advert of [...adverting]) advert();
        await turns(60);
      }
    },
  };
  return made;
}

/** So many turns of the event loop: each hop through a stack or the air is one. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
