/** What lint says of the three example sites: every warning is there on purpose, with the reason why. */
import { expect, test } from 'vitest';
import { lintPolicy } from '../../../src/analysis/lint/lint-policy.js';
import type { Policy } from '../../../src/index.js';
import { readExamples } from '../../helpers/examples.js';
import { AT } from './cases.js';

/** Warnings by site, as `code: first words of the message`. A changed example has to be looked at anew. */
const REVIEWED: Readonly<Record<string, readonly string[]>> = {
  club: [
    // A club has second factors at its strongroom alone.
    'privileged_without_second_factor: role `manager` opens 12 doors and stops of the organisation',
    'privileged_without_second_factor: role `owner` opens 12 doors and stops of the organisation',
    'privileged_without_second_factor: role `shift_lead` opens 8 doors and stops of place `farol`',
    // Sunday from one to two: the hour that Lisbon skips and repeats is what the schedule is about.
    'transition_hour: schedule `',
  ],
  coworking: [
    'privileged_without_second_factor: role `organization_access_manager` opens 19',
    'privileged_without_second_factor: role `organization_administrator` opens 19',
    'privileged_without_second_factor: role `organization_owner` opens 19',
    'privileged_without_second_factor: role `place_access_manager` opens 11',
    'privileged_without_second_factor: role `place_administrator` opens 11',
    'privileged_without_second_factor: role `place_access_manager` opens 8',
    'privileged_without_second_factor: role `place_administrator` opens 8',
    // Weekend evenings end at half past two, in two cities whose clocks change at two.
    'transition_hour: schedule `',
    'transition_hour: schedule `',
    // Nobody is to be in the flooded court at all.
    'lockdown_blocks_exit: lockdown `flood-freight`',
  ],
  housing: [
    'privileged_without_second_factor: role `administrator` opens 39',
    'privileged_without_second_factor: role `manager` opens 13',
    'privileged_without_second_factor: role `manager` opens 14',
    'privileged_without_second_factor: role `manager` opens 12',
    // Bernd is inactive, and the flat is still handed over to him.
    'tenant_without_right: door `l6-f07` is handed over to user `bernd`, who is inactive',
    // Newspapers come from half past two on, every day of the year.
    'transition_hour: schedule `',
  ],
};

test.each(readExamples())('the warnings about $name are the reviewed ones', ({ name, policy }) => {
  const found = lintPolicy(policy as Policy, { at: AT }).filter(
    ({ severity }) => severity !== 'note',
  );
  const lines = found.map(({ code, message }) => `${code}: ${message}`);
  const reviewed = REVIEWED[name] ?? [];
  expect(lines.map((line, index) => line.slice(0, reviewed[index]?.length))).toEqual(reviewed);
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
});
