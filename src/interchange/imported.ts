/** What an importer answers: a policy with notes of what it could not carry over, or what is wrong with its input. */
import { luxonTimeZones } from '../checks/time/luxon-zones.js';
import { zoneTest } from '../engine/compile.js';
import type { CollectionName, Policy } from '../policy/document.js';
import { parseDocument } from '../policy/parse.js';

/**
 * Why an import was refused, or what was left out of it: `type` (wrong JSON type), `missing`, `value` (not one of the allowed),
 * `reference` (names something that is not there), `duplicate`, `cycle`, `unsupported` (what no policy can say as strictly),
 * `policy` (the policy made of it would be invalid), `member` and `collection` (known and not carried over), `unknown` (not known,
 * and not carried over), `narrowed` (carried over more strictly than it was), `left_out` (not carried over, so that less is permitted).
 */
export type ImportCode =
  | 'type'
  | 'missing'
  | 'value'
  | 'reference'
  | 'duplicate'
  | 'cycle'
  | 'unsupported'
  | 'policy'
  | 'member'
  | 'collection'
  | 'unknown'
  | 'narrowed'
  | 'left_out';

/** One thing about the input: why it is refused, or what became of it. */
export interface ImportNote {
  /** JSON Pointer into the input; for text its line, `/policy/12`. */
  readonly pointer: string;
  readonly code: ImportCode;
  /** For people: lower case, no full stop, the value in backticks. May change. */
  readonly message: string;
}

/** The outcome of an import. Nothing is carried over in silence, and nothing is permitted that was not. */
export type Imported =
  | { readonly ok: true; readonly policy: Policy; readonly notes: readonly ImportNote[] }
  | { readonly ok: false; readonly issues: readonly ImportNote[] };

/** The elements of a policy in the making, each with the pointer to where it came from. */
export class Draft {
  readonly issues: ImportNote[] = [];
  readonly notes: ImportNote[] = [];
  readonly #elements = new Map<CollectionName, { element: object; pointer: string }[]>();
  readonly #once = new Set<string>();

  /** Refuses the import. */
  refuse(pointer: string, code: ImportCode, message: string): void {
    this.issues.push({ pointer, code, message });
  }

  /** Tells what became of something. */
  note(pointer: string, code: ImportCode, message: string): void {
    this.notes.push({ pointer, code, message });
  }

  /** Adds an element. */
  put(collection: CollectionName, element: object, pointer: string): void {
    const all = this.#elements.get(collection);
    if (all === undefined) this.#elements.set(collection, [{ element, pointer }]);
    else all.push({ element, pointer });
  }

  /** Adds an element unless one of its id is there. */
  putOnce(
    collection: CollectionName,
    element: { readonly id: string; readonly [member: string]: unknown },
    pointer: string,
  ): void {
    const key = `${collection} ${element.id}`;
    if (this.#once.has(key)) return;
    this.#once.add(key);
    this.put(collection, element, pointer);
  }

  /** The policy, if nothing refused it and it is valid; issues of the policy point at what it was made of. */
  finish(organization: object): Imported {
    if (this.issues.length > 0) return { ok: false, issues: this.issues };
    const document: Record<string, unknown> = { version: 1, organization };
    for (const [collection, all] of this.#elements) {
      document[collection] = all.map(({ element }) => element);
    }
    const isTimeZone = zoneTest(luxonTimeZones);
    const parsed = parseDocument(document, { isTimeZone, allowDeprecatedRoles: false });
    if (parsed.ok) return { ok: true, policy: parsed.value, notes: this.notes };
    const issues = parsed.issues.map(({ pointer, message }): ImportNote => {
      const origin = this.#originOf(pointer);
      return {
        pointer: origin,
        code: 'policy',
        message: `${message} (${pointer || 'the policy'})`,
      };
    });
    return { ok: false, issues };
  }

  #originOf(pointer: string): string {
    const [, collection, index] = pointer.split('/');
    const all = this.#elements.get(collection as CollectionName);
    return all?.[Number(index)]?.pointer ?? '';
  }
}
