import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addFrame,
  type FrameCode,
  isInsideMessage,
  NO_FRAMES,
  type Reassembly,
  splitFrames,
} from '../../../protocol/session/frames.js';
import { MTU_MAX, MTU_MIN } from '../../../protocol/session/mtu.js';
import { runs } from '../../helpers/runs.js';

/** What comes out of a link that delivers these frames: messages, or the code that ended it. */
function deliver(frames: readonly Uint8Array[]): {
  messages: Uint8Array[];
  ended: FrameCode | undefined;
} {
  let state: Reassembly = NO_FRAMES;
  const messages: Uint8Array[] = [];
  for (const frame of frames) {
    const added = addFrame(state, frame);
    if (!added.ok) return { messages, ended: added.code };
    state = added.value.state;
    if (added.value.message !== null) messages.push(added.value.message);
  }
  return { messages, ended: undefined };
}

const pattern = (length: number, seed = 0) =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7 + seed) & 255);

const ended = (...frames: readonly (readonly number[])[]) =>
  deliver(frames.map((frame) => Uint8Array.from(frame))).ended;

describe('splitting', () => {
  test('a short message is one frame that is first and last', () => {
    expect(splitFrames(Uint8Array.of(7, 8), 23)).toEqual([Uint8Array.of(0xc0, 0, 2, 7, 8)]);
  });

  test('a message of 18 bytes at MTU 23 has one byte in its second frame', () => {
    const [first, second, ...rest] = splitFrames(pattern(18), 23);
    expect(rest).toEqual([]);
    expect(first).toHaveLength(20);
    expect(first?.slice(0, 3)).toEqual(Uint8Array.of(0x80, 0, 18));
    expect(second).toEqual(Uint8Array.of(0x41, 17 * 31));
  });

  test('the number starts again after 63', () => {
    const frames = splitFrames(pattern(2048), 23);
    expect(frames).toHaveLength(108);
    expect(frames.map((frame) => (frame[0] as number) & 63)).toEqual(
      frames.map((_, index) => index % 64),
    );
  });

  test('every MTU carries every length to the other side (H4)', () => {
    for (let mtu = MTU_MIN; mtu <= MTU_MAX; mtu++) {
      for (const length of [1, mtu - 7, mtu - 6, mtu - 5, mtu - 4, 64, 2047, 2048]) {
        const message = pattern(length, mtu);
        const frames = splitFrames(message, mtu);
        expect(frames.every((frame) => frame.length >= 2 && frame.length <= mtu - 3)).toBe(true);
        const { messages, ended: code } = deliver(frames);
        expect([messages.length, code]).toEqual([1, undefined]);
        expect(Buffer.compare(messages[0] as Uint8Array, message)).toBe(0);
      }
    }
  });

  test('no message without bytes, above 2048, or for an MTU no link has', () => {
    expect(() => splitFrames(new Uint8Array(0), 23)).toThrow(RangeError);
    expect(() => splitFrames(new Uint8Array(2049), 23)).toThrow(RangeError);
    for (const mtu of [22, 518, 23.5, Number.NaN, -1]) {
      expect(() => splitFrames(Uint8Array.of(1), mtu)).toThrow(RangeError);
    }
  });

  test('frames are copies: changing them changes no message', () => {
    const message = pattern(4);
    const [frame] = splitFrames(message, 23);
    (frame as Uint8Array).fill(0);
    expect(message).toEqual(pattern(4));
  });
});

describe('D15 what must end the connection:', () => {
  const ROWS: readonly (readonly [string, FrameCode, readonly (readonly number[])[]])[] = [
    ['a frame without header', 'frame_empty', [[]]],
    ['a frame above 514 bytes', 'frame_too_long', [[0xc0, 2, 0, ...pattern(512)]]],
    ['a frame in the middle at the start', 'frame_not_first', [[0x00, 1]]],
    ['a last frame at the start', 'frame_not_first', [[0x40, 1]]],
    ['a first frame that is number 1', 'frame_not_first', [[0xc1, 0, 1, 9]]],
    ['a first frame without length', 'frame_empty', [[0x80]]],
    ['a first frame with half a length', 'frame_empty', [[0x80, 1]]],
    ['a first frame without bytes', 'frame_empty', [[0x80, 0, 1]]],
    ['a length of 0', 'frame_length', [[0xc0, 0, 0, 1]]],
    ['a length of 2049', 'frame_length', [[0x80, 8, 1, 1]]],
    ['a length of 65535', 'frame_length', [[0x80, 255, 255, 1]]],
    [
      'a message that begins in another',
      'frame_first_again',
      [
        [0x80, 0, 9, 1],
        [0xc0, 0, 1, 7],
      ],
    ],
    [
      'its own first frame altered',
      'frame_first_again',
      [
        [0x80, 0, 9, 1],
        [0x80, 0, 9, 2],
      ],
    ],
    [
      'a gap',
      'frame_gap',
      [
        [0x80, 0, 9, 1],
        [0x02, 1],
      ],
    ],
    [
      'the frame before, altered',
      'frame_gap',
      [
        [0x80, 0, 9, 1],
        [1, 2],
        [1, 3],
      ],
    ],
    [
      'the frame before the last one',
      'frame_gap',
      [
        [0x80, 0, 9, 1],
        [1, 2],
        [2, 3],
        [1, 2],
      ],
    ],
    ['a further frame without bytes', 'frame_empty', [[0x80, 0, 9, 1], [0x01]]],
    [
      'more bytes than announced',
      'frame_too_much',
      [
        [0x80, 0, 2, 1],
        [0x41, 2, 3],
      ],
    ],
    ['more bytes than announced at once', 'frame_too_much', [[0xc0, 0, 1, 1, 2]]],
    ['all bytes and no end', 'frame_too_much', [[0x80, 0, 2, 1, 2]]],
    ['an end before all bytes', 'frame_too_little', [[0xc0, 0, 2, 1]]],
    [
      'an end in the middle',
      'frame_too_little',
      [
        [0x80, 0, 9, 1],
        [0x41, 2],
      ],
    ],
    [
      'a frame after the end',
      'frame_not_first',
      [
        [0xc0, 0, 1, 9],
        [0x01, 1],
      ],
    ],
  ];
  test.each(ROWS)('%s', (_, code, frames) => {
    expect(ended(...frames)).toBe(code);
  });

  test('a message that never ends stops at what it announced', () => {
    let state: Reassembly = NO_FRAMES;
    let taken = 0;
    for (let index = 0; index < 5000; index++) {
      const frame = index === 0 ? [0x80, 8, 0, 1] : [index & 63, index & 255];
      const added = addFrame(state, Uint8Array.from(frame));
      if (!added.ok) break;
      state = added.value.state;
      taken += 1;
    }
    expect(taken).toBe(2047);
  });
});

describe('what a link may do:', () => {
  test('the frame before, byte for byte, is ignored, also after the end of its message', () => {
    const frames = splitFrames(pattern(200), 23);
    const twice = frames.flatMap((frame) => [frame, frame, frame]);
    expect(deliver(twice)).toEqual({ messages: [pattern(200)], ended: undefined });
    const two = [...twice, ...splitFrames(pattern(3), 23)];
    expect(deliver(two).messages).toEqual([pattern(200), pattern(3)]);
  });

  test('a message is open from its first frame to its last', () => {
    const [first, last] = splitFrames(pattern(18), 23) as [Uint8Array, Uint8Array];
    const one = addFrame(NO_FRAMES, first);
    const two = one.ok ? addFrame(one.value.state, last) : one;
    expect(isInsideMessage(NO_FRAMES)).toBe(false);
    expect(one.ok && isInsideMessage(one.value.state)).toBe(true);
    expect(two.ok && isInsideMessage(two.value.state)).toBe(false);
  });

  test('what was taken in does not change with the buffer it came in', () => {
    const [first, last] = splitFrames(pattern(18), 23) as [Uint8Array, Uint8Array];
    const one = addFrame(NO_FRAMES, first);
    first.fill(0);
    const two = one.ok ? addFrame(one.value.state, last) : one;
    expect(two.ok && two.value.message).toEqual(pattern(18));
  });
});

const message = fc.uint8Array({ minLength: 1, maxLength: 300 });
const mtu = fc.integer({ min: MTU_MIN, max: 80 });

describe('laws', () => {
  // Two losses can fit together to a mixture of right length: that is what the AEAD above is for.
  test('whatever a link doubles, and one frame lost or swapped, only messages that were sent come out', () => {
    const link = fc.record({
      messages: fc.array(message, { minLength: 1, maxLength: 4 }),
      size: mtu,
      doubled: fc.array(fc.nat(40), { maxLength: 8 }),
      hurting: fc.constantFrom('none', 'drop', 'swap'),
      at: fc.nat(40),
    });
    fc.assert(
      fc.property(link, ({ messages, size, doubled, hurting, at }) => {
        // As under AEAD, no two messages of a link are alike: each starts with its number.
        const numbered = messages.map((body, index) => Uint8Array.of(index, ...body));
        const sent = numbered.flatMap((body) => splitFrames(body, size));
        const index = at % sent.length;
        const hurt = hurtFrame(sent, hurting, index);
        const twice = hurt.flatMap((frame, place) =>
          doubled.includes(place) ? [frame, frame] : [frame],
        );
        const got = deliver(twice);
        const isSent = (one: Uint8Array) =>
          numbered.some((body) => Buffer.compare(body, one) === 0);
        expect(got.messages.every(isSent)).toBe(true);
        if (hurting === 'none') expect(got).toEqual({ messages: numbered, ended: undefined });
        else if (hurting === 'drop') expect(got.messages.length).toBeLessThan(numbered.length);
      }),
      { numRuns: runs(600), seed: 41 },
    );
  });

  test('no frames of a stranger make it throw, or keep more than one message', () => {
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc
        .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 6 }))
        .map(([header, rest]) => Uint8Array.of(header, 0, ...rest)),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 40 }), (frames) => {
        let state: Reassembly = NO_FRAMES;
        for (const one of frames) {
          const added = addFrame(state, one);
          if (!added.ok) return;
          state = added.value.state;
          const kept = state.parts.reduce((sum, part) => sum + part.length, 0);
          expect(kept).toBe(state.received);
          expect(isInsideMessage(state) ? kept < state.total : kept === 0).toBe(true);
        }
      }),
      { numRuns: runs(1000), seed: 42 },
    );
  });
});

function hurtFrame(frames: readonly Uint8Array[], hurting: string, at: number): Uint8Array[] {
  const out = [...frames];
  if (hurting === 'drop') out.splice(at, 1);
  if (hurting === 'swap') out.splice(at, 2, ...out.slice(at, at + 2).reverse());
  return out;
}
