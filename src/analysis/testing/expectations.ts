/** Reading what a test expects: in short or in full, something at all, and nothing that no answer can be. */
import type { ReasonCode } from '../../engine/decision.js';
import { unique } from '../../engine/findings.js';
import type { AccessEntry } from '../../engine/search.js';
import type { Report } from '../../policy/issue-list.js';
import { quote } from '../../policy/pointer.js';
import { parseInstant } from '../../values/instant.js';
import { typeAndId } from './fixtures.js';
import type {
  ExpectedDecision,
  ExpectedEntry,
  ExpectedList,
  ExpectedReason,
} from './test-suite.js';
import { PERMIT_CODES, type WrittenExpectation } from './tests-document.js';

type Full = Exclude<WrittenExpectation, string>;
type Written = NonNullable<Full['exactly']>[number];

const OF_LISTS = ['exactly', 'contains', 'excludes'] as const;
const OF_DECISIONS = ['decision', 'reason', 'reasons', 'grants', 'validUntil'] as const;

/** What a decision has to be; undefined when something about it was reported. */
export function decisionExpected(
  written: WrittenExpectation,
  pointer: string,
  report: Report,
): ExpectedDecision | undefined {
  const full = inFull(written);
  if (misplaced(full, OF_LISTS, 'a list', pointer, report)) return undefined;
  if (assertsNothing(full, OF_DECISIONS, pointer, report)) return undefined;
  const reasons = full.reasons?.map((one): ExpectedReason => {
    if (typeof one === 'string') return { code: one, at: undefined, detail: undefined };
    return { code: one.code, at: one.at, detail: one.detail };
  });
  const { decision, validUntil } = full;
  const expected: ExpectedDecision = {
    decision:
      decision === undefined ? impliedDecision(full) : decision === true || decision === 'permit',
    reason: full.reason,
    reasons,
    grants: full.grants && unique(full.grants),
    validUntil: validUntil === undefined ? undefined : instantOrNever(validUntil),
  };
  const fault = contradictionIn(expected);
  if (fault === undefined) return expected;
  report({ pointer, code: 'value', message: `no answer can be that: ${fault}` });
  return undefined;
}

/** What a list has to hold; undefined when something about it was reported. */
export function listExpected(
  written: WrittenExpectation,
  isAccess: boolean,
  pointer: string,
  report: Report,
): ExpectedList | undefined {
  const full = inFull(written);
  if (misplaced(full, OF_DECISIONS, 'a decision', pointer, report)) return undefined;
  if (assertsNothing(full, OF_LISTS, pointer, report)) return undefined;
  let sound = true;
  const read = (name: (typeof OF_LISTS)[number]): readonly ExpectedEntry[] | undefined =>
    full[name]?.map((one, index) => {
      const entry = entryExpected(one, isAccess, `${pointer}/${name}/${index}`, report);
      sound &&= entry !== undefined;
      return entry ?? '';
    });
  const expected: ExpectedList = {
    exactly: read('exactly'),
    contains: read('contains'),
    excludes: read('excludes'),
  };
  return sound ? expected : undefined;
}

/** A short expectation in full: a decision, or the code of the reason for it. */
function inFull(written: WrittenExpectation): Full {
  if (typeof written !== 'string') return written;
  if (written === 'permit' || written === 'deny') return { decision: written };
  return { reason: written };
}

function misplaced(
  full: Full,
  members: readonly (keyof Full)[],
  what: string,
  pointer: string,
  report: Report,
): boolean {
  const wrong = members.filter((name) => full[name] !== undefined);
  for (const name of wrong) {
    const message = `${quote(name)} is expected of ${what}, which is not what is asked`;
    report({ pointer: `${pointer}/${name}`, code: 'unknown_member', message });
  }
  return wrong.length > 0;
}

function assertsNothing(
  full: Full,
  members: readonly (keyof Full)[],
  pointer: string,
  report: Report,
): boolean {
  if (members.some((name) => full[name] !== undefined)) return false;
  report({ pointer, code: 'empty', message: 'expects nothing, so it could not fail' });
  return true;
}

function instantOrNever(text: string): number | null {
  return text === 'never' ? null : Math.floor(parseInstant(text));
}

/** What the rest says of the decision. */
function impliedDecision(full: Full): boolean | undefined {
  const code = full.reason ?? codeOf(full.reasons?.[0]);
  if (code !== undefined) return isPermitCode(code);
  return full.grants !== undefined && full.grants.length > 0 ? true : undefined;
}

function codeOf(one: NonNullable<Full['reasons']>[number] | undefined): ReasonCode | undefined {
  return typeof one === 'object' ? one.code : one;
}

function isPermitCode(code: ReasonCode): boolean {
  return (PERMIT_CODES as readonly string[]).includes(code);
}

/** In which words no answer can be as expected. @see docs/clauses.md, "Request and answer" */
function contradictionIn({
  decision,
  reason,
  reasons,
  grants,
}: ExpectedDecision): string | undefined {
  const codes = reasons?.map(({ code }) => code) ?? [];
  const all = reason === undefined ? codes : [reason, ...codes];
  const wrong = all.find((code) => isPermitCode(code) !== decision);
  if (wrong !== undefined) {
    return `${quote(wrong)} is a reason to ${decision === true ? 'deny' : 'permit'}`;
  }
  if (reason !== undefined && reasons !== undefined && !codes.includes(reason)) {
    return `the reason ${quote(reason)} is not among the reasons`;
  }
  if (decision === true && codes.length > 1) return 'a permit has one reason';
  if (grants === undefined || decision === undefined) return undefined;
  const mayHave = decision && !all.includes('door_unlocked');
  if (grants.length > 0 && !mayHave) return 'only what is granted has grants';
  return grants.length === 0 && all.includes('granted') ? 'what is granted has grants' : undefined;
}

function entryExpected(
  written: Written,
  isAccess: boolean,
  pointer: string,
  report: Report,
): ExpectedEntry | undefined {
  if (typeof written === 'string') return written;
  if (!isAccess) {
    report({ pointer, code: 'type', message: 'must be text: only `access` lists more than ids' });
    return undefined;
  }
  if (Object.keys(written).length === 0) {
    report({ pointer, code: 'empty', message: 'says nothing of the entry' });
    return undefined;
  }
  const { subject, resource, ...rest } = written;
  const entry: { -readonly [K in keyof AccessEntry]?: AccessEntry[K] } = {
    ...(rest as Partial<AccessEntry>),
  };
  for (const [name, text] of [
    ['subject', subject],
    ['resource', resource],
  ] as const) {
    if (text === undefined) continue;
    const entity = typeAndId(text);
    if (entity !== undefined) entry[name] = { type: entity.type, id: entity.id };
    else {
      const message = `must be \`type:id\`, is ${quote(text)}`;
      report({ pointer: `${pointer}/${name}`, code: 'format', message });
      return undefined;
    }
  }
  return entry;
}
