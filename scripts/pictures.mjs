// @ts-check
/**
 * Makes the pictures of the documentation from what the program itself says: a week that `doorwright schedule` draws, a
 * decision that `doorwright explain` explains, a withdrawal that `doorwright simulate` plays, the floors that README.md lists.
 * test/pictures.test.ts makes them again and compares.
 *
 * Usage: node scripts/pictures.mjs (needs dist/)
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { decisionPicture } from './picture-of-decision.mjs';
import { withdrawalPicture } from './picture-of-withdrawal.mjs';
import { box, line, picture, text } from './picture-parts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where they lie. */
export const PICTURES = join(root, 'docs/pictures');

/**
 * All pictures by their file's name.
 * @returns {Record<string, string>}
 */
export function pictures() {
  const requests = 'examples/coworking/requests.ndjson';
  const question = [
    'explain',
    'examples/coworking/policy.json',
    requests,
    '--line',
    '56',
    '--json',
  ];
  const plan = '--seed 8 --days 2 --locks 1 --people 4 --withdrawals 1 --power-cuts 0 --online 0.5';
  const week =
    'schedule examples/club/policy.json --id club-nights --zone Europe/Lisbon --week 2026-10-25';
  const request = JSON.parse(read(requests).split('\n')[55] ?? '');
  return {
    'floors.svg': floorsPicture(read('README.md')),
    'week.svg': doorwright([...week.split(' '), '--svg', '-']),
    'decision.svg': decisionPicture(
      request,
      JSON.parse(doorwright(question)),
      read('docs/clauses.md'),
    ),
    'withdrawal.svg': withdrawalPicture(
      JSON.parse(doorwright(['simulate', ...plan.split(' '), '--json'])),
    ),
  };
}

/**
 * The floors as README.md lists them: a number where one begins, folders, and what they are for.
 * @param {string} readme
 */
function floorsPicture(readme) {
  const listing = /```text\n(5 .*?)```/su.exec(readme)?.[1];
  if (listing === undefined) throw new Error('README.md lists no floors');
  const rows = listing.trimEnd().split('\n').map(rowOf);
  /** @type {typeof rows[]} */
  const floors = [];
  for (const row of rows) {
    if (row.floor === '') floors.at(-1)?.push(row);
    else floors.push([row]);
  }
  let top = 56;
  const parts = [text(20, 32, 'An import may go down or stay on its floor, never up', 'ink head')];
  for (const floor of floors) {
    const height = 20 + 22 * floor.length;
    parts.push(
      box(56, top, 680, height),
      text(32, top + height / 2 + 5, floor[0]?.floor ?? '', 'ink head middle'),
    );
    for (const [index, { folders, about }] of floor.entries()) {
      const y = top + 25 + 22 * index;
      parts.push(text(72, y, folders.join('  '), 'ink code'), text(330, y, about, 'soft'));
    }
    top += height + 10;
  }
  parts.push(line([754, 60], [754, top - 12], { tip: 'floors' }));
  const said = floors.map(
    (floor) =>
      `Floor ${floor.map(({ floor: number, folders, about }) => `${number} ${folders.join(' and ')}: ${about}`).join('; ')}.`,
  );
  return picture(
    {
      id: 'floors',
      title: 'The floors of the source',
      description: `From the top. ${said.join(' ')} Imports go down only.`.replace(/\s+/gu, ' '),
      width: 776,
      height: top + 10,
    },
    parts,
  );
}

/** @param {string} written */
function rowOf(written) {
  const [, floor = '', folders = '', about = ''] =
    /^(\d| ) {2}(\S.*?) {3,}(\S.*)$/u.exec(written) ?? [];
  const names = folders.split(/\s+/u).flatMap(spelledOut);
  for (const name of names)
    if (!existsSync(join(root, name)))
      throw new Error(`README.md lists the folder \`${name}\`, which is not there`);
  return { floor: floor.trim(), folders: folders.split(/\s+/u), about };
}

/**
 * `src/checks/{roles,time}` as two folders.
 * @param {string} folder
 */
function spelledOut(folder) {
  const [, before = '', inside] = /^(.*)\{(.*)\}$/u.exec(folder) ?? [];
  return inside === undefined ? [folder] : inside.split(',').map((name) => before + name);
}

/** @param {readonly string[]} words */
function doorwright(words) {
  try {
    return execFileSync(process.execPath, [join(root, 'dist/cli.js'), ...words], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', TZ: 'UTC' },
    });
  } catch (error) {
    // 1 is an answer too: no.
    const { status, stdout } = /** @type {{ status?: number, stdout?: string }} */ (error);
    if (status === 1 && stdout !== undefined) return stdout;
    throw error;
  }
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(PICTURES, { recursive: true });
  for (const [name, svg] of Object.entries(pictures())) writeFileSync(join(PICTURES, name), svg);
}
