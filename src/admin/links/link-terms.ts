/** How often a link may open, and how often it has: kept beside the policy, because no other decision needs it. */

import type { Decision } from '../../engine/decision.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Entity } from '../../engine/request.js';
import type { Plan } from '../plan.js';
import type { SiteRecord } from '../record.js';

/** Uses of one link at most: beyond that, count in a schedule or not at all. */
export const LINK_USES_MAX = 1_000_000;

/** The terms of one link. A link without a record may open as often as it likes. */
export interface LinkTerms {
  readonly link: string;
  readonly usesMax: number;
  /** 0 to `usesMax`. */
  readonly uses: number;
}

/** Terms as a record, whose id is the link's. */
export function encodeLinkTerms({ link, usesMax, uses }: LinkTerms): SiteRecord {
  return { kind: 'link_terms', id: link, body: { usesMax, uses } };
}

/**
 * The terms a record holds; undefined for no record. A record that is none is read as exhausted, so that
 * damage never opens.
 */
export function parseLinkTerms(record: SiteRecord | undefined): LinkTerms | undefined {
  if (record === undefined) return undefined;
  const { usesMax, uses } = record.body;
  const isCount = (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= 0;
  return isCount(usesMax) && isCount(uses) && usesMax >= 1
    ? { link: record.id, usesMax, uses }
    : { link: record.id, usesMax: 1, uses: 1 };
}

/** Whether a link may open once more. */
export function linkUse(terms: LinkTerms | undefined): 'may' | 'exhausted' {
  return terms === undefined || terms.uses < terms.usesMax ? 'may' : 'exhausted';
}

/**
 * Whether an opening is a use of a link: it was permitted to a link because of what the link holds. A refusal is none,
 * and neither is passing a door that stands open for everybody.
 */
export function isLinkUse(subject: Pick<Entity, 'type'>, { decision, context }: Decision): boolean {
  return subject.type === 'link' && decision && context.reason === 'granted';
}

/**
 * What to write after a use, as the system and in the transaction that decided it: one use more, and after the
 * last the link is switched off. Nothing for a link without terms.
 * @throws RangeError for terms that are exhausted: such an opening is not to be permitted.
 */
export function planAfterUse(
  engine: Engine,
  terms: LinkTerms | undefined,
): Pick<Plan, 'changes' | 'records'> {
  if (terms === undefined) return {};
  if (linkUse(terms) === 'exhausted') throw new RangeError(`no use left of \`${terms.link}\``);
  const next = { ...terms, uses: terms.uses + 1 };
  const link = findElement(engine, 'links', terms.link);
  const isLast = linkUse(next) === 'exhausted' && link !== undefined && link.active !== false;
  return {
    records: { put: [encodeLinkTerms(next)] },
    ...(isLast ? { changes: { put: { links: [{ ...link, active: false }] } } } : {}),
  };
}
