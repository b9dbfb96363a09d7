/** Access Evaluation over HTTP: decisions, whose word counts, and what is shown of them. */
import { expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { pointOf, post } from './http.js';

const engine = compilePolicy(site({ assignments: [right('a', 'ada')] }));

test('a permit is the bare decision', async () => {
  const answer = await post(pointOf(engine), '/access/v1/evaluation', {
    subject: { type: 'user', id: 'ada' },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
  });
  expect(answer).toMatchObject({ status: 200, text: '{"decision":true}' });
});
