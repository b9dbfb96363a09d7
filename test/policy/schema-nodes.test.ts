import * as valibot from 'valibot';
import { describe, expect, test } from 'vitest';
import { v } from '../../src/policy/schema-nodes.js';
import { valibotSchema } from '../../src/policy/schema-valibot.js';
import { metafileOf } from '../helpers/metafile.js';

describe('the words of schemas', () => {
  const text = valibot.string();
  const steps: [keyof typeof v, ...unknown[]][] = [
    ['minLength', 3],
    ['maxLength', 4],
    ['maxEntries', 5],
    ['minValue', -1],
    ['maxValue', 6],
    ['gtValue', 0],
    ['integer'],
    ['regex', /^a$/u, 'must be a'],
    ['check', () => true, 'must be so'],
    ['metadata', { issueCode: 'span' }],
    ['string'],
    ['number'],
    ['boolean'],
    ['literal', 1],
    ['picklist', ['a', 'b']],
    ['strictObject', { a: text }],
    ['array', text],
    ['strictTuple', [text, text]],
    ['record', text, text],
    ['union', [text, valibot.number()]],
    ['optional', text],
    ['pipe', { type: 'string' }, { type: 'min_length' }],
  ];

  test('are all held here', () => {
    expect(steps.map(([word]) => word).sort()).toEqual(Object.keys(v).sort());
  });

  test.each(steps)('`%s` says what the same word of valibot says', (word, ...args) => {
    const call = (words: object) =>
      (words as Record<string, (...args: unknown[]) => Record<string, unknown>>)[word]?.(...args);
    const ours = call(v) ?? {};
    const theirs = call(valibot) ?? {};
    expect(ours['type']).toBe(theirs['type']);
    for (const [member, said] of Object.entries(ours)) {
      if (said !== undefined) expect(theirs[member]).toEqual(said);
    }
  });

  test('make no valibot schema of a word or bound that is not among them', () => {
    expect(() => valibotSchema({ type: 'map' })).toThrow('schema not understood `map`');
    const strange = { type: 'string', pipe: [{ type: 'string' }, { type: 'email' }] };
    expect(() => valibotSchema(strange)).toThrow('step not understood `email`');
  });

  test('leave valibot out of what runs', async () => {
    const metafile = await metafileOf('src/index.ts');
    const imported = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.flatMap(({ path, external }) => (external ? [path] : [])),
    );
    expect(imported).toContain('luxon');
    expect(imported).not.toContain('valibot');
  });
});
