/** What locks tell of their doors, handed to the site. */
import type { AccessEventType } from '../../admin/events/catalogue.js';
import type { GatewayParts } from './gateway-parts.js';
import type { LockHappening, LockState } from './lock-provider.js';
import { NOTHING_HEARD } from './lock-provider.js';

const HAPPENED: { readonly [what in LockHappening]: AccessEventType } = {
  forced_open: 'doorwright.door.forced_open',
  held_open: 'doorwright.door.held_open',
  held_open_ended: 'doorwright.door.held_open_ended',
  tampered: 'doorwright.door.tampered',
  exited: 'doorwright.door.exited',
};

/** Listens to all providers; answers how to stop. */
export function followNews(parts: GatewayParts): () => void {
  const stops = [...parts.providers].map(([name, provider]) => {
    const doors = doorsByDevice(parts, name);
    const states = new Map<string, LockState>();
    for (const device of doors.keys()) states.set(device, provider.state(device) ?? NOTHING_HEARD);
    return provider.watch((news) => {
      const at = doors.get(news.device) ?? [];
      if (at.length === 0) return;
      const types =
        news.kind === 'happened'
          ? [HAPPENED[news.what]]
          : changes(states.get(news.device) ?? NOTHING_HEARD, news.state);
      if (news.kind === 'state') states.set(news.device, news.state);
      for (const id of at)
        for (const type of types) parts.remember({ type, object: { type: 'door', id } });
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}

function doorsByDevice({ doors }: GatewayParts, provider: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [id, door] of doors) {
    if (door.provider !== provider) continue;
    found.set(door.device, [...(found.get(door.device) ?? []), id]);
  }
  return found;
}

/** What a change of state says happened. What was unknown before is news of nothing: a connection came back. */
function changes(before: LockState, after: LockState): AccessEventType[] {
  const types: AccessEventType[] = [];
  if (before.bolt !== after.bolt) {
    // A bolt that sticks is worth telling even if it is the first thing heard.
    if (after.bolt === 'jammed') types.push('doorwright.door.jammed');
    else if (before.bolt !== 'unknown' && after.bolt === 'locked')
      types.push('doorwright.door.locked');
    else if (before.bolt !== 'unknown' && after.bolt === 'unlocked')
      types.push('doorwright.door.unlocked');
  }
  if (before.door !== after.door && before.door !== 'unknown') {
    if (after.door === 'open') types.push('doorwright.door.contact_opened');
    if (after.door === 'closed') types.push('doorwright.door.closed');
  }
  return types;
}
