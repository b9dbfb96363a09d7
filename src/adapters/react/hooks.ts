/**
 * Hooks that show decisions and keep them true: looked at again exactly at their end, at once for a new policy and for other
 * facts, and after sleep. What they answer is for display.
 */
import { useMemo, useSyncExternalStore } from 'react';
import type { Entity } from '../../engine/request.js';
import {
  type ListQuestion,
  noAccess,
  noDoors,
  type ShownAccess,
  type ShownDoors,
  showAccess,
  showDoors,
} from './lists.js';
import { useScene } from './provider.js';
import {
  type Question,
  type QuestionFacts,
  questionText,
  type ShownDecision,
  showDecision,
  shownRefusal,
} from './shown.js';
import type { Deciding } from './source.js';
import { type Shown, Watch } from './watch.js';

/** What is found out for a question's text. */
interface Kind<T extends Shown> {
  readonly show: (deciding: Deciding, text: string | undefined, time: number) => T;
  readonly fault: T;
  readonly onServer: T;
}

const DECISION: Kind<ShownDecision> = {
  show: showDecision,
  fault: shownRefusal('fault'),
  onServer: shownRefusal('not_ready'),
};
const ACCESS: Kind<ShownAccess> = {
  show: showAccess,
  fault: noAccess('fault'),
  onServer: noAccess('not_ready'),
};
const DOORS: Kind<ShownDoors> = {
  show: showDoors,
  fault: noDoors('fault'),
  onServer: noDoors('not_ready'),
};

/**
 * The decision on a question as of now. Literals may be written anew in each render: what counts is what they say. The same
 * object until anything in it is different. On a server, and while its HTML is taken over, a refusal `not_ready`.
 */
export function useDecision(question: Question): ShownDecision {
  return useShown(DECISION, question);
}

/** What a user or link holds, and the status of each, as of now. */
export function useAccessList(subject: Entity): ShownAccess {
  return useShown(ACCESS, { subject } satisfies ListQuestion);
}

/** Every door and lift stop that a user or link has, and how each is decided as of now. Doors that stand open to everybody are not among them. */
export function useDoors(subject: Entity, facts?: QuestionFacts): ShownDoors {
  return useShown(DOORS, { subject, facts });
}

function useShown<T extends Shown>(kind: Kind<T>, question: unknown): T {
  const scene = useScene();
  const text = questionText(question);
  const watch = useMemo(() => {
    const { fault, onServer } = kind;
    return new Watch<T>(scene, {
      find: (deciding, time) => kind.show(deciding, text, time),
      fault,
      onServer,
    });
  }, [scene, kind, text]);
  return useSyncExternalStore(watch.subscribe, watch.getSnapshot, watch.getServerSnapshot);
}
