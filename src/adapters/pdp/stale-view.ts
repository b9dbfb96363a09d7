/** What is decided by knowledge that is too old: nobody comes in, and nobody is kept in. */
import { doorwayOf } from '../../admin/presence/passing.js';
import type { AccessRequest } from '../../engine/request.js';
import type { PdpView, ServedDecision } from './pdp.js';

/**
 * The view, refusing with `stale`. Openings at a reader that leads out go on by the policy that is there: whoever
 * may have been locked in by a network that fails is worse off than a room that somebody left.
 */
export function staleView(view: PdpView): PdpView {
  const { engine, token } = view;
  const leadsOut = (request: AccessRequest) => doorwayOf(engine, request)?.direction === 'exit';
  return {
    engine,
    token,
    stale: true,
    decide(request, options) {
      // A request that is none is told as such, stale or not.
      const decision = view.decide(request, options);
      return leadsOut(request) ? decision : staleRefusal(view, request);
    },
    check: (request) => view.check(request) && leadsOut(request),
  };
}

/** The refusal of a decision point that knows too little, too old. */
export function staleRefusal(
  { engine: { revision } }: Pick<PdpView, 'engine'>,
  { resource }: AccessRequest,
): ServedDecision {
  const at = { type: resource.type, id: resource.id };
  const reasons = [{ code: 'stale', at }] as const;
  return { decision: false, context: { reason: 'stale', reasons, grants: [], revision } };
}
