/** JSON Schemas (draft 2020-12) of what is asked and answered, as the OpenAPI document publishes them. */
import { SEMANTICS } from './asked.js';
import { SUPPORTED_OBLIGATIONS } from './obligations.js';
import type { Setup } from './setup.js';

/** A schema. */
export type Schema = Readonly<Record<string, unknown>>;

const TEXT: Schema = { type: 'string' };
const YES_OR_NO: Schema = { type: 'boolean' };
const LOOSE: Schema = { type: ['object', 'null'] };

/** Every schema by name. */
export function schemasOf(setup: Setup): Readonly<Record<string, Schema>> {
  const { batchItems } = setup.limits;
  return {
    ...PARTS,
    EvaluationRequest: object(
      { subject: ref('Entity'), action: ref('Action'), resource: ref('Entity'), ...REST },
      ['subject', 'action', 'resource'],
    ),
    EvaluationsRequest: {
      description:
        'Without items it is an EvaluationRequest; of the others each part is the default of the items.',
      anyOf: [
        object(
          {
            evaluations: { type: 'array', minItems: 1, maxItems: batchItems },
            options: ref('Options'),
          },
          ['evaluations'],
        ),
        {
          allOf: [
            ref('EvaluationRequest'),
            object({ evaluations: { type: ['array', 'null'], maxItems: 0 } }, []),
          ],
        },
      ],
    },
    SubjectSearchRequest: object(
      { subject: ref('Searched'), action: ref('Action'), resource: ref('Entity'), ...PAGED },
      ['subject', 'action', 'resource'],
    ),
    ResourceSearchRequest: object(
      { subject: ref('Entity'), action: ref('Action'), resource: ref('Searched'), ...PAGED },
      ['subject', 'action', 'resource'],
    ),
    ActionSearchRequest: object({ subject: ref('Entity'), resource: ref('Entity'), ...PAGED }, [
      'subject',
      'resource',
    ]),
    ...ANSWERS,
    ...(setup.profiles?.accessRequests === undefined ? {} : ASKING),
  };
}

/** A reference to one of the schemas. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function object(properties: Record<string, Schema>, required: readonly string[]): Schema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

function closed(properties: Record<string, Schema>, required: readonly string[]): Schema {
  return { ...object(properties, required), additionalProperties: false };
}

const CONSISTENCY: Schema = {
  anyOf: [
    { type: 'null' },
    object({ kind: { enum: ['local', 'latest'] } }, ['kind']),
    object({ kind: { enum: ['atLeast', 'exact'] }, token: { type: 'string', maxLength: 256 } }, [
      'kind',
      'token',
    ]),
  ],
};

/** What questions are made of. */
const PARTS: Readonly<Record<string, Schema>> = {
  Entity: object({ type: TEXT, id: TEXT, properties: LOOSE }, ['type', 'id']),
  Searched: {
    ...object({ type: TEXT, properties: LOOSE }, ['type']),
    description: 'What is searched for: an id is ignored.',
  },
  Action: object({ name: TEXT, properties: LOOSE }, ['name']),
  Options: {
    ...object(
      {
        reasons: YES_OR_NO,
        grants: YES_OR_NO,
        validUntil: YES_OR_NO,
        explain: YES_OR_NO,
        state: YES_OR_NO,
        consistency: CONSISTENCY,
        evaluations_semantic: { anyOf: [{ type: 'null' }, { enum: [...SEMANTICS] }] },
      },
      [],
    ),
    type: ['object', 'null'],
  },
  Page: {
    ...object(
      { token: { type: ['string', 'null'] }, limit: { type: ['integer', 'null'], minimum: 1 } },
      [],
    ),
    type: ['object', 'null'],
  },
};

const REST: Record<string, Schema> = { context: LOOSE, options: ref('Options') };
const PAGED: Record<string, Schema> = { ...REST, page: ref('Page') };

const REASON: Schema = closed(
  { code: TEXT, at: closed({ type: TEXT, id: TEXT }, ['type', 'id']), detail: TEXT },
  ['code', 'at'],
);
const OBLIGATION: Schema = closed(
  {
    type: { enum: [...SUPPORTED_OBLIGATIONS] },
    id: TEXT,
    properties: closed({ acr_value: TEXT, amr_values: { type: 'array', items: TEXT } }, [
      'acr_value',
    ]),
  },
  ['type', 'id', 'properties'],
);
const STATE: Record<string, Schema> = { revision: { type: 'integer' }, token: TEXT };

/** What is answered. */
const ANSWERS: Readonly<Record<string, Schema>> = {
  Decision: closed(
    {
      decision: YES_OR_NO,
      context: closed(
        {
          reason: TEXT,
          reasons: { type: 'array', items: REASON },
          grants: { type: 'array', items: TEXT },
          validUntil: { type: ['string', 'null'] },
          ...STATE,
          explanation: { type: 'object' },
          obligations: { type: 'array', items: OBLIGATION, minItems: 1 },
          evaluation_id: TEXT,
          access_request: closed(
            { endpoint: TEXT, template: TEXT, expires_at: TEXT, binding_token: TEXT },
            ['endpoint', 'expires_at', 'binding_token'],
          ),
          error: closed({ status: { enum: [400, 403] }, message: TEXT }, ['status', 'message']),
        },
        [],
      ),
    },
    ['decision'],
  ),
  Evaluations: {
    anyOf: [
      closed({ evaluations: { type: 'array', minItems: 1, items: ref('Decision') } }, [
        'evaluations',
      ]),
      ref('Decision'),
    ],
  },
  Entities: results(closed({ type: TEXT, id: TEXT }, ['type', 'id'])),
  Actions: results(closed({ name: TEXT }, ['name'])),
  Metadata: object(
    {
      policy_decision_point: TEXT,
      access_evaluation_endpoint: TEXT,
      capabilities: { type: 'array', minItems: 1, items: TEXT },
      supported_obligations: { type: 'array', minItems: 1, items: TEXT },
      signed_metadata: TEXT,
    },
    ['policy_decision_point', 'access_evaluation_endpoint'],
  ),
};

/** Asking for access. */
const ASKING: Readonly<Record<string, Schema>> = {
  AccessRequest: object(
    {
      subject: ref('Entity'),
      action: ref('Action'),
      resource: ref('Entity'),
      context: LOOSE,
      denial: object({ binding_token: TEXT, expires_at: TEXT }, []),
      requested_access: { type: 'object' },
    },
    ['subject', 'action', 'resource', 'denial'],
  ),
  Task: closed(
    {
      task: closed(
        { id: TEXT, status: TEXT, status_endpoint: TEXT, expires_at: TEXT, display: LOOSE },
        ['id', 'status', 'status_endpoint'],
      ),
      result: closed(
        {
          mode: { const: 'reevaluate' },
          approval: closed({ id: TEXT, approved_until: TEXT }, ['id', 'approved_until']),
        },
        ['mode', 'approval'],
      ),
    },
    ['task'],
  ),
  Problem: closed({ type: TEXT, title: TEXT, status: { type: 'integer' } }, ['type', 'status']),
};

function results(items: Schema): Schema {
  const count: Schema = { type: 'integer', minimum: 0 };
  return closed(
    {
      results: { type: 'array', items },
      page: closed({ next_token: TEXT, count, total: count }, ['next_token']),
      context: closed(STATE, []),
    },
    ['results', 'page'],
  );
}
