/** Finding people by e-mail and groups by name, for as long as an import runs. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { find, values } from '../../engine/table.js';
import type { User } from '../../policy/document.js';
import { foldEmail } from '../directory/match-members.js';

/** What is found under a name: one, several, or none. */
export type Found =
  | { readonly kind: 'one'; readonly id: string }
  | { readonly kind: 'several' }
  | { readonly kind: 'none' };

/**
 * Accounts by e-mail and groups by name, at one revision. Built once and carried along with the import's own writes;
 * whatever others write makes it stale, and it is built anew.
 */
export class PeopleIndex {
  #revision: number;
  readonly #byEmail = new Map<string, Set<string>>();
  readonly #groups = new Map<string, Set<string>>();

  constructor(engine: Engine) {
    const { tables } = snapshotOf(engine);
    this.#revision = engine.revision;
    for (const { document } of values(tables.users)) this.#addEmail(document as User);
    for (const { document } of values(tables.groups)) {
      if (document.name !== undefined) addTo(this.#groups, document.name.trim(), document.id);
    }
  }

  /** Whether it still says what an engine holds. */
  isOf(engine: Engine): boolean {
    return this.#revision === engine.revision;
  }

  /** The accounts that have an e-mail. */
  withEmail(email: string): ReadonlySet<string> {
    return this.#byEmail.get(foldEmail(email)) ?? NOBODY;
  }

  /** A group by id, else by its name. */
  group(engine: Engine, named: string): Found {
    if (find(snapshotOf(engine).tables.groups, named) !== undefined) {
      return { kind: 'one', id: named };
    }
    const ids = this.#groups.get(named) ?? NOBODY;
    const [id, other] = ids;
    if (id === undefined) return { kind: 'none' };
    return other === undefined ? { kind: 'one', id } : { kind: 'several' };
  }

  /** Carries accounts along that the import itself wrote. @param before - how they were. */
  carry(revision: number, written: readonly { before: User | undefined; after: User }[]): void {
    this.#revision = revision;
    for (const { before, after } of written) {
      const old = before?.email;
      if (old !== undefined) this.#byEmail.get(foldEmail(old))?.delete(after.id);
      this.#addEmail(after);
    }
  }

  #addEmail({ id, email }: User): void {
    const key = email === undefined ? '' : foldEmail(email);
    if (key !== '') addTo(this.#byEmail, key, id);
  }
}

const NOBODY: ReadonlySet<string> = new Set();

function addTo(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([id]));
  else set.add(id);
}
