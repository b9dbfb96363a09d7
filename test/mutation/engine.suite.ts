/** What answering a request in `src/engine` is judged by when mutants are made of it; examples come first. */
import '../engine/cases.test.js';
import '../engine/wrong-answers.test.js';
import '../engine/assigning.test.js';
import '../engine/clauses.test.js';
import '../engine/restrictions.test.js';
import '../engine/tenancy.test.js';
import '../engine/explain.test.js';
import '../engine/presence.test.js';
import '../engine/valid-until.test.js';
import '../engine/oracle.test.js';
import '../engine/list-properties.test.js';
import '../engine/properties.test.js';
