/** What compiling and changing a policy in `src/engine` is judged by when mutants are made of it. */
import '../engine/table.test.js';
import '../engine/list-edits.test.js';
import '../engine/numbers.test.js';
import '../engine/cases.test.js';
import '../engine/apply.test.js';
import '../engine/wrong-answers.test.js';
import '../engine/presence.test.js';
import '../engine/oracle.test.js';
import '../engine/snapshot-properties.test.js';
import '../engine/list-properties.test.js';
