/**
 * The gate plane on the real SQLite ledger (`FULL`) with so many grants, while so many decisions a second are committed
 * beside it: everything of the gate but its other planes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestId, StatusId, VisitorAddress } from '../../src/approval/brand.js';
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import { sha256Hex } from '../../src/base/digest.js';
import { jsonLog } from '../../src/base/log.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { createGate } from '../../src/gate/gate.js';
import { listen } from '../../src/http/listen.js';
import { openLedger } from '../../src/ledger/open.js';
import { BENCH_APPROVER, benchDirectory } from '../directory.js';
import { grantOne } from '../fill/grant.js';
import { multiplyGrants } from '../fill/multiply.js';
import { BENCH_SITE } from '../grants.js';
import { announce } from './announce.js';

const [, , grants = '1', decisionsPerSecond = '0'] = process.argv;
const LONG_SECONDS = 86_400;
const folder = mkdtempSync(join(tmpdir(), 'gate-bench-sqlite-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const log = jsonLog('warn', process.stderr);
const chance = systemChance();
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
  trustedProxies: ['127.0.0.1/32'],
  country: () => null,
  staleMaxSeconds: 30,
  clock: systemClock(),
  chance,
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
  const id = chance.id() as RequestId;
  const tokenHash = sha256Hex(chance.hex(16));
  const address =
    `172.${String(16 + ((number >> 16) & 15))}.${String((number >> 8) & 255)}.${String(number & 255)}` as VisitorAddress;
  await on.requests.open(
    {
      id,
      statusId: chance.hex(16) as StatusId,
      tokenHash,
      tokenPrefix: tokenHash.slice(0, 8),
      sealedToken: 'sealed',
      producer: 'gate',
      endpoint: null,
      site: BENCH_SITE,
      host: BENCH_SITE,
      environment: 'stg',
      path: '/',
      address,
      country: null,
      browser: 'Chrome 148 on Linux',
      userAgent: '',
      ttlSeconds: 600,
      grantTtlSeconds: LONG_SECONDS,
      theirConfirmUrl: null,
      callback: null,
      window: { key: address, seconds: 600 },
      approvers: [{ id: BENCH_APPROVER, deliveries: [] }],
      maxPendingPerApprover: 10,
      firstClaims: null,
    },
    { who: 'bench', what: 'opened', surface: 'page', site: BENCH_SITE, address, detail: {} },
  );
  const ref = { by: 'tokenHash', tokenHash } as const;
  const tapId = chance.hex(8);
  await on.requests.decide({
    ref,
    tapId,
    outcome: 'approved',
    by: BENCH_APPROVER,
    surface: 'page',
    ttlSeconds: null,
    denial: null,
  });
}
