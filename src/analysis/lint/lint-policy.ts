/** Lint: what is allowed in a policy and yet looks like a mistake, or like more access than was meant. */
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { compileEngine, isEngine, snapshotOf, validatedPolicy } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { COLLECTIONS, type Policy } from '../../policy/document.js';
import { pointerOf, quote } from '../../policy/pointer.js';
import { parseInstant } from '../../values/instant.js';
import { FINDING_CODES, LINT_RULES } from './catalogue.js';
import { lintCounted } from './counted.js';
import type { Finding, LintOptions } from './finding.js';
import { RELATED_MAX } from './finding.js';
import { type Ground, groundOf } from './ground.js';
import { lintAssignments, lintGroups } from './rules-assignments.js';
import { lintDoors, lintLockdowns } from './rules-doors.js';
import { lintLinks } from './rules-links.js';
import { lintCredentials, lintDevices, lintOwners, lintTeams } from './rules-people.js';
import { lintEveryone, lintPrivileged, lintSegregation, unknownOf } from './rules-privilege.js';
import { lintExits, lintRepeated, lintUnmeetable } from './rules-restrictions.js';
import { lintCalendars, lintSchedules } from './rules-schedules.js';
import { lintShadowed } from './rules-shadowed.js';
import { lintTransitions } from './rules-transitions.js';
import { lintHours, lintUnlocks } from './rules-unlock.js';
import { scheduleUses } from './schedule-uses.js';

/**
 * What somebody should look at in a policy, in document order and then by code. Pure: without `at` nothing is judged
 * by the date. Pointers lead into the policy given; of an engine, into `engine.policy`.
 * @throws PolicyError for a policy that is not valid; RangeError for an option that is none, or that names a role,
 *   group or permission that the policy does not have.
 * @see docs/lint.md
 */
export function lintPolicy(policy: Policy | Engine, options: LintOptions = {}): readonly Finding[] {
  checkRules(options);
  const { s, document } = compiled(policy, options);
  const found: Placed[] = [];
  const ground = groundOf(s, document, {
    now: instantOf(options.at),
    segregation: checkedPairs(s, options),
    privileged: checkedRoles(s, options),
    report: (code, path, message, related = []) => {
      const severity = options.rules?.[code] ?? LINT_RULES[code].severity;
      if (severity === 'off') return;
      const { advice } = LINT_RULES[code];
      const finding: Finding = { code, severity, pointer: pointerOf(path), message, advice };
      const more = related.slice(0, RELATED_MAX).map(pointerOf);
      found.push({
        path,
        finding: more.length === 0 ? finding : { ...finding, related: more },
      });
    },
  });
  lintAll(ground);
  return found.sort(inDocumentOrder).map(({ finding }) => finding);
}

/** A finding and its path, which orders it. */
interface Placed {
  readonly path: readonly (string | number)[];
  readonly finding: Finding;
}

function lintAll(ground: Ground): void {
  const uses = scheduleUses(ground);
  // First, as it says what the rules after it leave alone.
  lintCounted(ground, uses);
  lintSchedules(ground, uses);
  lintCalendars(ground, uses);
  lintTransitions(ground, uses);
  lintUnlocks(ground);
  lintHours(ground);
  lintAssignments(ground);
  lintGroups(ground);
  lintShadowed(ground);
  lintLinks(ground);
  lintRepeated(ground);
  lintUnmeetable(ground);
  lintExits(ground);
  lintDevices(ground);
  lintCredentials(ground);
  lintTeams(ground);
  lintOwners(ground);
  lintDoors(ground);
  lintLockdowns(ground);
  lintPrivileged(ground);
  lintEveryone(ground);
  lintSegregation(ground);
}

/** The tables and the document of what was given. */
function compiled(
  policy: Policy | Engine,
  options: LintOptions,
): { readonly s: Snapshot; readonly document: Policy } {
  if (isEngine(policy)) return { s: snapshotOf(policy), document: policy.policy };
  const { timeZones = luxonTimeZones, allowDeprecatedRoles = false } = options;
  const document = validatedPolicy(policy, { timeZones, allowDeprecatedRoles });
  return { s: snapshotOf(compileEngine(document, { timeZones, allowDeprecatedRoles })), document };
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseInstant(text);
  if (Number.isNaN(ms))
    throw new RangeError(`\`at\` must be an RFC 3339 instant, not ${quote(text)}`);
  return ms;
}

function checkRules({ rules = {} }: LintOptions): void {
  for (const [code, severity] of Object.entries(rules)) {
    if (!(FINDING_CODES as readonly string[]).includes(code)) {
      throw new RangeError(`unknown code ${quote(code)} in \`rules\``);
    }
    if (severity !== undefined && !LEVELS.includes(severity)) {
      throw new RangeError(
        `\`rules\` must say off, note, warning or error, not ${quote(severity)}`,
      );
    }
  }
}

const LEVELS: readonly string[] = ['off', 'note', 'warning', 'error'];

const ROOT_ORDER: readonly string[] = ['organization', ...COLLECTIONS];

/** A duty that names nothing, or what does not exist, would silently never be found. */
function checkedPairs(s: Snapshot, { segregation = [] }: LintOptions): Ground['segregation'] {
  segregation.forEach((pair, index) => {
    for (const side of ['first', 'second'] as const) {
      const duty = pair[side];
      const where = `\`segregation\` ${index + 1}, ${side} duty`;
      if (duty.role === undefined && duty.group === undefined && duty.permission === undefined) {
        throw new RangeError(`${where}: names neither role, group nor permission`);
      }
      const unknown = unknownOf({ s }, duty);
      if (unknown !== undefined) throw new RangeError(`${where}: ${unknown}`);
    }
  });
  return segregation;
}

function checkedRoles(s: Snapshot, { privileged }: LintOptions): readonly string[] | undefined {
  const unknown = privileged?.find((role) => !s.model.byId.has(role));
  if (unknown !== undefined)
    throw new RangeError(`unknown role ${quote(unknown)} in \`privileged\``);
  return privileged;
}

/** As the document is written: its members in order, elements by their place, then by code and words. */
function inDocumentOrder(one: Placed, other: Placed): number {
  const length = Math.min(one.path.length, other.path.length);
  for (let index = 0; index < length; index++) {
    const order = compareTokens(one.path[index] ?? 0, other.path[index] ?? 0, index === 0);
    if (order !== 0) return order;
  }
  const byDepth = one.path.length - other.path.length;
  if (byDepth !== 0) return byDepth;
  const [a, b] = [one.finding, other.finding];
  return compareTexts(a.code, b.code) || compareTexts(a.message, b.message);
}

function compareTokens(one: string | number, other: string | number, atRoot: boolean): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (atRoot) return ROOT_ORDER.indexOf(String(one)) - ROOT_ORDER.indexOf(String(other));
  return compareTexts(String(one), String(other));
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
