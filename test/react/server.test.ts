// @vitest-environment happy-dom
/** HTML from a server carries no permit, and is taken over without a difference. */
import { act, cleanup, render } from '@testing-library/react';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import { AccessProvider, useDecision, useDoors } from '../../src/adapters/for-react.js';
import { house, NOON, page, question } from './world.js';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function Screen() {
  const { decision, reason } = useDecision(question('ada', 'back'));
  const { doors } = useDoors({ type: 'user', id: 'ada' });
  return createElement('p', null, `${decision ? 'open' : 'shut'} ${reason} ${doors.length}`);
}
const app = () =>
  createElement(AccessProvider, { source: house(), clock: () => NOON }, createElement(Screen));

test('HTML from a server shows a refusal, although the engine would permit, and starts nothing', () => {
  vi.useFakeTimers({ now: NOON });
  const listens = vi.spyOn(page.document, 'addEventListener');
  expect(renderToString(app())).toBe('<p>shut not_ready 0</p>');
  expect(vi.getTimerCount()).toBe(0);
  expect(listens).not.toHaveBeenCalledWith('visibilitychange', expect.anything());
});

test('the browser takes the HTML over as it is, and then shows the decision', () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  const container = page.document.createElement('div');
  container.innerHTML = renderToString(app());
  page.document.body.append(container);
  const onRecoverableError = vi.fn();
  act(
    () => void render(app(), { container: container as never, hydrate: true, onRecoverableError }),
  );
  expect(container.textContent).toBe('open granted 2');
  expect(onRecoverableError).not.toHaveBeenCalled();
  expect(complaints).not.toHaveBeenCalled();
});
