/** From a snapshot back to its document, and documents with changes made in them. */
import type { Changes } from '../policy/changes.js';
import { COLLECTIONS, type CollectionName, type Policy } from '../policy/document.js';
import type { Issue } from '../policy/issue.js';
import type { Snapshot } from './snapshot.js';
import { elementsIn } from './written.js';

/** The document a snapshot stands for. */
export function policyOf(s: Snapshot): Policy {
  const policy: Record<string, unknown> = {
    version: 1,
    revision: s.revision,
    organization: s.organization,
  };
  for (const collection of COLLECTIONS) {
    const elements: unknown[] = [...elementsIn(s, collection)];
    if (elements.length > 0) policy[collection] = Object.freeze(elements);
  }
  return Object.freeze(policy) as unknown as Policy;
}

/** A document with changes made in it; elements that are replaced keep their place. */
export function changedPolicy(policy: Policy, changes: Changes): Policy {
  const changed: Record<string, unknown> = { ...policy };
  if (changes.organization !== undefined) changed['organization'] = changes.organization;
  for (const collection of COLLECTIONS) {
    const gone = new Set<string>(changes.remove?.[collection]);
    const put = new Map<string, unknown>(
      (changes.put?.[collection] ?? []).map((element) => [element.id, element]),
    );
    const kept = (policy[collection] ?? []).flatMap((element) => {
      const replaced = put.get(element.id) ?? element;
      put.delete(element.id);
      return gone.has(element.id) ? [] : [replaced];
    });
    const elements = [...kept, ...put.values()];
    if (elements.length > 0) changed[collection] = elements;
    else delete changed[collection];
  }
  return changed as unknown as Policy;
}

/** An issue of the changed document, its pointer led into the change where the change put the element. */
export function intoChanges(issue: Issue, document: Policy, changes: Changes): Issue {
  const [, collection = '', index = '', ...rest] = issue.pointer.split('/');
  if (!COLLECTIONS.includes(collection as CollectionName)) return issue;
  const name = collection as CollectionName;
  const id = document[name]?.[Number(index)]?.id;
  const at = (changes.put?.[name] ?? []).findIndex((element) => element.id === id);
  return at < 0 ? issue : { ...issue, pointer: ['', 'put', name, at, ...rest].join('/') };
}
