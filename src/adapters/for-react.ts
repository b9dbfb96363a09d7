/** Decisions in React and React Native (`doorwright/react`): shown, and kept true. */

export type {
  Consistency,
  Pdp,
  PdpRefusalCode,
  PdpStatus,
  PdpView,
  ServedDecision,
  ViewCode,
  ViewResult,
} from './pdp/pdp.js';
export { useAccessList, useDecision, useDoors } from './react/hooks.js';
export type { ShownAccess, ShownDoor, ShownDoors } from './react/lists.js';
export { AccessProvider, type AccessProviderProps } from './react/provider.js';
export type { SceneHost } from './react/scene.js';
export type { Question, QuestionFacts, ShownDecision, ShownFault } from './react/shown.js';
export type { AccessSource, ChangingSource } from './react/source.js';
