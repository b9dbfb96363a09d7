/** Hands what decides down a tree of components. */
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
} from 'react';
import { Scene, type SceneHost } from './scene.js';
import type { AccessSource } from './source.js';

/** What a provider is given. Keep `source` and the functions the same between renders: each new one begins anew. */
export interface AccessProviderProps extends SceneHost {
  /** What decides; undefined or null while it is loading: everything is refused as `not_ready`. */
  readonly source: AccessSource | undefined | null;
  readonly children?: ReactNode;
}

/** Where there is no provider, there is no engine, and everything is refused. */
const SceneContext = createContext<Scene>(new Scene(undefined));

/**
 * Lets the hooks below it decide by a source.
 * @throws TypeError for a source that is none.
 */
export function AccessProvider(props: AccessProviderProps): ReactElement {
  const { source, clock, setTimer, onWake, clockLookMs, children } = props;
  const scene = useMemo(
    () =>
      new Scene(source, {
        ...(clock && { clock }),
        ...(setTimer && { setTimer }),
        ...(onWake && { onWake }),
        ...(clockLookMs !== undefined && { clockLookMs }),
      }),
    [source, clock, setTimer, onWake, clockLookMs],
  );
  return createElement(SceneContext.Provider, { value: scene }, children);
}

/** The scene that the nearest provider made. */
export function useScene(): Scene {
  return useContext(SceneContext);
}
