/** Collects what is wrong with a document: capped, and told in document order. */
import { ISSUES_MAX } from '../values/limits.js';
import { COLLECTIONS } from './document.js';
import type { Issue } from './issue.js';

/** Takes one issue. */
export type Report = (issue: Issue) => void;

/** Issues found so far. */
export interface IssueList {
  readonly report: Report;
  /** How many were reported, those not kept included. */
  count(): number;
  /**
   * At most `ISSUES_MAX` issues in document order; when more were reported, a last one with code
   * `too_many_issues` says how many are not listed.
   */
  inOrder(): Issue[];
}

/** An empty list. */
export function issueList(): IssueList {
  const kept: Issue[] = [];
  let count = 0;
  return {
    report: (issue) => {
      count++;
      if (kept.length < ISSUES_MAX) kept.push(issue);
    },
    count: () => count,
    inOrder: () => {
      const sorted = sortedByPlace(kept);
      if (count > kept.length) {
        const message = `more issues than are listed \`${count - kept.length}\``;
        sorted.push({ pointer: '', code: 'too_many_issues', message });
      }
      return sorted;
    },
  };
}

/** Members of the root before the collections. An unknown member comes first: it explains the rest. */
const ROOT_MEMBERS = ['$schema', 'version', 'revision', 'organization', ...COLLECTIONS];

/** Sorted by root member and then by index; the order within one element stays as it was found. */
function sortedByPlace(issues: readonly Issue[]): Issue[] {
  const places = issues.map((issue) => {
    const [, member = '', index = ''] = issue.pointer.split('/', 3);
    const rank = ROOT_MEMBERS.indexOf(member);
    return { issue, rank, index: rank !== -1 && /^\d+$/.test(index) ? Number(index) : -1 };
  });
  places.sort((one, other) => one.rank - other.rank || one.index - other.index);
  return places.map((place) => place.issue);
}
