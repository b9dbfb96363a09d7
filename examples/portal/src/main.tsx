/** The portal: what a policy decides and why, to look at. */
import { render } from 'preact';
import { App } from './app.js';
import { servedSite } from './sites.js';

const root = document.getElementById('portal');
const served = await servedSite().catch(() => 'failed' as const);
if (root !== null) render(<App served={served} />, root);
