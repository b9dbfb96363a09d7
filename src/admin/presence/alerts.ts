/** Events and notices of a place that fills up or empties. */
import { eventTime } from '../events/event-time.js';
import type { Notice, Plan } from '../plan.js';
import { type Crossings, crossings } from './alert-policy.js';
import type { Reached } from './capacity-state.js';
import type { PlaceScene } from './place-scene.js';

/** What one write says beside its records. */
export type Said = Required<Pick<Plan, 'events' | 'notices'>>;

/** The scene with what its count reaches, and what is to be said of it. */
export function withAlerts(
  scene: PlaceScene,
  time: number,
  newId: () => string,
): Said & { readonly scene: PlaceScene } {
  const { state, alerts, people } = scene;
  const crossed = crossings(alerts, state.reached, state.count, people);
  const isSame = crossed.up.length === 0 && crossed.reached.length === state.reached.length;
  return {
    ...saidOf(scene, crossed, time, newId),
    scene: isSame ? scene : { ...scene, state: { ...state, reached: crossed.reached } },
  };
}

function saidOf(
  { state, people = 0, alerts }: PlaceScene,
  { up, down }: Crossings,
  time: number,
  newId: () => string,
): Said {
  const { count, place } = state;
  const object = { type: 'place', id: place };
  const dataOf = ({ policy, threshold }: Reached) => ({
    policy,
    threshold,
    count,
    capacity: people,
  });
  const eventOf = (type: string, crossing: Reached) => ({
    log: 'access' as const,
    id: newId(),
    type,
    time: eventTime(time),
    object,
    place,
    outcome: 'done' as const,
    data: dataOf(crossing),
  });
  const noticesOf = (crossing: Reached): Notice[] =>
    (alerts.find(({ id }) => id === crossing.policy)?.notify ?? []).map((user) => ({
      kind: 'occupancy',
      to: { type: 'user', id: user },
      object,
      data: dataOf(crossing),
    }));
  return {
    events: [
      ...up.map((crossing) => eventOf('doorwright.occupancy.reached', crossing)),
      ...down.map((crossing) => eventOf('doorwright.occupancy.fell', crossing)),
    ],
    notices: up.flatMap(noticesOf),
  };
}
