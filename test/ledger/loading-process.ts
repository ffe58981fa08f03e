/** A process that opens the SQLite ledger named by its argument, and prints what its main thread has loaded then, and with TypeORM. */
import { createRequire } from 'node:module';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { openLedger } from '../../src/ledger/open.js';

const { cache } = createRequire(import.meta.url);
const ledger = await openLedger({ kind: 'sqlite', file: process.argv[2] ?? '' }, { log: silentLog });
const opened = Object.keys(cache);
await ledger.close();
await import('../../src/ledger/sqlite/source.js');
process.stdout.write(JSON.stringify({ opened, withTypeorm: Object.keys(cache) }));
