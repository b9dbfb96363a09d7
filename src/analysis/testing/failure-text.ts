/** A failed test in lines of text: what was asked, what was expected, what the answer was and by which clause. */
import type { AccessRequest } from '../../engine/request.js';
import { quote } from '../../policy/pointer.js';
import { decisionWord, listWords, reasonWords } from './mismatch.js';
import type { FailedTest } from './run-tests.js';
import type { FileFault } from './tested-file.js';

/** The lines of one failure. Outside text in them is quoted and made harmless. */
export function failureLines({ mismatches, request, answer, clause }: FailedTest): string[] {
  const lines = mismatches.map(
    ({ what, expected, actual }) => `${what}: expected ${expected}, got ${actual}`,
  );
  if (request === undefined || answer === undefined) return lines;
  const { reasons, grants } = answer.context;
  const told = reasons.map(reasonWords).join('; ');
  const granted = grants.length === 0 ? '' : `, by ${listWords(grants)}`;
  return [
    `asked: ${requestWords(request)}`,
    ...lines,
    `answer: ${decisionWord(answer.decision)} (clause ${clause ?? 'unknown'}): ${told}${granted}`,
  ];
}

/** A request in one line. */
export function requestWords({ subject, action, resource, context }: AccessRequest): string {
  const { time, ...facts } = context;
  const told = Object.entries(facts).map(([name, value]) => `, ${name} ${quote(textOf(value))}`);
  const from = `${subject.type} ${quote(subject.id)}`;
  const to = `${resource.type} ${quote(resource.id)}`;
  return `${from}, ${quote(action.name)} ${to} at ${String(time)}${told.join('')}`;
}

/** One fault in one line: where, what, its code. */
export function faultLine({ file, line, column, pointer, message, code }: FileFault): string {
  const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
  return `${file}${place}: ${pointer === '' ? '' : `${pointer}: `}${message} (${code})`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
