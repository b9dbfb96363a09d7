/** Run in Node as ESM, in Node from a bundle, and in a bare context from a browser bundle. */
import { compilePolicy, PolicyError, parsePolicy } from 'doorwright';

const policy = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kiwi' },
  places: [{ id: 'hq' }],
  doors: [{ id: 'front', place: 'hq' }],
  users: [{ id: 'ada' }, { id: 'bob' }],
  assignments: [
    {
      id: 'a1',
      subject: { type: 'user', id: 'ada' },
      role: 'guest',
      scope: { type: 'door', id: 'front' },
      validity: {
        schedule: {
          recurrences: [
            { start: '2026-01-05T09:00', duration: 'PT2H', rrule: 'FREQ=WEEKLY;BYDAY=MO' },
          ],
        },
      },
    },
  ],
};
const engine = compilePolicy(policy);
const ask = (id, time) =>
  engine.decide({
    subject: { type: 'user', id },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time },
  }).context.reason;

const issues = (() => {
  try {
    compilePolicy({ version: 1, organization: { id: '' } });
    return 'none';
  } catch (error) {
    return error instanceof PolicyError ? error.issues[0].pointer : String(error);
  }
})();

// One line, so that each way of loading the package can be compared with the others.
globalThis.told = [
  ask('ada', '2026-07-06T07:30:00Z'),
  ask('ada', '2026-07-06T09:30:00Z'),
  ask('bob', '2026-07-06T07:30:00Z'),
  issues,
  parsePolicy(policy).ok,
].join(' ');
