import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLLECTIONS, POLICY_SCHEMA, type Policy } from '../../src/policy/document.js';
import type { Issue } from '../../src/policy/issue.js';
import { parseDocument } from '../../src/policy/parse.js';
import { resolveModel } from '../../src/policy/resolve-model.js';
import { checkElement, checkOrganization } from '../../src/policy/rules.js';
import { indexDocument } from '../../src/policy/rules-document.js';
import { shapeOf } from '../../src/policy/shape.js';
import { type PolicyView, viewOf } from '../../src/policy/view.js';
import { mutations } from '../helpers/mutations.js';
import { documentWith, fullDocument, issuesOf, OPTIONS } from '../helpers/policies.js';
import { runs } from '../helpers/runs.js';

/** What only the whole document can tell. */
const WHOLE: ReadonlySet<string> = new Set(['duplicate', 'one_per_scope']);

describe('element by element', () => {
  test('the same is told of a well-formed document as all at once, teams that contain themselves included', () => {
    const shape = shapeOf(POLICY_SCHEMA);
    let faulty = 0;
    fc.assert(
      fc.property(mutations(), fc.boolean(), (mutate, cycle) => {
        const input = mutate(fullDocument()) as Record<string, unknown>;
        if (cycle)
          input['teams'] = [
            { id: 'all', teams: ['night'] },
            { id: 'night', teams: ['all', 'night'] },
          ];
        let malformed = false;
        const { value } = shape(input, () => {
          malformed = true;
        });
        const parsed = parseDocument(input, OPTIONS);
        const issues = parsed.ok ? [] : parsed.issues;
        if (malformed || issues.some((issue) => WHOLE.has(issue.code))) return;
        faulty += issues.length;
        expect(toldOneByOne(value as Policy)).toEqual(issues.map(written).sort());
      }),
      { seed: 20261122, numRuns: runs(400) },
    );
    expect(faulty).toBeGreaterThan(20);
  });

  test('an issue is told under the pointer that is given', () => {
    const parsed = parseDocument(documentWith({}), OPTIONS);
    if (!parsed.ok) throw new Error('the document is valid');
    const told: string[] = [];
    const team = { id: 't', teams: ['t'], users: ['carl'] };
    const view: PolicyView = {
      ...viewOver(parsed.value),
      find: (collection, id) =>
        collection === 'teams' && id === 't' ? (team as never) : undefined,
    };
    checkElement(view, 'teams', team, '/put/teams/4', (issue) => told.push(written(issue)));
    expect(told).toEqual(['reference /put/teams/4/users/0', 'cycle /put/teams/4/teams/0']);
  });
});

describe('a document with shape issues', () => {
  test('is told nothing by its rules that is not told when its shape is right', () => {
    // The fault is taken out and nothing else is changed: what was told before must still be told.
    const document = (members: object) =>
      documentWith({
        teams: [{ id: 't', users: ['carl'], teams: ['t'], ...members }],
        groups: [{ id: 'g', place: 'hq', doors: ['front'] }],
      });
    const told = issuesOf(document({ nam: 'T' }));
    expect(told).toContain('unknown_member /teams/0/nam');
    const without = told.filter((issue) => !issue.startsWith('unknown_member'));
    expect(without).toEqual([
      'reference /groups/0/doors/0',
      'reference /teams/0/users/0',
      'cycle /teams/0/teams/0',
    ]);
    expect(issuesOf(document({}))).toEqual(without);
  });

  test('with a collection that cannot be read does not make what refers into it dangle', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...COLLECTIONS),
        fc.constantFrom<unknown>(null, 5, [null], [{}], [{ id: 5 }]),
        (name, junk) => {
          const told = issuesOf({ ...fullDocument(), [name]: junk });
          expect(told.length).toBeGreaterThan(0);
          expect(told.filter((issue) => !issue.includes(` /${name}`))).toEqual([]);
        },
      ),
      { seed: 20261122, numRuns: runs(100) },
    );
  });
});

function toldOneByOne(policy: Policy): string[] {
  const told: string[] = [];
  const report = (issue: Issue) => {
    told.push(written(issue));
  };
  const view = viewOver(policy);
  checkOrganization(view, policy.organization, '/organization', report);
  for (const name of COLLECTIONS) {
    (policy[name] ?? []).forEach((element, index) => {
      checkElement(view, name, element, `/${name}/${index}`, report);
    });
  }
  return told.sort();
}

function viewOver(policy: Policy): PolicyView {
  const index = indexDocument(policy, () => {});
  const options = { isTimeZone: OPTIONS.isTimeZone, allowDeprecatedRoles: false };
  return viewOf(policy, index, () => resolveModel(policy.organization), options);
}

function written(issue: Issue): string {
  return `${issue.code} ${issue.pointer}`;
}
