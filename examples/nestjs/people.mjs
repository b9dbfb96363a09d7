// Stands for your sign-in: who brings which token, and whether he proved a second factor when he got it.
const PEOPLE = new Map([
  ['Bearer token-of-ada', { id: 'ada', secondFactor: true }],
  ['Bearer token-of-ben', { id: 'ben', secondFactor: false }],
  ['Bearer token-of-cleo', { id: 'cleo', secondFactor: true }],
]);

/** Whom an `Authorization` header names; undefined for nobody we know. */
export function personOf(authorization) {
  return PEOPLE.get(authorization);
}

/** What the policy is told about a request beside who asks: only what the sign-in knows. */
export function factsOf(authorization) {
  return { method: 'remote', secondFactor: personOf(authorization)?.secondFactor === true };
}

/** The controller of a door, which asks over AuthZEN and whose readers are believed. */
export function clientOf(exchange) {
  const isGate = exchange.header('authorization') === 'Bearer token-of-gate';
  return isGate ? { id: 'gate', asserts: 'facts', explain: true } : undefined;
}
