/**
 * When a device may open a door, settled ahead: the engine's own clauses, asked once in each stretch of time in
 * which nothing they look at changes. Exact, because the ends of stretches are where `validUntil` looks too.
 */
import { judge } from '../engine/decide.js';
import { Findings } from '../engine/findings.js';
import type { AccessRequest } from '../engine/request.js';
import type { Snapshot } from '../engine/snapshot.js';
import { nextInstant } from '../engine/valid-until.js';
import type { Span } from '../values/instant.js';

/**
 * Stretches looked at for one door. A month of quarter hours has 2 880; a door at which more happens gets a
 * shorter life.
 */
const STRETCHES_MAX = 4096;

/** When assignments permit under the same demands. */
export interface Track {
  /** The one assignment whose openings are counted; undefined for all others together. */
  readonly counted: string | undefined;
  readonly secondFactor: boolean;
  /** Epoch milliseconds, ascending, not touching. */
  readonly spans: readonly Span[];
  readonly assignments: ReadonlySet<string>;
}

/** Tracks, and how far was looked: before `until` they are complete. */
export interface OpenSpans {
  readonly tracks: readonly Track[];
  readonly until: number;
}

/**
 * When the request is permitted within `[from, until)`, without and with a second factor.
 * @param request - about a door that exists; its time is not looked at.
 * @param isCounted - whether the openings of an assignment are counted.
 */
export function openSpans(
  s: Snapshot,
  request: AccessRequest,
  from: number,
  until: number,
  isCounted: (assignment: string) => boolean,
): OpenSpans {
  const tracks = new Map<string, GrowingTrack>();
  let reached = from;
  for (const stretch of stretches(s, request, from, until)) {
    for (const secondFactor of [false, true]) {
      // Grants, not the decision: a door that stands open for everybody (D3) is nobody's grant.
      for (const assignment of new Set(grantsAt(s, request, secondFactor, stretch.from))) {
        const counted = isCounted(assignment) ? assignment : undefined;
        const track = trackOf(tracks, counted, secondFactor);
        grow(track, stretch, assignment);
      }
    }
    reached = stretch.until;
  }
  return { tracks: [...tracks.values()], until: reached };
}

/** Whether a request is permitted during all of a span. */
export function holdsThroughout(s: Snapshot, request: AccessRequest, span: Span): boolean {
  let reached = span.from;
  for (const stretch of stretches(s, request, span.from, span.until)) {
    if (!judge(s, request, stretch.from, undefined)) return false;
    reached = stretch.until;
  }
  return reached === span.until;
}

/** `[from, until)` in pieces, within each of which every answer to the request is the same. Ends early after very many. */
function* stretches(
  s: Snapshot,
  request: AccessRequest,
  from: number,
  until: number,
): Generator<Span> {
  let at = from;
  for (let look = 0; look < STRETCHES_MAX && at < until; look++) {
    const next = Math.min(nextInstant(s, request, at) ?? until, until);
    yield { from: at, until: next };
    at = next;
  }
}

function grantsAt(
  s: Snapshot,
  request: AccessRequest,
  secondFactor: boolean,
  time: number,
): readonly string[] {
  const findings = new Findings();
  const context = { ...request.context, secondFactor };
  return judge(s, { ...request, context }, time, findings) ? findings.grants : [];
}

/** A track in the making. */
interface GrowingTrack extends Track {
  readonly spans: { from: number; until: number }[];
  readonly assignments: Set<string>;
}

/** The track of such demands, begun if it is the first. */
function trackOf(
  tracks: Map<string, GrowingTrack>,
  counted: string | undefined,
  secondFactor: boolean,
): GrowingTrack {
  const key = JSON.stringify([counted ?? null, secondFactor]);
  const known = tracks.get(key);
  if (known !== undefined) return known;
  const track = { counted, secondFactor, spans: [], assignments: new Set<string>() };
  tracks.set(key, track);
  return track;
}

/** Adds a stretch; they come in order, and touching ones become one span. */
function grow({ spans, assignments }: GrowingTrack, { from, until }: Span, assignment: string) {
  assignments.add(assignment);
  const last = spans.at(-1);
  if (last !== undefined && last.until >= from) last.until = until;
  else spans.push({ from, until });
}
