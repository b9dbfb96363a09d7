/** Where the portal says that something is wrong with a policy. */
import { expect, test } from 'vitest';
import { placesIn } from '../../examples/portal/src/text-places.js';

const lineOf = (text: string, pointer: string) => placesIn(text, [pointer]).lines.get(pointer);

test('a pointer is found on its line', () => {
  const text =
    '{\n "a": [1,\n  { "b/c~": "x, ]\\"}" },\n [[]], {},\n -1.5e3],\n "__proto__":\n {"a": null}}';
  const places = [
    ['', 1],
    ['/a', 2],
    ['/a/0', 2],
    ['/a/1/b~1c~0', 3],
    ['/a/2', 4],
    ['/a/2/0', 4],
    ['/a/4', 5],
    ['/__proto__', 7],
    ['/__proto__/a', 7],
  ] as const;
  for (const [pointer, line] of places)
    expect([pointer, lineOf(text, pointer)]).toEqual([pointer, line]);
  expect(lineOf(text, '/a/5')).toBeUndefined();
  expect(lineOf(text, '/constructor')).toBeUndefined();
});

test('of a member written twice it is the second, which is what was read, and the repeat is told', () => {
  const text = '{"doors": [],\n"d\\u006fors": [{\n"id": 1}]}';
  expect(lineOf(text, '/doors/0/id')).toBe(3);
  expect(placesIn(text, []).repeated).toEqual([{ pointer: '/doors', line: 2 }]);
});

test.each([
  ['{\n"a": }', 2],
  ['{\n"version": 1,', 2],
  ['[1\n2]', 2],
  ['{"a":\n\n "x', 3],
  ['{}\n{}', 2],
  ['nothing', 1],
  ['', 1],
  // The message repeats the text, which is not to be believed.
  ['{"a": line 99}', 1],
  ['{"position 3": 1,\n"x" 2}', 2],
])('%j ceases to be JSON on line %i', (text, line) => {
  expect(placesIn(text, []).stopsAt).toBe(line);
});

test('what nests a hundred thousand deep, and a thousand faults in a megabyte, are found at once', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(lineOf(`{"x": ${deep},\n"version": 2}`, '/version')).toBe(2);
  const doors = Array.from({ length: 20_000 }, (_, index) => `{"id": "d${index}", "place": 1}`);
  const pointers = Array.from({ length: 1000 }, (_, index) => `/doors/${index + 19_000}/place`);
  const started = performance.now();
  const { lines } = placesIn(`{"doors": [${doors.join(',\n')}]}`, pointers);
  expect(lines.get('/doors/19999/place')).toBe(20_000);
  expect(lines.size).toBe(1000);
  // Walked once for each pointer, it took minutes.
  expect(performance.now() - started).toBeLessThan(10_000);
});
