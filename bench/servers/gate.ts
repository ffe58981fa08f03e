/**
 * The gate plane on the real SQLite ledger (`FULL`) with so many grants, while so many decisions a second are committed
 * beside it: everything of the gate but its other planes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { jsonLog } from '../../src/base/process/log.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { createGate } from '../../src/gate/gate.js';
import { listen } from '../../src/http/shared/listen.js';
import { openLedger } from '../../src/ledger/open.js';
import { BENCH_APPROVER, benchDirectory, PEER_TRANSPORT } from '../directory.js';
import { grantOne } from '../fill/grant.js';
import { multiplyGrants } from '../fill/multiply.js';
import { openedAudit, openInput } from '../fill/inputs.js';
import { announce } from './announce.js';

const [, , grants = '1', decisionsPerSecond = '0'] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'gate-bench-sqlite-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const log = jsonLog('warn', process.stderr);
const random = systemRandom();
const file = join(folder, 'gate.db');
const filling = await openLedger({ kind: 'sqlite', file }, { log });
await grantOne(filling);
await filling.close();
multiplyGrants(file, Number(grants));
const ledger = await openLedger({ kind: 'sqlite', file }, { log });

const gate = await createGate({
  ledger,
  desk: { open: () => Promise.resolve({ kind: 'unavailable' }), status: () => Promise.resolve(null) },
  directory: () => benchDirectory,
  handoff: {
    begin: () => Promise.resolve({ kind: 'too_many' }),
    redeem: () => Promise.resolve({ kind: 'too_many' }),
  },
  publicUrl: 'https://gate.example.org',
  handedOut: { presented: () => null, find: () => Promise.resolve(null) },
  titleOf: (provider) => provider,
  events: { emit: () => undefined },
  trustedProxies: ['127.0.0.1/32'],
  country: () => null,
  isExposed: false,
  isReady: () => Promise.resolve(true),
  staleMaxSeconds: 30,
  clock: systemClock(),
  random,
  log,
});
const listener = await listen(gate.handler, { host: '127.0.0.1', port: 0, variable: 'GATE_PORT' });
let decided = 0;
if (Number(decisionsPerSecond) > 0) {
  setInterval(() => void decideOne(ledger, decided++), 1_000 / Number(decisionsPerSecond));
}
announce({ port: listener.port, address: '127.0.0.1', family: 'IPv4' });

/** A request opened and approved: two commits, the second with its grant, its audit row and its cards' wanted state. */
async function decideOne(on: Ledger, number: number): Promise<void> {
  const input = openInput({ number, channels: [] });
  await on.requests.open(input, openedAudit(input));
  await on.requests.decide({
    ref: { by: 'tokenHash', tokenHash: input.tokenHash },
    tapId: random.hex(8),
    outcome: 'approved',
    by: BENCH_APPROVER,
    surface: 'page',
    callbackTransport: PEER_TRANSPORT,
    ttlSeconds: null,
    denial: null,
  });
}
