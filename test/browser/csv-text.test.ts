/** Lists that the portal saves as CSV: what a spreadsheet would run, it must not. */
import { expect, test } from 'vitest';
import { csvText } from '../../examples/portal/src/csv-text.js';

test('a name that begins as a formula gets an apostrophe, also behind white space and with full-width signs', () => {
  const lines = ['=1+1', ' =1+1', '\u00a0@SUM(1)', '\uff1d1+1', '\uff0b1', '+49 30', '-1', 'a=1'];
  expect(csvText(lines.map((name) => [name]))).toBe(
    "'=1+1\r\n' =1+1\r\n'\u00a0@SUM(1)\r\n'\uff1d1+1\r\n'\uff0b1\r\n'+49 30\r\n'-1\r\na=1\r\n",
  );
});

test('nor does one begin behind a semicolon or a bar, where spreadsheets of many countries part cells', () => {
  expect(csvText([['Ada;=1+1;x', 'a; b'], ['Ada, x;\uff1d1']])).toBe(
    'Ada;\'=1+1;x,a; b\r\n"Ada, x;\'\uff1d1"\r\n',
  );
  expect(csvText([['a|@1', 'x;"=1"']])).toBe('a|\'@1,"x;\'""=1"""\r\n');
});

test('what separates cells and lines does not', () => {
  expect(csvText([['a,b', 'say "x"', 'c\r\nd\te\u202e']])).toBe(
    '"a,b","say ""x""",c\u240d\u240ad\u2409e\ufffd\r\n',
  );
});
