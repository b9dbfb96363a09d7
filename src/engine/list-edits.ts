/** Additions to and removals from many lists of numbers, gathered before any list is rebuilt. */

/** What is to become of one list. */
export interface Edit {
  readonly add: readonly number[];
  /** Values that go; one that is added as well is there afterwards. */
  readonly drop: readonly number[];
}

interface OpenEdit extends Edit {
  add: number[];
  drop: number[];
}

/** Stands for a list of an edit until something is in it: most edits only add or only drop. */
const NONE: number[] = [];

/** Up to here a list is walked for each of its values faster than a set of them is made. */
const FEW = 8;

/** Edits of one kind of list, by the number of the record that has it. */
export class ListEdits {
  // An update makes a dozen of these and mostly edits one or two.
  #edits: Map<number, OpenEdit> | undefined;

  /** The records whose list changes. */
  keys(): Iterable<number> {
    return this.#edits?.keys() ?? NONE;
  }

  /** Adds a value to the list of a record; a value dropped as well is there afterwards. */
  add(record: number, value: number): void {
    const edit = this.#edit(record);
    if (edit.add === NONE) edit.add = [value];
    else edit.add.push(value);
  }

  /** Adds the three numbers of a holding to the list of a holder, found once for all of them. */
  addHolding(holder: number, scope: number, role: number, assignment: number): void {
    const edit = this.#edit(holder);
    if (edit.add === NONE) edit.add = [scope, role, assignment];
    else edit.add.push(scope, role, assignment);
  }

  /** Drops a value from the list of a record. */
  drop(record: number, value: number): void {
    const edit = this.#edit(record);
    if (edit.drop === NONE) edit.drop = [value];
    else edit.drop.push(value);
  }

  /** The list after the edits; the same one when nothing changed it. */
  apply(record: number, list: readonly number[]): readonly number[] {
    const edit = this.#edits?.get(record);
    if (edit === undefined) return list;
    const { add } = edit;
    const kept = without(list, edit.drop);
    if (add.length === 0) return kept;
    return kept.length === 0 ? add : [...kept, ...add];
  }

  /** As `apply`, for a list that is kept ascending and has each value once. */
  applySorted(record: number, list: readonly number[]): readonly number[] {
    const edit = this.#edits?.get(record);
    if (edit === undefined) return list;
    return merged(without(list, edit.drop), sortedNumbers(edit.add));
  }

  /** The edits of one list, undefined when nothing changes it. */
  of(record: number): Edit | undefined {
    return this.#edits?.get(record);
  }

  #edit(record: number): OpenEdit {
    this.#edits ??= new Map();
    let edit = this.#edits.get(record);
    if (edit === undefined) {
      edit = { add: NONE, drop: NONE };
      this.#edits.set(record, edit);
    }
    return edit;
  }
}

/** Numbers ascending, each once; the same list when it is so already. */
export function sortedNumbers(numbers: readonly number[]): readonly number[] {
  for (let at = 1; at < numbers.length; at++) {
    if ((numbers[at - 1] as number) >= (numbers[at] as number)) {
      return [...new Set(numbers)].sort((a, b) => a - b);
    }
  }
  return numbers;
}

/** Two ascending lists as one, what is in both once. */
export function merged(left: readonly number[], right: readonly number[]): readonly number[] {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  const both = new Array<number>(left.length + right.length);
  let end = 0;
  let at = 0;
  for (let next = 0; next < right.length; next++) {
    const value = right[next] as number;
    while (at < left.length && (left[at] as number) < value) both[end++] = left[at++] as number;
    if (left[at] === value) at += 1;
    both[end++] = value;
  }
  while (at < left.length) both[end++] = left[at++] as number;
  both.length = end;
  return both;
}

/** A list without the values that go; the same one when none is to. */
function without(list: readonly number[], drop: readonly number[]): readonly number[] {
  if (drop.length === 0 || list.length === 0) return list;
  const gone = drop.length > FEW ? new Set(drop) : undefined;
  return list.filter((value) => !(gone === undefined ? drop.includes(value) : gone.has(value)));
}
