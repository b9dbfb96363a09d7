/** What can go wrong in SCIM, and how it is told. */
import type { Outcome } from '../../values/outcome.js';
import type { JsonObject } from '../record.js';

/**
 * Codes of RFC 7644 §3.12, table 9, as `scimType`; and beyond them: `notFound`, `preconditionFailed` (the
 * resource is at another version), `forbidden` (the policy's rules say no), `tooLarge`, `notImplemented`.
 */
export type ScimCode =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'notFound'
  | 'preconditionFailed'
  | 'forbidden'
  | 'tooLarge'
  | 'notImplemented';

/** What a SCIM workflow answers. */
export type ScimOutcome<T> = Outcome<T, ScimCode>;

/** The HTTP status of each code. */
export const SCIM_STATUS: Readonly<Record<ScimCode, number>> = {
  invalidFilter: 400,
  tooMany: 400,
  uniqueness: 409,
  mutability: 400,
  invalidSyntax: 400,
  invalidPath: 400,
  noTarget: 400,
  invalidValue: 400,
  notFound: 404,
  preconditionFailed: 412,
  forbidden: 403,
  tooLarge: 413,
  notImplemented: 501,
};

/** The codes that RFC 7644 knows no `scimType` for: their status says it all. */
const WITHOUT_TYPE: ReadonlySet<ScimCode> = new Set<ScimCode>([
  'notFound',
  'preconditionFailed',
  'forbidden',
  'tooLarge',
  'notImplemented',
]);

/** The URN of an Error body. */
export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A refusal. */
export function refuse(
  code: ScimCode,
  detail: string,
): { ok: false; code: ScimCode; detail: string } {
  return { ok: false, code, detail };
}

/** The Error body of a status; its `status` is text, which Okta insists on. @see RFC 7644 §3.12 */
export function errorBody(status: number, detail: string, code?: ScimCode): JsonObject {
  const typed = code !== undefined && !WITHOUT_TYPE.has(code);
  return {
    schemas: [ERROR_SCHEMA],
    status: String(status),
    ...(typed ? { scimType: code } : {}),
    detail,
  };
}
