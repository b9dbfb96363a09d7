/** Text of `frames.json`: messages cut into frames, and frames that end a connection (line D15). */
import { splitFrames } from '../../session/frames.js';
import { joinBytes } from '../../wire/bytes.js';
import { fromHex } from '../../wire/hex.js';
import { fixedBytes } from './fixed.js';
import { fileText, type Writable } from './notation.js';

const message = (length: number): Uint8Array => {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    fixedBytes(`message ${index}`),
  );
  return joinBytes(...blocks).slice(0, length);
};

/** Text of `frames.json`. */
export function framesFile(): string {
  return fileText(
    'Each message is cut into `frames` for the ATT MTU; each sequence of frames gives `messages`, or ends the connection at its last frame.',
    { split: split(), received: received() },
  );
}

function split(): Writable[] {
  const cases: readonly (readonly [length: number, mtu: number])[] = [
    [1, 23],
    [17, 23],
    [18, 23],
    [36, 23],
    [37, 23],
    [1300, 23],
    [220, 185],
    [511, 517],
    [512, 517],
    [2048, 517],
  ];
  return cases.map(([length, mtu]) => ({
    id: `${length}-bytes-mtu-${mtu}`,
    mtu,
    message: message(length),
    frames: splitFrames(message(length), mtu),
  }));
}

function received(): Writable[] {
  const [first, second, last] = splitFrames(message(50), 23) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const hex = (text: string) => fromHex(text) as Uint8Array;
  const good = (
    id: string,
    frames: readonly Uint8Array[],
    messages: readonly Uint8Array[],
  ): Writable => ({ id, line: 'D15', frames, messages });
  const bad = (id: string, frames: readonly Uint8Array[], code: string): Writable => ({
    id: `D15-${id}`,
    line: 'D15',
    frames,
    code,
  });
  const whole = message(50);
  return [
    good('in-order', [first, second, last], [whole]),
    good('first-twice', [first, first, second, last], [whole]),
    good('middle-three-times', [first, second, second, second, last], [whole]),
    good('last-twice', [first, second, last, last], [whole]),
    good('two-messages', [first, second, last, hex('c00001ab')], [whole, hex('ab')]),
    good('unfinished', [first, second], []),
    bad('gap', [first, last], 'frame_gap'),
    bad('frame-number-2-for-1', [first, second, hex('03ab')], 'frame_gap'),
    bad('one-before-the-last-again', [first, second, first], 'frame_first_again'),
    bad('first-in-the-middle', [first, hex('c00001ab')], 'frame_first_again'),
    bad('no-first', [second], 'frame_not_first'),
    bad('first-with-number-1', [hex('c10001ab')], 'frame_not_first'),
    bad('no-bytes', [hex('')], 'frame_empty'),
    bad('header-alone', [hex('c0')], 'frame_empty'),
    bad('length-alone', [hex('c00001')], 'frame_empty'),
    bad('later-frame-without-bytes', [first, hex('01')], 'frame_empty'),
    bad('length-0', [hex('c00000ab')], 'frame_length'),
    bad('length-2049', [hex('800801ab')], 'frame_length'),
    bad('length-65535', [hex('80ffffab')], 'frame_length'),
    bad('more-than-announced', [hex('c00001abcd')], 'frame_too_much'),
    bad('all-without-the-last-bit', [hex('800001ab')], 'frame_too_much'),
    bad('fewer-than-announced', [hex('c00002ab')], 'frame_too_little'),
    bad('frame-of-515-bytes', [joinBytes(hex('800800'), new Uint8Array(512))], 'frame_too_long'),
    bad(
      'number-64-is-0-again',
      [...splitFrames(message(1300), 23).slice(0, 64), hex('41ab')],
      'frame_gap',
    ),
  ];
}
