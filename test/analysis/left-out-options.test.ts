/** Questions asked without their options, as only a program without types can: the message says what is missing. */
import { expect, test } from 'vitest';
import {
  accessReview,
  diffPolicies,
  openHours,
  whoCouldEver,
} from '../../src/adapters/for-analysis.js';
import { compilePolicy } from '../../src/index.js';
import { site } from '../helpers/builders.js';

const policy = site({});
const engine = compilePolicy<unknown>(policy);
const nothing = undefined as never;

test.each([
  ['diffPolicies', () => diffPolicies(engine, engine, nothing), '`from` is no RFC 3339'],
  ['openHours', () => openHours(engine, { type: 'user', id: 'ada' }, nothing), 'missing'],
  ['whoCouldEver', () => whoCouldEver(engine, { type: 'door', id: 'front' }, nothing), 'missing'],
  ['accessReview', () => accessReview(engine, nothing), 'missing'],
] as const)('%s', (_, ask, message) => {
  expect(ask).toThrow(message);
});
