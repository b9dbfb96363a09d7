/** The portal: what a policy decides and why, to look at. */
import { render } from 'preact';
import { App } from './app.js';

const root = document.getElementById('portal');
if (root !== null) render(<App />, root);
