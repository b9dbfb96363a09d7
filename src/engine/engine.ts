/** What a compiled policy can be asked. The questions share one snapshot and one set of rules. */
import type { Changes } from '../policy/changes.js';
import type { Policy } from '../policy/document.js';
import type { Decision } from './decision.js';
import type { Explanation } from './explain.js';
import type { AccessRequest, Entity, Facts } from './request.js';
import type { AccessEntry, SearchPage, SearchQuery } from './search.js';

/** Literal ids of a policy, for callers who want the compiler to check theirs. */
export interface PolicyIds {
  readonly subject: string;
  readonly door: string;
}

/** The ids of a policy written `as const`; plain strings for any other. */
export type IdsOf<P> = {
  readonly subject: IdOf<P, 'users'> | IdOf<P, 'links'>;
  readonly door: IdOf<P, 'doors'>;
};
/** The ids one collection of a policy writes out, or `never`. */
export type IdOf<P, K extends string> = P extends { readonly [key in K]: readonly (infer E)[] }
  ? E extends { readonly id: infer I extends string }
    ? I
    : never
  : never;

/** What `decide` adds on request. */
export interface DecideOptions {
  /** Also answer `context.validUntil`. Costs a look at every schedule the answer rests on. */
  readonly validUntil?: boolean;
}

/**
 * An immutable compiled policy. Synchronous and pure: no clock, no I/O; the same question gets the same
 * answer in every process and time zone. Every method that takes a request throws `RequestError` when
 * subject, action, resource or `context.time` is missing or ill-typed, and never otherwise.
 */
export interface Engine<Ids extends PolicyIds = PolicyIds> {
  /** The policy's revision. */
  readonly revision: number;
  /** The policy this engine decides, after all applied changes; frozen. Built when first asked for. */
  readonly policy: Policy;
  /** Decides one request and says why. */
  decide(request: AccessRequest, options?: DecideOptions): Decision;
  /** The decision alone, without allocating on the way to a door. Equals `decide(request).decision`. */
  check(request: AccessRequest): boolean;
  /** `check` for people in a hurry: may this user or link do this at this door with these facts? */
  can(subject: Ids['subject'], action: string, door: Ids['door'], facts: Facts): boolean;
  /** `decide` for each request, in order. */
  decideAll(requests: readonly AccessRequest[], options?: DecideOptions): Decision[];
  /** The whole trace: clauses, assignments tried, what failed where, the nearest miss. */
  explain(request: AccessRequest): Explanation;
  /** The first instant (RFC 3339, UTC) at which the answer could differ with the same facts; null: never. */
  validUntil(request: AccessRequest): string | null;
  /** Resources of a type the subject may act on; complete, sorted by id, paged. */
  searchResources(query: SearchQuery<'resource'>): SearchPage<Entity>;
  /** Subjects of a type that may act on the resource; complete, sorted by id, paged. */
  searchSubjects(query: SearchQuery<'subject'>): SearchPage<Entity>;
  /** Actions the subject may take on the resource; complete, sorted by name, paged. */
  searchActions(query: SearchQuery<'action'>): SearchPage<{ readonly name: string }>;
  /**
   * Who has access, apart from who may open now: one entry per assignment and door or stop, with the
   * KIWI status at `facts.time`, which looks at validity alone: restrictions, lockdowns, tenancies and whether the
   * subject is active are for `decide`. Of a user, team or link: what it holds; of a door or stop: who holds it.
   */
  access(entity: Entity, facts: Facts): AccessEntry[];
  /**
   * The engine of the changed policy; this one stays as it is. Costs in proportion to the change.
   * @throws PolicyError when the changed policy would be invalid; pointers lead into `changes`.
   */
  apply(changes: Changes): Engine<Ids>;
}
