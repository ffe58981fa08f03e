/** The gate plane alone, with so many grants in memory. Its ledger answers from an array: what is measured is the check. */
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import type { GateSeams } from '../../src/gate/gate.js';
import { createGate } from '../../src/gate/gate.js';
import { listen } from '../../src/http/listen.js';
import { benchDirectory } from '../directory.js';
import { benchGrants } from '../grants.js';
import { announce } from './announce.js';

const clock = systemClock();
const count = Number(process.argv[2] ?? '1');
const ledger: GateSeams['ledger'] = {
  subscribe: () => undefined,
  ping: () => Promise.resolve(),
  grants: {
    // made anew for every reading and dropped after it, as a database's answer is
    live: () => Promise.resolve({ nowMs: clock.nowMs(), grants: benchGrants(count, clock.nowMs()) }),
    find: () => Promise.resolve(null),
  },
};

const gate = await createGate({
  ledger,
  desk: { open: () => Promise.resolve({ kind: 'unavailable' }), status: () => Promise.resolve(null) },
  directory: () => benchDirectory,
  trustedProxies: ['127.0.0.1/32'],
  country: () => null,
  staleMaxSeconds: 30,
  clock,
  chance: systemChance(),
  log: jsonLog('warn', process.stderr),
});
const listener = await listen(gate.handler, { host: '127.0.0.1', port: 0, variable: 'GATE_PORT' });
announce({ port: listener.port, address: '127.0.0.1', family: 'IPv4' });
