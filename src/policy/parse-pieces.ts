/**
 * A policy whose JSON text comes in pieces, read as it comes: what was parsed of a piece is checked and frozen before the
 * next one, so that of a million assignments there is never a copy.
 *
 * Only what a publisher of snapshots writes is read this way: members of the root, then its collections, without space
 * between the elements of a list. Where one ends is guessed from the text, and every guess is proved by parsing what lies
 * between two of them: the members before the first list as an object, and what lies within a list as a list. Together
 * they are the whole text and nothing else, so text that passes is JSON and says what `JSON.parse` of it says. Whatever
 * else comes, a document with issues too, is left to whoever reads it whole: there is one place that tells what is wrong.
 */
import {
  COLLECTION_MAX,
  COLLECTIONS,
  type CollectionName,
  POLICY_SCHEMA,
  type Policy,
} from './document.js';
import { issueList } from './issue-list.js';
import { type ParseOptions, ruled } from './parse.js';
import { type OwnShape, ownShapeOf, shapeOf } from './shape.js';

/** Reads one policy. */
export interface PieceReader {
  /** Takes the text that follows; it may be cut anywhere. */
  add(text: string): void;
  /**
   * The policy, as `parseDocument` gives it of the whole text; undefined when the text has to be read whole, for whatever
   * reason. Asked once, when all text was added.
   */
  end(): Policy | undefined;
}

/** A reader of a policy in pieces. Never throws (`isTimeZone` must not either). */
export function pieceReader(options: ParseOptions): PieceReader {
  const reading: Reading = {
    rest: '',
    again: 0,
    root: undefined,
    lists: new Map(),
    open: undefined,
    references: [],
    isOver: false,
  };
  return {
    add(text) {
      for (let at = 0; at < text.length && !reading.isOver; at += PIECE) {
        reading.rest += text.slice(at, at + PIECE);
        if (reading.rest.length >= reading.again) readOn(reading);
      }
    },
    end() {
      readToEnd(reading);
      const document = reading.isOver ? undefined : wholeOf(reading);
      if (document === undefined) return undefined;
      const issues = issueList();
      const parsed = ruled({ value: document, damage: new Map() }, issues, options);
      return parsed.ok ? parsed.value : undefined;
    },
  };
}

/** So many characters are parsed at once at most, where elements are shorter: what waits to be checked stays small beside what is kept. */
const PIECE = 65_536;

/** How far the reading came. */
interface Reading {
  /** Text that nothing was made of so far. In a list it begins with an element. */
  rest: string;
  /** How long the rest must be for another try, where it had no border: twice as long, so that trying stays linear. */
  again: number;
  /** The members before the first list, as parsed. */
  root: object | undefined;
  readonly lists: Map<CollectionName, unknown[]>;
  open: CollectionName | undefined;
  readonly references: Parameters<OwnShape>[1];
  /** Whether the text must be read whole. */
  isOver: boolean;
}

const NAMES = COLLECTIONS.join('|');
/** How the first list begins, and how one ends where another begins. */
const FIRST_LIST = new RegExp(`,"(${NAMES})":\\[(?=\\{)`, 'u');
const NEXT_LIST = new RegExp(`\\],"(${NAMES})":\\[(?=\\{)`, 'u');

/** So many characters of an element are looked for where another may begin: `{"id":`. */
const START_LENGTH = 6;

/** Takes what is whole of the rest. */
function readOn(reading: Reading): void {
  if (reading.open === undefined && !openFirst(reading)) return;
  while (!reading.isOver) {
    const { rest } = reading;
    const border = rest.lastIndexOf(`},${rest.slice(0, START_LENGTH)}`);
    if (border > 0 && take(reading, rest.slice(0, border + 1))) {
      if (!reading.isOver) reading.rest = rest.slice(border + 2);
      reading.again = 0;
      return;
    }
    if (!openNext(reading)) return;
  }
}

function readToEnd(reading: Reading): void {
  if (reading.open === undefined && !openFirst(reading)) reading.isOver = true;
  while (!reading.isOver) {
    const { rest } = reading;
    if (rest.endsWith(']}') && take(reading, rest.slice(0, -2))) return;
    if (!openNext(reading)) reading.isOver = true;
  }
}

/** Reads the members before the first list. @returns whether a list is open. */
function openFirst(reading: Reading): boolean {
  const found = FIRST_LIST.exec(reading.rest);
  if (found === null) return waiting(reading);
  const root = parsed(`${reading.rest.slice(0, found.index)}}`);
  if (typeof root !== 'object' || root === null) return over(reading);
  reading.root = root;
  return open(reading, found);
}

/** Reads to the end of the open list. @returns whether the next one is open. */
function openNext(reading: Reading): boolean {
  const found = NEXT_LIST.exec(reading.rest);
  if (found === null) return waiting(reading);
  const isList = take(reading, reading.rest.slice(0, found.index));
  return isList && !reading.isOver ? open(reading, found) : over(reading);
}

/** Opens the list whose beginning was found. A member written twice is for whoever reads the text whole. */
function open(reading: Reading, found: RegExpExecArray): boolean {
  const name = found[1] as CollectionName;
  if (reading.lists.has(name) || Object.hasOwn(reading.root ?? {}, name)) return over(reading);
  reading.lists.set(name, []);
  reading.open = name;
  reading.rest = reading.rest.slice(found.index + found[0].length);
  reading.again = 0;
  return true;
}

/** Takes the text of some elements of the open list. With issues in them, reading is over. @returns whether that is what it was. */
function take(reading: Reading, text: string): boolean {
  const name = reading.open;
  const elements = parsed(`[${text}]`);
  // Without an element there would be a comma too many.
  if (name === undefined || !Array.isArray(elements) || elements.length === 0) return false;
  const list = reading.lists.get(name) ?? [];
  const checked = shapeFor(name)(elements, reading.references) as readonly unknown[] | undefined;
  if (checked === undefined || list.length + checked.length > COLLECTION_MAX[name]) over(reading);
  else for (const element of checked) list.push(element);
  return true;
}

function waiting(reading: Reading): false {
  reading.again = reading.rest.length * 2;
  return false;
}

function over(reading: Reading): false {
  reading.isOver = true;
  reading.rest = '';
  reading.lists.clear();
  return false;
}

/** The document that was read; undefined when its root has issues. */
function wholeOf(reading: Reading): object | undefined {
  const issues = issueList();
  rootShape ??= shapeOf(POLICY_SCHEMA);
  const { value } = rootShape(reading.root, issues.report);
  if (issues.count() > 0) return undefined;
  const document: Record<string, unknown> = { ...(value as object) };
  for (const [name, list] of reading.lists) document[name] = Object.freeze(list);
  return Object.freeze(document);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Compiled when first asked for, as all shapes are.
let rootShape: ReturnType<typeof shapeOf> | undefined;
const SHAPES = new Map<CollectionName, OwnShape>();

function shapeFor(name: CollectionName): OwnShape {
  let shape = SHAPES.get(name);
  if (shape === undefined) {
    shape = ownShapeOf(POLICY_SCHEMA.entries[name]);
    SHAPES.set(name, shape);
  }
  return shape;
}
