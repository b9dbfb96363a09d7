/** Where the portal says that something is wrong with a policy. */
import { expect, test } from 'vitest';
import { readSite } from '../../examples/portal/src/sites.js';
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

const POLICY = '{"version": 1, "organization": {"id": "o", "timeZone": "UTC"}, "places": []';

test('a policy with a member written twice is refused, as `doorwright check` refuses it', () => {
  expect(readSite('own', `${POLICY}}`)).toHaveProperty('site');
  expect(readSite('own', `${POLICY},\n"places": []}`)).toEqual({
    faults: [{ line: 2, pointer: '/places', message: 'written twice in one object' }],
  });
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
  const read = readSite('own', text);
  expect('faults' in read && read.faults.map((fault) => fault.line)).toEqual([line]);
});

test('what nests a hundred thousand deep, and a thousand faults in a megabyte, are told at once', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const nested = readSite('own', `{"x": ${deep},\n"version": 2}`);
  expect(
    'faults' in nested && nested.faults.find(({ pointer }) => pointer === '/version')?.line,
  ).toBe(2);
  const doors = Array.from(
    { length: 20_000 },
    (_, index) => `{"id": "d${index}", "place": 1, "none": 0}`,
  );
  const started = performance.now();
  const many = readSite('own', `${POLICY},\n"doors": [${doors.join(',\n')}]}`);
  expect('faults' in many && many.faults.length).toBeGreaterThanOrEqual(1000);
  expect('faults' in many && many.faults[999]?.line).toBeGreaterThan(300);
  // Walked once for each fault, it took minutes.
  expect(performance.now() - started).toBeLessThan(10_000);
});
