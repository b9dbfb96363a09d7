/** What the bare engine is asked: one policy and its requests, decided there with a time-zone table. */
import {
  type AccessRequest,
  compilePolicy,
  type Decision,
  type TimeZoneTable,
  tableTimeZones,
} from '../../src/index.js';

interface BareQuestion {
  readonly policy: unknown;
  readonly requests: readonly AccessRequest[];
  readonly timeZones: TimeZoneTable;
}

function decideBare({ policy, requests, timeZones }: BareQuestion): Decision[] {
  const engine = compilePolicy(policy, { timeZones: tableTimeZones(timeZones) });
  return requests.map((request) => engine.decide(request, { validUntil: true }));
}

Object.assign(globalThis, { decideBare });
