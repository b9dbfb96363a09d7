/** Compiling a policy, and the engine that answers from it. */
import type { Changes } from '../policy/changes.js';
import type { Policy } from '../policy/document.js';
import { PolicyError } from '../policy/issue.js';
import { issueList } from '../policy/issue-list.js';
import { isValidated, parseDocument, takeNumbers } from '../policy/parse.js';
import { formatInstant } from '../values/instant.js';
import type { TimeZoneSource } from '../values/time-zone.js';
import { accessList } from './access-list.js';
import { readRequest, readTime } from './ask.js';
import {
  changedView,
  checkHeldOnce,
  checkPut,
  checkShared,
  checkSizes,
  reachesFar,
  reportStillUsed,
} from './change-rules.js';
import { judge } from './decide.js';
import type { Decision } from './decision.js';
import { emptySnapshot, makeFrame } from './empty.js';
import type { DecideOptions, Engine } from './engine.js';
import type { Explanation } from './explain.js';
import { answer, Findings } from './findings.js';
import { permittedActions, permittedResources, permittedSubjects } from './lists.js';
import { pageOf } from './pages.js';
import { changedPolicy, intoChanges, policyOf } from './policy-of.js';
import { checkRequest } from './quick-check.js';
import { readChanges } from './read-changes.js';
import { type AccessRequest, type Entity, type Facts, RequestError } from './request.js';
import type { AccessEntry, SearchPage, SearchQuery } from './search.js';
import { type Snapshot, ZoneBook } from './snapshot.js';
import { find } from './table.js';
import { trace } from './trace.js';
import { update } from './update.js';
import { validUntil } from './valid-until.js';

/** How a policy is compiled. */
export interface EngineOptions {
  /** Where time-zone rules come from. */
  readonly timeZones: TimeZoneSource;
  /** Whether roles marked `deprecated` may be held. Default: no. */
  readonly allowDeprecatedRoles?: boolean;
}

/**
 * Compiles a policy. A value `parsePolicy` returned is not validated again; anything else is.
 * @throws PolicyError with every issue of an invalid policy.
 */
export function compileEngine(input: unknown, options: EngineOptions): Engine {
  const { timeZones, allowDeprecatedRoles = false } = options;
  return engineOf(validatedPolicy(input, options), new ZoneBook(timeZones), allowDeprecatedRoles);
}

/** The policy that `compileEngine` compiles: the very value `parsePolicy` returned, else the parsed copy. @throws PolicyError */
export function validatedPolicy(input: unknown, options: EngineOptions): Policy {
  const { timeZones, allowDeprecatedRoles = false } = options;
  const rules = { isTimeZone: zoneTest(timeZones), allowDeprecatedRoles };
  if (isValidated(input, rules)) return input as Policy;
  const parsed = parseDocument(input, rules);
  if (!parsed.ok) throw new PolicyError(parsed.issues);
  return parsed.value;
}

/** Whether somebody who may hand over either gave an engine; whether it is one of this library, `snapshotOf` says. */
export function isEngine(input: Engine | Policy): input is Engine {
  return typeof (input as Partial<Engine> | null | undefined)?.decide === 'function';
}

function engineOf(policy: Policy, zones: ZoneBook, allowDeprecatedRoles: boolean): CompiledEngine {
  const frame = makeFrame(policy.organization, zones, allowDeprecatedRoles);
  const put = policy as NonNullable<Changes['put']>;
  const numbers = takeNumbers(policy);
  const empty = emptySnapshot(frame, numbers?.ids);
  const named = numbers?.assignments;
  const { snapshot } = update(empty, frame, { put }, policy.revision ?? 0, named);
  return new CompiledEngine(snapshot);
}

/** The test for zone names of a source: one function a source, so that validated policies are known again. */
export function zoneTest(source: TimeZoneSource): (name: string) => boolean {
  let test = ZONE_TESTS.get(source);
  if (test === undefined) {
    test = (name) => source.has(name);
    ZONE_TESTS.set(source, test);
  }
  return test;
}

const ZONE_TESTS = new WeakMap<TimeZoneSource, (name: string) => boolean>();

/** The snapshot an engine answers from, for rooms of this floor and above. @throws TypeError for another engine. */
export function snapshotOf(engine: Engine): Snapshot {
  if (engine instanceof CompiledEngine) return engine.snapshot();
  throw new TypeError('not an engine of this library');
}

/** A changed engine, and how to forget the change. */
export interface Attempt {
  readonly engine: Engine;
  /** To be called before anything else is applied; the engine must not be used after. */
  undo(): void;
}

/** What `apply` gives, for those who only want to look at it (`authorizeChange`). @throws as `apply`. */
export function attemptChange(engine: Engine, changes: Changes): Attempt {
  if (engine instanceof CompiledEngine) return engine.attempt(changes);
  throw new TypeError('not an engine of this library');
}

/**
 * An engine of the same revision with elements laid over, of which nothing is checked: what they refer to need not exist, and
 * their ids may be such as no document can have. Changes go to the engine it was made from, not to this one.
 * @param closed - types of resources on which nobody may anything. Opening doors and stops stays a matter of the elements.
 */
export function overlaidEngine(
  engine: Engine,
  put: NonNullable<Changes['put']>,
  closed: ReadonlySet<string> | 'all',
): Engine {
  const s = snapshotOf(engine);
  const frame = { ...s, permissions: s.permissions.without(closed) };
  return new OverlaidEngine(update(s, frame, { put }, s.revision).snapshot);
}

class CompiledEngine implements Engine {
  readonly #snapshot: Snapshot;
  #policy: Policy | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  get revision(): number {
    return this.#snapshot.revision;
  }

  get policy(): Policy {
    this.#policy ??= policyOf(this.#snapshot);
    return this.#policy;
  }

  decide(request: AccessRequest, options?: DecideOptions): Decision {
    const time = readRequest(request, this.#snapshot.zones);
    const findings = new Findings();
    const decision = judge(this.#snapshot, request, time, findings);
    const decided = answer(decision, findings, this.#snapshot.revision);
    if (options?.validUntil !== true) return decided;
    const until = shownInstant(validUntil(this.#snapshot, request, time));
    return { ...decided, context: { ...decided.context, validUntil: until } };
  }

  check(request: AccessRequest): boolean {
    return checkRequest(this.#snapshot, request, readRequest(request, this.#snapshot.zones));
  }

  can(subject: string, action: string, door: string, facts: Facts): boolean {
    if (typeof subject !== 'string')
      throw new RequestError('/subject/id', 'missing or not a string');
    const type = this.#isLink(subject) ? 'link' : 'user';
    return this.check({
      subject: { type, id: subject },
      action: { name: action },
      resource: { type: 'door', id: door },
      context: facts,
    });
  }

  decideAll(requests: readonly AccessRequest[], options?: DecideOptions): Decision[] {
    return requests.map((request) => this.decide(request, options));
  }

  explain(request: AccessRequest): Explanation {
    return trace(this.#snapshot, request, readRequest(request, this.#snapshot.zones));
  }

  validUntil(request: AccessRequest): string | null {
    return shownInstant(
      validUntil(this.#snapshot, request, readRequest(request, this.#snapshot.zones)),
    );
  }

  searchResources(query: SearchQuery<'resource'>): SearchPage<Entity> {
    const ids = permittedResources(this.#snapshot, query);
    const { type } = query.resource;
    return pageOf(ids, query.page, this.revision, (id) => ({ type, id }));
  }

  searchSubjects(query: SearchQuery<'subject'>): SearchPage<Entity> {
    const ids = permittedSubjects(this.#snapshot, query);
    const { type } = query.subject;
    return pageOf(ids, query.page, this.revision, (id) => ({ type, id }));
  }

  searchActions(query: SearchQuery<'action'>): SearchPage<{ readonly name: string }> {
    const names = permittedActions(this.#snapshot, query);
    return pageOf(names, query.page, this.revision, (name) => ({ name }));
  }

  access(entity: Entity, facts: Facts): AccessEntry[] {
    return accessList(this.#snapshot, entity, readTime(facts, this.#snapshot.zones));
  }

  apply(input: Changes): Engine {
    return this.attempt(input).engine;
  }

  /** `apply`, with a way to forget it. */
  attempt(input: Changes): Attempt {
    const s = this.#snapshot;
    const issues = issueList();
    const changes = readChanges(s, input, issues.report);
    if (issues.count() > 0) throw new PolicyError(issues.inOrder());
    const revision = changes.revision ?? s.revision + 1;
    if (reachesFar(s, changes)) {
      return { engine: this.#compileChanged(changes, revision), undo: () => undefined };
    }
    checkPut(changedView(s, changes, zoneTest(s.zones.source)), changes, issues.report);
    checkShared(s, changes, issues.report);
    if (issues.count() > 0) throw new PolicyError(issues.inOrder());
    const { snapshot, stillUsed, undo } = update(s, s, changes, revision);
    reportStillUsed(changes, stillUsed, issues.report);
    checkHeldOnce(snapshot, changes, issues.report);
    checkSizes(snapshot, changes, issues.report);
    if (issues.count() > 0) {
      undo();
      throw new PolicyError(issues.inOrder());
    }
    return { engine: new CompiledEngine(compacted(snapshot)), undo };
  }

  /** The whole changed policy, validated and compiled anew. */
  #compileChanged(changes: Changes, revision: number): CompiledEngine {
    const { zones, allowDeprecatedRoles } = this.#snapshot;
    const isTimeZone = zoneTest(zones.source);
    const document = { ...changedPolicy(this.policy, changes), revision };
    const parsed = parseDocument(document, { isTimeZone, allowDeprecatedRoles });
    if (parsed.ok) return engineOf(parsed.value, zones, allowDeprecatedRoles);
    throw new PolicyError(parsed.issues.map((issue) => intoChanges(issue, document, changes)));
  }

  /** A link of this id, and no user of the same. */
  #isLink(id: string): boolean {
    const { users, links } = this.#snapshot.tables;
    return find(users, id) === undefined && find(links, id) !== undefined;
  }
}

/** Compiling it anew would lose what was closed, and its document is none. */
class OverlaidEngine extends CompiledEngine {
  override attempt(): Attempt {
    throw new TypeError('changes go to the engine that this one was laid over');
  }
}

/** Numbers without an element that are put up with, beside as many as there are elements. */
const IDLE_NUMBERS_MAX = 65_536;

/**
 * The snapshot, renumbered when most of the ids it remembers are gone: a site that hands out links all
 * day must not grow for ever. Costs as much as compiling, once in as many removals as there are elements.
 */
function compacted(s: Snapshot): Snapshot {
  // Validities share the numbering of assignments; few have one, so that table would always look idle.
  const { validities: _, ...own } = s.tables;
  const idle = Object.values(own).some(
    ({ numbering, size }) => numbering.size > 2 * size + IDLE_NUMBERS_MAX,
  );
  if (!idle) return s;
  const frame = makeFrame(s.organization, s.zones, s.allowDeprecatedRoles);
  const put = policyOf(s) as NonNullable<Changes['put']>;
  return update(emptySnapshot(frame), frame, { put }, s.revision).snapshot;
}

function shownInstant(instant: number | null): string | null {
  return instant === null ? null : formatInstant(Math.ceil(instant));
}
