/** What the phone's page says: every result of the protocol in words, and never less than somebody must know. */
import { describe, expect, test } from 'vitest';
import type { WishEnd } from '../../examples/phone/src/view.js';
import {
  endSentence,
  troubleSentence,
  whySentence,
  wordsOf,
} from '../../examples/phone/src/words.js';
import { STATUS_NUMBERS, type Status } from '../../protocol/status.js';

const END: WishEnd = {
  ...{ code: 'permitted', status: null, missing: 0, mayHaveActed: false, retryable: false },
  ...{ chooser: null, fault: null, at: 0 },
};

describe.each(['en', 'de'] as const)('in %s', (language) => {
  const words = wordsOf(language);
  const codes = Object.keys(words.ends) as WishEnd['code'][];

  test('each end of a wish has a sentence of its own', () => {
    const sentences = codes.map((code) => endSentence(words, { ...END, code }));
    expect(new Set(sentences).size).toBe(codes.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}.+[.:]/u);
  });

  test('a door that may be open is said to be, whatever else is said', () => {
    for (const code of codes.filter((one) => one !== 'permitted')) {
      for (const status of [null, 'bolt_failed', 'revoked'] as const) {
        const open = endSentence(words, { ...END, code, status, mayHaveActed: true });
        expect(open).toContain(words.labels.mayBeOpen);
        const shut = endSentence(words, { ...END, code, status });
        expect(shut).not.toContain(words.labels.mayBeOpen);
      }
    }
  });

  test('each no of a lock says why, and one that is never told to a phone is at least named', () => {
    const said = new Set<string>();
    for (const status of Object.keys(STATUS_NUMBERS) as Status[]) {
      if (status === 'permitted') continue;
      const sentence = endSentence(words, { ...END, code: 'refused', status });
      expect(sentence.length).toBeGreaterThan(words.ends.refused.length + 5);
      said.add(sentence);
    }
    expect(said.size).toBe(Object.keys(STATUS_NUMBERS).length - 1);
  });

  test('what a door asks for besides is named', () => {
    const end = { ...END, code: 'requirement_missing', missing: 6 } as const;
    expect(endSentence(words, end)).toContain(words.requirements['phone-unlocked']);
    expect(endSentence(words, end)).toContain(words.requirements['hardware-key']);
    expect(endSentence(words, end)).not.toContain(words.requirements.ranging);
  });

  test('a code that nobody knew when this was written is shown as it is', () => {
    expect(troubleSentence(words, 'from_the_future')).toContain('(from_the_future)');
    expect(whySentence(words, 'from_the_future')).toContain('(from_the_future)');
  });
});

test('both languages have words for the same troubles and reasons', () => {
  const [english, german] = [wordsOf('en'), wordsOf('de')];
  expect(Object.keys(german.troubles)).toEqual(Object.keys(english.troubles));
  expect(Object.keys(german.whys)).toEqual(Object.keys(english.whys));
});
