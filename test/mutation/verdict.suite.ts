/** What the lock's verdict on a grant is judged by when mutants are made of it. */
import '../protocol/lock/grant-check.test.js';
import '../protocol/lock/time-check.test.js';
import '../protocol/lock/policy-store.test.js';
import '../protocol/lock/trust-store.test.js';
import '../protocol/lock/use-counters.test.js';
import '../protocol/lock/uses.test.js';
import '../protocol/verify/verify-grant.test.js';
