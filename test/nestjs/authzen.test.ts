/** An application of Nest keeps the contract of every framework's mount of the AuthZEN endpoints. */
import { authzenContractOf } from '../frameworks/authzen-contract.js';
import { startNest } from './start.js';

authzenContractOf('nestjs', startNest);
