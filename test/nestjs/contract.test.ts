/** The Nest module keeps the contract of every framework's guard. */
import { contractOf } from '../frameworks/contract.js';
import { startNest } from './start.js';

contractOf('nestjs', startNest);
