/** Every notifier of the registry keeps every promise of the contract, and every case catches its mutant. */
import { playNotifierSuite } from './suite.js';
import { stages } from '../stages/index.js';

for (const [channel, ofChannel] of Object.entries(stages)) await playNotifierSuite(channel, ofChannel);
