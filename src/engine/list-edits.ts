/** Additions to and removals from many lists of numbers, gathered before any list is rebuilt. */

/** What is to become of one list. */
export interface Edit {
  readonly add: readonly number[];
  /** Values that go; one that is added as well is there afterwards. */
  readonly drop: ReadonlySet<number> | undefined;
}

interface OpenEdit extends Edit {
  readonly add: number[];
  drop: Set<number> | undefined;
}

/** Edits of one kind of list, by the number of the record that has it. */
export class ListEdits {
  readonly #edits = new Map<number, OpenEdit>();

  /** The records whose list changes. */
  keys(): IterableIterator<number> {
    return this.#edits.keys();
  }

  /** Adds a value to the list of a record; a value dropped as well is there afterwards. */
  add(record: number, value: number): void {
    this.#edit(record).add.push(value);
  }

  /** Drops a value from the list of a record. */
  drop(record: number, value: number): void {
    const edit = this.#edit(record);
    edit.drop ??= new Set();
    edit.drop.add(value);
  }

  /** The list after the edits; the same one when nothing changed it. */
  apply(record: number, list: readonly number[]): readonly number[] {
    const edit = this.#edits.get(record);
    if (edit === undefined) return list;
    const { add, drop } = edit;
    if (list.length === 0) return add.length === 0 ? list : add;
    const kept = drop === undefined ? list : list.filter((value) => !drop.has(value));
    return [...kept, ...add];
  }

  /** The edits of one list, undefined when nothing changes it. */
  of(record: number): Edit | undefined {
    return this.#edits.get(record);
  }

  #edit(record: number): OpenEdit {
    let edit = this.#edits.get(record);
    if (edit === undefined) {
      edit = { add: [], drop: undefined };
      this.#edits.set(record, edit);
    }
    return edit;
  }
}

/** The numbers of ids, ascending, each once. */
export function sortedNumbers(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
