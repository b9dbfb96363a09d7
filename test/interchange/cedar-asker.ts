/** Asks Cedar (`@cedar-policy/cedar-wasm`) what an export answers, and checks the export against its schema. */
import { setFlagsFromString } from 'node:v8';
import {
  type Entities,
  type PolicySet,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { expect } from 'vitest';
import type { AccessRequest } from '../../src/engine/request.js';
import type { CedarExport } from '../../src/interchange/cedar/export.js';
import type { CedarRequest } from '../../src/interchange/cedar/request.js';

// V8 11 inlines calls into WebAssembly, and in a long run dies leaving such code ("unreachable code" in its deoptimizer).
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

/** Checking a request and all entities against the schema takes longer than deciding: one request in so many is checked. */
const CHECKED_EVERY = 8;

/** What Cedar said. */
export interface Told {
  readonly decision: boolean;
  /** Of the policies that decided. */
  readonly ids: readonly string[];
  readonly clauses: readonly string[];
}

/**
 * The answer of Cedar for one export, which is validated in strict mode if asked.
 * @param name - what Cedar keeps it under: an export of the same name takes its place.
 */
export function askerOf(
  exported: CedarExport,
  isValidated: boolean,
  name = 'oracle',
): (request: AccessRequest) => Told {
  const policies: PolicySet = { staticPolicies: exported.policies };
  expect(preparsePolicySet(name, policies)).toEqual({ type: 'success' });
  const schema = exported.schema as never;
  expect(preparseSchema(name, schema)).toEqual({ type: 'success' });
  const ids = [...exported.policies.matchAll(/^@id\("(.*)"\)\n@clause\("(.*)"\)$/gmu)];
  if (isValidated) {
    const checked = validate({ schema, policies, validationSettings: { mode: 'strict' } });
    const errors =
      checked.type === 'failure'
        ? checked.errors
        : checked.validationErrors.map(({ policyId, error }) => [
            ids[Number(policyId.slice('policy'.length))]?.[1],
            error.message,
          ]);
    expect(errors).toEqual([]);
  }
  const actions = actionEntities(exported);
  const entities = [...exported.entities, ...actions] as unknown as Entities;
  let asks = 0;
  return (request) => {
    // The schema brings the hierarchy of the actions with it, and checks request and entities.
    const isChecked = asks++ % CHECKED_EVERY === 0;
    const asked: CedarRequest = exported.requestOf(request);
    const answer = statefulIsAuthorized({
      ...(asked as unknown as { principal: never; action: never; resource: never; context: never }),
      preparsedPolicySetId: name,
      ...(isChecked ? { preparsedSchemaName: name, validateRequest: true } : {}),
      entities: isChecked ? (exported.entities as unknown as Entities) : entities,
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify([answer.errors, asked]));
    const { decision, diagnostics } = answer.response;
    expect(diagnostics.errors, JSON.stringify(asked)).toEqual([]);
    const policiesOf = diagnostics.reason.map((each) => ids[Number(each.slice('policy'.length))]!);
    return {
      decision: decision === 'allow',
      ids: policiesOf.map(([, id]) => id!),
      clauses: policiesOf.map(([, , clause]) => clause!),
    };
  };
}

/** The actions of the schema as entities, for a question without the schema. */
function actionEntities({ schema }: CedarExport): unknown[] {
  const uid = (id: string) => ({ type: 'Doorwright::Action', id });
  return Object.entries(schema['Doorwright']!.actions).map(([id, { memberOf }]) => ({
    uid: uid(id),
    attrs: {},
    parents: memberOf.map((group) => uid(group.id)),
  }));
}
