/** The lock's rule for time and requirements, as short as it can be said (protocol, "Open(t)"), with a clock that is right. */
import type { LoweredGrant } from '../../src/lowering/grant.js';

/** Whether a lock opens by this grant at `t`, Unix seconds, for a proof that asserts these requirements. */
export function opens(grant: LoweredGrant, t: number, asserted: number): boolean {
  const { nbf, exp, windows, requirements } = grant;
  if (!(nbf <= t && t < exp) || (requirements & ~asserted) !== 0) return false;
  if (windows === undefined) return true;
  const minute = (t - 60 * Math.floor(nbf / 60)) / 60;
  return windows.some(
    (start, index) => index % 2 === 0 && start <= minute && minute < windows[index + 1]!,
  );
}

/** What is wrong with the shape of a grant; empty for one that may be sealed. */
export function faultsOf(grant: LoweredGrant): string[] {
  const { nbf, exp, windows, requirements, scope, timePolicy, assignments } = grant;
  const faults: string[] = [];
  const claim = (holds: boolean, fault: string) => holds || faults.push(fault);
  claim(Number.isSafeInteger(nbf) && Number.isSafeInteger(exp) && 0 <= nbf, 'whole seconds');
  claim(nbf < exp, 'an end after its beginning');
  claim(requirements >= 0 && requirements <= 31 && scope >= 1 && scope <= 15, 'bits');
  claim([0, 1, 2].includes(timePolicy), 'time policy');
  claim(assignments.length > 0, 'an assignment it rests on');
  if (windows === undefined) return faults;
  claim(windows.length % 2 === 0 && windows.length >= 4 && windows.length <= 64, 'pairs');
  claim(
    windows.every((edge, i) => Number.isInteger(edge) && (i === 0 || edge > windows[i - 1]!)),
    'ascending edges that do not touch',
  );
  const base = 60 * Math.floor(nbf / 60);
  const [first = -1, end = 0] = [windows[0], windows.at(-1)];
  claim(first === 0, 'the first window begins with the grant');
  claim(
    base + 60 * end >= exp && base + 60 * end < exp + 60,
    'the last window ends with the grant',
  );
  return faults;
}
