/** The middleware keeps the contract on the oldest Express it is for, too. */
import type express from 'express';
// @ts-expect-error -- the older version has no types of its own; those of the newer fit what is used.
import older from 'express4';
import { authzenContractOf } from './authzen-contract.js';
import { contractOf } from './contract.js';
import { startExpress } from './express-service.js';
import type { Service } from './service.js';

const start = (service: Service) => startExpress(older as typeof express, service);

contractOf('express 4', start);
authzenContractOf('express 4', start);
