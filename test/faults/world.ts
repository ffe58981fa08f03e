/**
 * What an episode takes place in: fakes that keep the truth, each behind a front or a wire that can go bad, a database, and
 * gate processes on it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import type { Limits } from '../../src/delivery/limits.js';
import { SECRET } from '../e2e/gate-process.js';
import { startCrashingPostgres, type CrashingPostgres } from './crashing-postgres.js';
import type { Fates } from './fates.js';
import { beginGate, type Gate } from './gate.js';
import { lastingPort } from './lasting-port.js';
import { openPeers, type Fakes } from './peers.js';
import { sitesText, SLACK_USERS } from './sites.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

export interface World {
  readonly gates: readonly [Gate, ...Gate[]];
  /** The wire of each gate to the database, in their order; none on SQLite. */
  readonly wires: readonly TcpProxy[];
  readonly mailWire: TcpProxy;
  readonly fates: readonly Fates[];
  readonly fakes: Fakes;
  readonly database: DatabaseTruth;
  readonly postgres: CrashingPostgres | null;
  close(): Promise<void>;
}

/** Where the rows are, past every wire. */
export type DatabaseTruth =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

export interface WorldWish {
  readonly seed: string;
  readonly database: 'sqlite' | 'postgres';
  readonly processes: number;
  /** Share of calls to each fake that go wrong. */
  readonly faultRate: number;
  readonly limits: Limits;
  /** The compiled product; its own by default, a mutant's otherwise. */
  readonly root?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const FAR_MORE_THAN_FAIL = '100000';

export async function openWorld(wish: WorldWish): Promise<World> {
  const { seed, faultRate, limits } = wish;
  const slackUsers = Object.values(SLACK_USERS);
  const peers = await openPeers({ seed, faultRate, slowMs: limits.leaseMs / 2, slackUsers });
  const postgres = wish.database === 'postgres' ? await startCrashingPostgres() : null;
  const folder = mkdtempSync(join(tmpdir(), 'gate-faults-'));
  const wires: TcpProxy[] = [];
  const gates: Gate[] = [];
  for (let number = 0; number < wish.processes; number += 1) {
    const wire = postgres === null ? null : await startTcpProxy(() => postgres.port);
    if (wire !== null) wires.push(wire);
    const url = wire === null || postgres === null ? {} : { DATABASE_URL: postgres.url(wire.port) };
    gates.push(await openGate(wish, { number, folder, environment: { ...peers.environment, ...url } }));
  }
  const [first, ...others] = gates;
  if (first === undefined) throw new Error('a world has at least one gate');
  return {
    ...peers,
    fates: [...peers.fates.values()],
    gates: [first, ...others],
    wires,
    postgres,
    database:
      postgres === null
        ? { kind: 'sqlite', file: join(first.dataDir, 'gate.sqlite') }
        : { kind: 'postgres', url: postgres.url(postgres.port) },
    async close() {
      await Promise.all(gates.map((gate) => gate.close()));
      for (const wire of wires) await wire.close();
      await peers.close();
      await postgres?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openGate(
  wish: WorldWish,
  at: { readonly number: number; readonly folder: string; readonly environment: Readonly<Record<string, string>> },
): Promise<Gate> {
  const name = `gate ${String(at.number + 1)}`;
  const dataDir = mkdtempSync(join(at.folder, 'data-'));
  const sitesFile = join(dataDir, 'sites.toml');
  const ports = {
    public: await lastingPort(),
    gate: await lastingPort(),
    admin: await lastingPort(),
    demoSite: await lastingPort(),
  };
  writeFileSync(sitesFile, sitesText(at.environment['CALLBACK_URL'] ?? ''));
  const environment = {
    PUBLIC_URL: `http://localhost:${String(ports.public)}`,
    PUBLIC_PORT: String(ports.public),
    GATE_PORT: String(ports.gate),
    ADMIN_PORT: String(ports.admin),
    DATA_DIR: dataDir,
    SITES_FILE: sitesFile,
    GATE_SECRET: SECRET,
    TRUSTED_PROXIES: '127.0.0.1/32',
    RECEIVER_FAILURES_PER_MINUTE: FAR_MORE_THAN_FAIL,
    LOG_LEVEL: 'warn',
    ...at.environment,
    ...wish.environment,
  };
  return beginGate({ name, root: wish.root ?? packageRoot(), ports, dataDir, environment, limits: wish.limits });
}
