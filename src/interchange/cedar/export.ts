/** A policy as Cedar: policies, schema and entities that give the engine's decisions, and what they cannot say. */
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { readTime } from '../../engine/ask.js';
import { compileEngine, isEngine, snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest, Facts } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import type { Policy } from '../../policy/document.js';
import { type CedarEntity, entitiesOf } from './entities.js';
import { openAt, type Source } from './hours.js';
import { limitsOf } from './limits-of.js';
import {
  lockdownRefusals,
  offlineRefusal,
  restrictionRefusals,
  standingOpen,
  subjectRefusals,
} from './refusals.js';
import { type CedarRequest, cedarRequest } from './request.js';
import { permits } from './rights.js';
import { type CedarSchema, schemaOf } from './schema.js';
import { type Statement, statementText } from './statement.js';

/** A policy as Cedar. */
export interface CedarExport {
  /** The policy set as text; every policy has an `@id`, the `@clause` it stands for, and a refusal its `@code`. */
  readonly policies: string;
  /** The schema in Cedar's JSON format; the policies are valid under it in strict mode. */
  readonly schema: CedarSchema;
  /** The document as entities. */
  readonly entities: readonly CedarEntity[];
  /** What the clock says at the instant of the export: the part of every context that is about time. */
  readonly clock: { readonly now: number; readonly open: readonly string[] };
  /** What this policy says that its export does not, and what has to be worked out before Cedar is asked. */
  readonly limits: readonly string[];
  /**
   * What to ask Cedar instead of a request, at the time of that request.
   * @throws RequestError for a malformed request, RangeError for one about assigning roles (A3).
   */
  requestOf(request: AccessRequest): CedarRequest;
}

/**
 * A policy as Cedar, for decisions at an instant. Policies, schema and entities are the same for every instant; what changes
 * with time is in the context, and `clock` is that of this instant.
 * @throws PolicyError for an invalid policy, RequestError for what is no instant, TypeError for an engine laid over another.
 */
export function toCedar(input: Policy | Engine, instant: Facts['time']): CedarExport {
  const engine = isEngine(input) ? input : compileEngine(input, { timeZones: luxonTimeZones });
  const s = snapshotOf(engine);
  refuseOverlaid(s);
  const now = readTime({ time: instant }, s.zones);
  const source: Source = { s, policy: engine.policy, hours: new Map(), zones: new Map() };
  const policies = [...statementsOf(source)].map(statementText).join('\n');
  const entities = [...entitiesOf(source)];
  return {
    policies,
    schema: schemaOf(s),
    entities,
    clock: { now, open: openAt(s, source.hours, now) },
    limits: limitsOf(engine.policy),
    requestOf: (request) => cedarRequest(source, request),
  };
}

/** An engine on which types of resources were closed has no document that says so: its export would permit more. */
function refuseOverlaid(s: Snapshot): void {
  for (const role of s.model.roles) {
    for (const [type, actions] of role.permissions) {
      for (const action of actions) {
        if (s.permissions.get(type, action)?.[role.index] === 1) continue;
        throw new TypeError('an engine laid over another has no policy of its own to export');
      }
    }
  }
}

function* statementsOf(source: Source): Generator<Statement> {
  const { mayUnlock, mayGetAccess } = source.s;
  yield* lockdownRefusals(source);
  if (mayUnlock !== undefined || mayGetAccess !== undefined) yield standingOpen();
  yield* subjectRefusals();
  yield offlineRefusal();
  yield* restrictionRefusals(source);
  yield* permits(source);
}
