// `npm install && npm start`, then http://127.0.0.1:8000
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { policySource } from './policy-source.mjs';
import { App } from './screen.mjs';

const source = policySource(async () => (await fetch('studio.json')).json());
const refresh = () => source.refresh().catch(() => undefined);
refresh();
window.addEventListener('focus', refresh);

// In earnest: ask your server, which decides again. This answer, not the button, opens the door.
const open = (door) => fetch(`/doors/${encodeURIComponent(door)}/unlock`, { method: 'POST' });

createRoot(document.getElementById('root')).render(
  createElement(App, { source, subject: { type: 'user', id: 'ada' }, open }),
);
