/** Every inbound of the registry keeps every promise, and every case catches its mutant. */
import { afterAll } from '@jest/globals';
import { closeLedger } from '../../fixtures/delivery/delivery.js';
import { playInboundSuite } from './suite.js';
import { stages } from '../stages/index.js';

afterAll(closeLedger);

for (const [channel, ofChannel] of Object.entries(stages)) playInboundSuite(channel, ofChannel);
