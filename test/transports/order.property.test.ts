/** Whatever happens to links in whatever order, each transport keeps the order that the port promises. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Link, LinkEvent } from '../../protocol/session/transport.js';
import { runs } from '../helpers/runs.js';
import type { Wait } from './fake-lock.js';
import { blePlxRig, capacitorRig, type Rig, webRig } from './rigs.js';

/** One thing that happens: at a lock, on a link, or in the library's inside. */
type Step =
  | {
      readonly kind: 'connect' | 'hang-up' | 'lose' | 'lock-sends' | 'leave' | 'return';
      readonly lock: 0 | 1;
    }
  | { readonly kind: 'send' | 'disconnect'; readonly link: number }
  | { readonly kind: 'fail'; readonly lock: 0 | 1; readonly what: string }
  | { readonly kind: 'answer'; readonly which: number };

const lock = fc.constantFrom(0 as const, 1 as const);
const link = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('connect' as const), lock }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), link }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lock-sends' as const), lock }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('disconnect' as const), link }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'hang-up' as const,
        'lose' as const,
        'leave' as const,
        'return' as const,
      ),
      lock,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      lock,
      what: fc.constantFrom('connect', 'discover', 'mtu', 'read', 'subscribe', 'write'),
    }),
  },
  { weight: 16, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: fc.nat(7) }) },
);

/** Answers of a library that are due, given when a run says so. */
class Due {
  readonly #answers: (() => void)[] = [];

  wait: Wait = () =>
    new Promise<void>((resolve) => {
      this.#answers.push(resolve);
    });

  async give(which: number): Promise<boolean> {
    await turn();
    const [answer] = this.#answers.splice(which % Math.max(1, this.#answers.length), 1);
    answer?.();
    await turn();
    return answer !== undefined;
  }

  async giveAll(): Promise<void> {
    for (let more = true; more; ) more = await this.give(0);
  }
}

/** A link, what was asked of it and what it told. */
interface Told {
  readonly lock: 0 | 1;
  readonly events: LinkEvent[];
  readonly sent: number[];
  /** Which of its lock's connections it is. */
  connection: number;
  link?: Link;
  isGivenUp: boolean;
}

const RIGS: Readonly<Record<string, (wait: Wait) => Promise<Rig>>> = {
  'Web Bluetooth': (wait) => webRig(wait),
  'react-native-ble-plx': (wait) => blePlxRig(wait),
  Capacitor: (wait) => capacitorRig(wait),
};

describe.each(Object.entries(RIGS))('over %s', (_, makeRig) => {
  test('a link tells connected at most once, frames in order and one end, and leaves nothing behind', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const due = new Due();
      const run = new Run(await makeRig(due.wait), due);
      await due.giveAll();
      for (const each of steps) await run.do(each);
      await run.finish();
    });
    await fc.assert(property, { numRuns: runs(200), seed: 20_261_122 });
  });
});

class Run {
  readonly #rig: Rig;
  readonly #due: Due;
  readonly #told: Told[] = [];
  #isCalling = false;
  #wasToldInCall = false;
  #numbers = 0;

  constructor(rig: Rig, due: Due) {
    this.#rig = rig;
    this.#due = due;
  }

  async do(step: Step): Promise<void> {
    const { locks } = this.#rig;
    switch (step.kind) {
      case 'connect':
        this.#connect(step.lock);
        break;
      case 'send':
        this.#send(this.#told[step.link]);
        break;
      case 'disconnect':
        this.#giveUp(this.#told[step.link]);
        break;
      case 'lock-sends':
        locks[step.lock].send(this.#next());
        break;
      case 'hang-up':
        locks[step.lock].hangUp();
        break;
      case 'lose':
        locks[step.lock].hangUp('lost');
        break;
      case 'leave':
      case 'return':
        locks[step.lock].isInRange = step.kind === 'return';
        break;
      case 'fail':
        locks[step.lock].fails.push(step.what);
        break;
      case 'answer':
        await this.#due.give(step.which);
    }
    await turn();
  }

  /** Ends everything, looks at all of it, and connects once more. */
  async finish(): Promise<void> {
    const { locks } = this.#rig;
    for (const told of this.#told) this.#giveUp(told);
    await this.#due.giveAll();
    for (const told of this.#told) this.#check(told);
    expect(this.#wasToldInCall).toBe(false);
    expect(this.#rig.leftovers()).toEqual([]);
    for (const lock of [0, 1] as const) {
      expect(locks[lock].isConnected()).toBe(false);
      locks[lock].isInRange = true;
      locks[lock].fails.length = 0;
      const told = this.#connect(lock);
      await this.#due.giveAll();
      expect(told.events.map(({ kind }) => kind)).toEqual(['connected']);
    }
  }

  #connect(lock: 0 | 1): Told {
    const { transport, locks } = this.#rig;
    const told: Told = { lock, events: [], sent: [], connection: -1, isGivenUp: false };
    this.#told.push(told);
    this.#call(() => {
      told.link = transport.connect(locks[lock].address, (event) => {
        this.#wasToldInCall ||= this.#isCalling;
        told.events.push(event);
        if (event.kind === 'connected') told.connection = locks[lock].notified.length - 1;
      });
    });
    return told;
  }

  #send(told: Told | undefined): void {
    if (told?.link === undefined) return;
    const { link, events, isGivenUp } = told;
    const bytes = this.#next();
    if (events.length === 0 && !isGivenUp) {
      expect(() => this.#call(() => link.send(bytes))).toThrow(TypeError);
      return;
    }
    this.#call(() => link.send(bytes));
    if (!isGivenUp && events.at(-1)?.kind !== 'disconnected') told.sent.push(numberOf(bytes));
  }

  #giveUp(told: Told | undefined): void {
    if (told?.link === undefined) return;
    const { link } = told;
    this.#call(() => link.disconnect());
    told.isGivenUp = true;
  }

  #check({ events, lock, connection, sent }: Told): void {
    const kinds = events.map(({ kind }) => kind).join(' ');
    expect(kinds).toMatch(/^(?:connected (?:frame )*)?disconnected$/u);
    const [first, last] = [events[0], events.at(-1)];
    const ends =
      first?.kind === 'connected' ? ['local', 'remote', 'lost'] : ['local', 'unreachable'];
    expect(ends).toContain(last?.kind === 'disconnected' ? last.end : undefined);
    const heard = events.flatMap((event) =>
      event.kind === 'frame' ? [numberOf(event.bytes)] : [],
    );
    const { received, notified } = this.#rig.locks[lock];
    expect(heard).toEqual((notified[connection] ?? []).slice(0, heard.length).map(numberOf));
    const arrived = received.map(numberOf).filter((number) => sent.includes(number));
    expect(arrived).toEqual(sent.slice(0, arrived.length));
  }

  #call(work: () => void): void {
    this.#isCalling = true;
    try {
      work();
    } finally {
      this.#isCalling = false;
    }
  }

  /** Bytes that no other frame of this run has. */
  #next(): Uint8Array {
    this.#numbers += 1;
    return Uint8Array.of(this.#numbers >> 8, this.#numbers & 255);
  }
}

function numberOf([high = 0, low = 0]: Uint8Array): number {
  return (high << 8) | low;
}

/** Lets everything come about that waits for nothing. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
