/** The Express middleware keeps the contract. */
import express from 'express';
import { authzenContractOf } from './authzen-contract.js';
import { contractOf } from './contract.js';
import { startExpress } from './express-service.js';
import type { Service } from './service.js';

const start = (service: Service) => startExpress(express, service);

contractOf('express', start);
authzenContractOf('express', start);
