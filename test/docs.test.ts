/** The pages agree with each other and with the code: links lead somewhere, lists of codes are whole. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { REASON_CODES } from '../src/engine/decision.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const EXAMPLES = ['coworking', 'housing', 'club'].map((world) => `examples/${world}/README.md`);
const PAGES = ['README.md', ...EXAMPLES, ...pagesUnder('docs')];

test('every relative link leads to a file, and its anchor to a heading', () => {
  const broken = PAGES.flatMap((page) =>
    linksOf(page).filter((link) => !leadsSomewhere(page, link)),
  );
  expect(broken).toEqual([]);
});

test('the glossary explains every reason code, in the order in which reasons sort', () => {
  const section = sectionOf('docs/glossary.md', 'Reason codes');
  expect(firstCells(section)).toEqual(['granted', 'door_unlocked', ...REASON_CODES]);
});

test('the clauses list the refusal codes in the order in which reasons sort', () => {
  const list = /Codes, in their order:\*\*([^.]*)\./u.exec(read('docs/clauses.md'))?.[1] ?? '';
  expect([...list.matchAll(/`(\w+)`/gu)].map((match) => match[1])).toEqual([...REASON_CODES]);
});

test('the page of the policy explains every issue code, and no other', () => {
  const union = /type IssueCode =([^;]*);/u.exec(read('src/policy/issue.ts'))?.[1] ?? '';
  const codes = [...union.matchAll(/'(\w+)'/gu)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(20);
  expect(firstCells(sectionOf('docs/policy.md', 'Errors')).sort()).toEqual(codes.sort());
});

test('every reading cited by the clauses is written down, and the clauses weave in each from R1 on', () => {
  const readings = read('docs/decisions/0002-readings-of-the-clauses.md');
  const written = [...readings.matchAll(/^- \*\*(R\d+)\*\*/gmu)].map((match) => match[1]);
  const text = read('docs/clauses.md') + read('docs/policy.md');
  const cited = new Set([...text.matchAll(/\bR\d+\b/gu)].map((match) => match[0]));
  expect([...cited].filter((reading) => !written.includes(reading))).toEqual([]);
  expect(written.filter((reading) => reading !== undefined && !cited.has(reading))).toEqual([]);
});

test('every reading about presence is cited by the clauses, as one of a span or by itself', () => {
  const page = read('docs/decisions/0009-presence-restrictions.md');
  const written = [...page.matchAll(/^- \*\*P(\d+)\*\*/gmu)].map((match) => Number(match[1]));
  expect(written).toEqual(written.map((_, index) => index + 1));
  const cited = [...read('docs/clauses.md').matchAll(/\bP(\d+)\b/gu)].map((match) =>
    Number(match[1]),
  );
  expect(new Set(cited)).toEqual(new Set(written));
});

function pagesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'api' ? [] : pagesUnder(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

function linksOf(page: string): string[] {
  const prose = read(page).replace(/^```.*?^```/gmsu, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/gu)].map((match) => match[1] ?? '');
  return links.filter((link) => !/^[a-z]+:/u.test(link)).map((link) => `${page} → ${link}`);
}

function leadsSomewhere(page: string, described: string): boolean {
  const link = described.slice(described.indexOf('→') + 2);
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).includes(anchor);
}

/** Anchors as GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gmu)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/gu, '-'),
  );
}

function sectionOf(page: string, heading: string): string {
  const text = read(page);
  const start = text.indexOf(`## ${heading}`);
  const end = text.indexOf('\n## ', start + 1);
  return start < 0 ? '' : text.slice(start, end < 0 ? undefined : end);
}

/** What stands in code marks in the first cell of each row. */
function firstCells(section: string): string[] {
  return [...section.matchAll(/^\| `(\w+)`\s*\|/gmu)].map((match) => match[1] ?? '');
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
