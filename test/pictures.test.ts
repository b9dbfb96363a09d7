/**
 * The pictures of the documentation show what the program does now: a clause renamed, a decision explained otherwise, a
 * simulation that runs differently or a picture edited by hand fails here. `node scripts/pictures.mjs` makes them anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PICTURES, pictures } from '../scripts/pictures.mjs';

const made: Readonly<Record<string, string>> = pictures();
const concepts = readFileSync('docs/concepts.md', 'utf8');

test('there is no picture that the program does not make', () => {
  expect(readdirSync(PICTURES).sort()).toEqual(Object.keys(made).sort());
});

test.each(Object.entries(made))('%s is what the program makes of it', (name, svg) => {
  expect(readFileSync(join(PICTURES, name), 'utf8')).toBe(svg);
});

test.each(Object.entries(made))(
  '%s says in words what it shows, in light and in dark',
  (name, svg) => {
    expect(svg).toMatch(/<title id="[\w-]+">[^<]{10,}<\/title>/u);
    expect(svg).toMatch(/<desc id="[\w-]+">[^<]{100,}<\/desc>/u);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/undefined|NaN|https?:\/\/(?!www\.w3\.org\/2000\/svg)/u);
    expect(concepts).toMatch(new RegExp(`!\\[[^\\]]{60,}\\]\\(pictures/${name}\\)`, 'u'));
  },
);

test('the commands that the page gives are those the pictures are made by', () => {
  const script = readFileSync('scripts/pictures.mjs', 'utf8');
  for (const [, options = ''] of concepts.matchAll(
    /^npx doorwright (?:simulate|schedule) (?:\S+\.json )?(--.*)$/gmu,
  ))
    expect(script).toContain(options);
});
