/** The phone's page: the keys of a person, kept in a browser. */
import { render } from 'preact';
import { App } from './app.js';

const root = document.getElementById('phone');
if (root !== null) render(<App />, root);
