/** What `gate doctor` says of a process whose database is gone. */
import { expect, test } from '@jest/globals';
import { doctor } from '../../src/compose/doctor.js';
import { openLedger } from '../../src/ledger/open.js';
import { configOf } from '../config/loading.js';
import { createSqliteFile } from '../setup/databases.js';
import { keptLog } from '../ledger/quiet-log.js';

test('nothing is called well that could not be looked at', async () => {
  const database = createSqliteFile();
  const ledger = await openLedger(database.where, { log: keptLog() });
  await ledger.close();
  const gate = { part: () => ({ name: 'gate', isReady: true, why: '' }) };

  const checks = await doctor({
    ledger,
    channels: new Map(),
    config: configOf({}),
    gate,
    sockets: { states: () => new Map() },
  });

  const sick = checks.filter(({ isOk }) => !isOk).map(({ name }) => name);
  expect(sick).toEqual(expect.arrayContaining(['database', 'stragglers']));
  await database.remove();
});
