/** Compiling a policy, and the engine that answers from it. */
import type { Changes } from '../policy/changes.js';
import {
  COLLECTIONS,
  type CollectionName,
  type Policy,
} from '../policy/document.js';
import { type Issue, PolicyError } from '../policy/issue.js';
import { issueList } from '../policy/issue-list.js';
import { isValidated, parseDocument } from '../policy/parse.js';
import type { TimeZoneSource } from '../values/time-zone.js';
import { formatInstant } from '../values/instant.js';
import { accessList } from './access-list.js';
import { readRequest, readTime } from './ask.js';
import {
  changedView,
  checkHeldOnce,
  checkPut,
  checkShared,
  elementOf,
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
import { PERMIT, quickCheck, UNSURE } from './quick-check.js';
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
  const rules = { isTimeZone: zoneTest(timeZones), allowDeprecatedRoles };
  let policy = input;
  if (!isValidated(policy, rules)) {
    const parsed = parseDocument(policy, rules);
    if (!parsed.ok) throw new PolicyError(parsed.issues);
    policy = parsed.value;
  }
  return engineOf(policy as Policy, new ZoneBook(timeZones), allowDeprecatedRoles);
}

function engineOf(policy: Policy, zones: ZoneBook, allowDeprecatedRoles: boolean): CompiledEngine {
  const frame = makeFrame(policy.organization, zones, allowDeprecatedRoles);
  const put = policy as NonNullable<Changes['put']>;
  const { snapshot } = update(emptySnapshot(frame), frame, { put }, policy.revision ?? 0);
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
    const time = readRequest(request);
    const findings = new Findings();
    const decision = judge(this.#snapshot, request, time, findings);
    const decided = answer(decision, findings, this.#snapshot.revision);
    if (options?.validUntil !== true) return decided;
    const until = shownInstant(validUntil(this.#snapshot, request, time));
    return { ...decided, context: { ...decided.context, validUntil: until } };
  }

  check(request: AccessRequest): boolean {
    const time = readRequest(request);
    const { resource, action } = request;
    if (resource.type === 'door' && action.name === 'unlock' && resource.id !== '*') {
      const quick = quickCheck(this.#snapshot, request);
      if (quick !== UNSURE) return quick === PERMIT;
    }
    return judge(this.#snapshot, request, time, undefined);
  }

  can(subject: string, action: string, door: string, facts: Facts): boolean {
    if (typeof subject !== 'string') throw new RequestError('/subject/id', 'missing or not a string');
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
    return trace(this.#snapshot, request, readRequest(request));
  }

  validUntil(request: AccessRequest): string | null {
    return shownInstant(validUntil(this.#snapshot, request, readRequest(request)));
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
    return accessList(this.#snapshot, entity, readTime(facts));
  }

  apply(input: Changes): Engine {
    const s = this.#snapshot;
    const issues = issueList();
    const changes = readChanges(s, input, issues.report);
    if (issues.count() > 0) throw new PolicyError(issues.inOrder());
    const revision = changes.revision ?? s.revision + 1;
    if (reachesFar(s, changes)) return this.#compileChanged(changes, revision);
    checkPut(changedView(s, changes, zoneTest(s.zones.source)), changes, issues.report);
    checkShared(s, changes, issues.report);
    if (issues.count() > 0) throw new PolicyError(issues.inOrder());
    const { snapshot, stillUsed } = update(s, s, changes, revision);
    reportStillUsed(changes, stillUsed, issues.report);
    checkHeldOnce(snapshot, changes, issues.report);
    if (issues.count() > 0) throw new PolicyError(issues.inOrder());
    return new CompiledEngine(snapshot);
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

function shownInstant(instant: number | null): string | null {
  return instant === null ? null : formatInstant(Math.ceil(instant));
}

/** The document a snapshot stands for. */
function policyOf(s: Snapshot): Policy {
  const policy: Record<string, unknown> = {
    version: 1,
    revision: s.revision,
    organization: s.organization,
  };
  for (const collection of COLLECTIONS) {
    const elements: unknown[] = [];
    for (const id of s.tables[collection].numbering.keys()) {
      const element = elementOf(s, collection, id);
      if (element !== undefined) elements.push(element);
    }
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
function intoChanges(issue: Issue, document: Policy, changes: Changes): Issue {
  const [, collection = '', index = '', ...rest] = issue.pointer.split('/');
  if (!COLLECTIONS.includes(collection as CollectionName)) return issue;
  const name = collection as CollectionName;
  const id = document[name]?.[Number(index)]?.id;
  const at = (changes.put?.[name] ?? []).findIndex((element) => element.id === id);
  return at < 0 ? issue : { ...issue, pointer: ['', 'put', name, at, ...rest].join('/') };
}
