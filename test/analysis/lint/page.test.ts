/** docs/lint.md explains every code, and each of its examples has the finding it stands under. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDING_CODES, LINT_RULES, type LintRule } from '../../../src/analysis/lint/catalogue.js';
import { lintPolicy } from '../../../src/analysis/lint/lint-policy.js';
import type { Policy } from '../../../src/index.js';
import { AT, CASES } from './cases.js';

const page = readFileSync('docs/lint.md', 'utf8');
const [top = '', ...sections] = page.split(/^### /mu);
const base = JSON.parse(/examples below[^`]*`at`.*?```json\n(.*?)```/su.exec(top)?.[1] ?? 'null');

test('the page has a section for each code, in the order of the catalogue', () => {
  expect(sections.map((section) => section.slice(0, section.indexOf('\n')))).toEqual(FINDING_CODES);
});

test.each(FINDING_CODES)('%s is told as the catalogue says, and its example has it', (code) => {
  const section = sections.find((each) => each.startsWith(`${code}\n`)) ?? '';
  const { severity, summary, advice, dated }: LintRule = LINT_RULES[code];
  expect(section).toContain(`*${severity}${dated === true ? ', with `at`' : ''}*: ${summary}.\n`);
  expect(section).toContain(`To do: ${advice}.\n`);
  const example = JSON.parse(/```json\n(.*?)```/su.exec(section)?.[1] ?? 'null');
  const { segregation } = CASES[code].options ?? {};
  const found = lintPolicy({ ...base, ...example } as Policy, { at: AT, segregation });
  expect(found.map((finding) => finding.code)).toContain(code);
});
