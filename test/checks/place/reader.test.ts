import { describe, expect, test } from 'vitest';
import { countingReader, effectiveMethod } from '../../../src/checks/place/reader.js';

const READERS = [{ id: 'r-in' }, { id: 'r-out', direction: 'exit' as const }];
const HOSTILE: unknown[] = [
  undefined,
  null,
  '',
  'TAP',
  ' tap',
  'nfc',
  0,
  1,
  NaN,
  true,
  ['tap'],
  { tap: 1 },
  Symbol('tap'),
  new String('tap'),
];

describe('the reader that counts', () => {
  test.each(['tap', 'card', 'qr'])('is one of the door’s with a stated %s', (method) => {
    expect(countingReader(READERS, method, 'r-out')).toBe(READERS[1]);
  });

  test.each(['remote', 'link', ...HOSTILE])('is none with the method %s', (method) => {
    expect(countingReader(READERS, method, 'r-in')).toBeUndefined();
  });

  test.each(['r-other', 'R-IN', ...HOSTILE])('is none for the reader %s', (reader) => {
    expect(countingReader(READERS, 'tap', reader)).toBeUndefined();
  });

  test('is none at a door without readers', () => {
    expect(countingReader(undefined, 'tap', 'r-in')).toBeUndefined();
    expect(countingReader([], 'tap', 'r-in')).toBeUndefined();
  });
});

describe('the method that counts', () => {
  test.each(['tap', 'card', 'qr'] as const)('is %s at one of the door’s readers', (method) => {
    expect(effectiveMethod(READERS, method, 'r-in', false)).toBe(method);
  });

  test.each(['tap', 'card', 'qr'] as const)('is %s at a door that has no readers', (method) => {
    expect(effectiveMethod(undefined, method, undefined, false)).toBe(method);
    expect(effectiveMethod([], method, 'r-in', false)).toBe(method);
  });

  test.each(['tap', 'card', 'qr'])('is remote for %s away from the door’s readers', (method) => {
    expect(effectiveMethod(READERS, method, undefined, false)).toBe('remote');
    expect(effectiveMethod(READERS, method, 'r-other', false)).toBe('remote');
    expect(effectiveMethod(READERS, method, 'r-other', true)).toBe('remote');
  });

  test('is link only for a link', () => {
    expect(effectiveMethod(READERS, 'link', undefined, true)).toBe('link');
    expect(effectiveMethod(READERS, 'link', 'r-in', true)).toBe('link');
    expect(effectiveMethod(READERS, 'link', undefined, false)).toBe('remote');
  });

  test.each(HOSTILE)('is remote for the statement %s', (method) => {
    expect(effectiveMethod(READERS, method, 'r-in', false)).toBe('remote');
    expect(effectiveMethod(undefined, method, 'r-in', true)).toBe('remote');
  });
});
