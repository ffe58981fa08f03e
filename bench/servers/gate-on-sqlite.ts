/** The gate plane on the real SQLite ledger (`FULL`), while so many decisions a second are committed beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestId, StatusId, VisitorAddress } from '../../src/approval/brand.js';
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import { sha256Hex } from '../../src/base/digest.js';
import { jsonLog } from '../../src/base/log.js';
import type { AuditEntry, Ledger } from '../../src/contract/ledger.js';
import { createGate } from '../../src/gate/gate.js';
import { listen } from '../../src/http/listen.js';
import { openLedger } from '../../src/ledger/open.js';
import { BENCH_APPROVER, benchDirectory } from '../directory.js';
import { BENCH_SITE, benchAddress } from '../grants.js';
import { announce } from './announce.js';

const [, , grants = '1000', decisionsPerSecond = '0'] = process.argv;
const LONG_SECONDS = 86_400;
const folder = mkdtempSync(join(tmpdir(), 'gate-bench-sqlite-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const log = jsonLog('warn', process.stderr);
const chance = systemChance();
const ledger = await openLedger({ kind: 'sqlite', file: join(folder, 'gate.db') }, { log });

const audit: AuditEntry = {
  who: 'bench',
  what: 'granted',
  surface: 'cli',
  site: BENCH_SITE,
  address: null,
  detail: {},
};
for (let index = 0; index < Number(grants); index += 1)
  await ledger.grants.grant(
    { site: BENCH_SITE, address: benchAddress(index), ttlSeconds: LONG_SECONDS, by: BENCH_APPROVER, replayKey: null },
    audit,
  );

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
    { ...audit, what: 'opened' },
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
