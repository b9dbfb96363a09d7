/**
 * What order means in a policy document, read off its one definition: members stand in the order in which the
 * definition names them, and of lists only the corners of a polygon follow one another; all others are sets.
 */
import { ELEMENT_SCHEMAS, POLICY_SCHEMA } from './document.js';
import type { ShapeNode } from './shape-bounds.js';

/** By what the elements of a list are put in order. */
export type ListOrder =
  /** By their `id`. */
  | 'id'
  /** As the definition lists the values: Monday first. */
  | 'choice'
  /** Texts, by their UTF-16 code units. */
  | 'text'
  /** By the canonical JSON text of each (`canonical-json.ts`). */
  | 'json'
  /** As written: here the order says something. */
  | 'kept';

/** What order means in one kind of value. */
export type Order =
  | { readonly kind: 'members'; readonly members: ReadonlyMap<string, MemberOrder> }
  | { readonly kind: 'record'; readonly value: Order }
  | {
      readonly kind: 'list';
      readonly by: ListOrder;
      /** For `choice`: the values in their order. */
      readonly choices: readonly unknown[];
      readonly element: Order;
    }
  | { readonly kind: 'branches'; readonly object: Order; readonly list: Order }
  | { readonly kind: 'instant' }
  | { readonly kind: 'scalar' };

/** A member of an object. */
export interface MemberOrder {
  readonly order: Order;
  readonly optional: boolean;
}

/** What order means in a whole document. */
export function documentOrder(): Order {
  return orderOf(POLICY_SCHEMA as unknown as ShapeNode);
}

/** The order that applies to a value: of one that may be several things, the one it is. */
export function branchOf(order: Order, isList: boolean): Order {
  if (order.kind !== 'branches') return order;
  return isList ? order.list : order.object;
}

const SCALAR: Order = { kind: 'scalar' };
const INSTANT: Order = { kind: 'instant' };

/** The definition's only schema of an instant: recognised, because local times look much the same. */
const INSTANT_NODE: unknown = ELEMENT_SCHEMAS.lockdowns.entries.since.wrapped;

/** Made when first asked for, as shapes are. */
const MADE = new Map<ShapeNode, Order>();

function orderOf(node: ShapeNode): Order {
  let made = MADE.get(node);
  if (made === undefined) {
    made = make(node);
    MADE.set(node, made);
  }
  return made;
}

function make(node: ShapeNode): Order {
  if (node === INSTANT_NODE) return INSTANT;
  switch (node.type) {
    case 'optional':
      return orderOf(node.wrapped as ShapeNode);
    case 'strict_object': {
      const members = Object.entries(node.entries ?? {}).map(([name, member]) => {
        return [name, { order: orderOf(member), optional: member.type === 'optional' }] as const;
      });
      return { kind: 'members', members: new Map(members) };
    }
    case 'record':
      return { kind: 'record', value: orderOf(node.value as ShapeNode) };
    case 'array':
      return listOrder(node.item as ShapeNode);
    case 'strict_tuple':
      return { kind: 'list', by: 'kept', choices: [], element: SCALAR };
    case 'union': {
      const options = (node.options as readonly ShapeNode[]).map(orderOf);
      const object = options.find(({ kind }) => kind === 'members' || kind === 'record');
      const list = options.find(({ kind }) => kind === 'list');
      return { kind: 'branches', object: object ?? SCALAR, list: list ?? SCALAR };
    }
    default:
      return SCALAR;
  }
}

function listOrder(item: ShapeNode): Order {
  const element = orderOf(item);
  const list = (by: ListOrder, choices: readonly unknown[] = []): Order => ({
    kind: 'list',
    by,
    choices,
    element,
  });
  // A list of tuples is a way from corner to corner.
  if (item.type === 'strict_tuple') return list('kept');
  if (item.type === 'picklist') return list('choice', item.options ?? []);
  if (item.type === 'string') return list('text');
  if (element.kind === 'members') return list(element.members.has('id') ? 'id' : 'json');
  throw new TypeError(`order of a list not understood \`${item.type}\``);
}
