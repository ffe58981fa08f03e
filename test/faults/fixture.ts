/**
 * What an episode takes place in: fakes that keep the truth, each behind a front or a wire that can go bad, a database, and
 * gate processes on it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../../src/delivery/limits.js';
import { SECRET } from '../fixtures/processes/gate-process.js';
import { startCrashingPostgres, type CrashingPostgres } from './crashing-postgres.js';
import type { FaultInjector } from './fault-injector.js';
import { beginGate, programWithDeps, type Gate, type GateDeps } from './gate.js';
import { lastingPort } from './lasting-port.js';
import { openPeers, type Fakes } from './peers.js';
import { sitesText, SLACK_USERS } from './sites.js';
import { startTcpProxy, type TcpProxy } from '../fixtures/network/tcp-proxy.js';

export interface Fixture {
  readonly gates: readonly [Gate, ...Gate[]];
  /** The wire of each gate to the database, in their order; none on SQLite. */
  readonly wires: readonly TcpProxy[];
  readonly mailWire: TcpProxy;
  readonly faults: readonly FaultInjector[];
  readonly fakes: Fakes;
  readonly database: DatabaseTruth;
  readonly postgres: CrashingPostgres | null;
  close(): Promise<void>;
}

/** Where the rows are, past every wire. */
export type DatabaseTruth =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

export interface FixtureInput {
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

export async function openFixture(input: FixtureInput): Promise<Fixture> {
  const { seed, faultRate, limits } = input;
  const slackUsers = Object.values(SLACK_USERS);
  const peers = await openPeers({ seed, faultRate, slowMs: limits.leaseMs / 2, slackUsers });
  const postgres = input.database === 'postgres' ? await startCrashingPostgres() : null;
  const folder = mkdtempSync(join(tmpdir(), 'gate-faults-'));
  const wires: TcpProxy[] = [];
  const gates: Gate[] = [];
  for (let number = 0; number < input.processes; number += 1) {
    const wire = postgres === null ? null : await startTcpProxy(() => postgres.port);
    if (wire !== null) wires.push(wire);
    const url = wire === null || postgres === null ? {} : { DATABASE_URL: postgres.url(wire.port) };
    gates.push(
      await openGate({
        ...input,
        name: `gate ${String(number + 1)}`,
        folder,
        program: programWithDeps(input.root),
        environment: { ...peers.environment, ...url, ...input.environment },
        sites: sitesText(peers.environment['CALLBACK_URL'] ?? ''),
      }),
    );
  }
  const [first, ...others] = gates;
  if (first === undefined) throw new Error('a world has at least one gate');
  return {
    ...peers,
    faults: [...peers.faults.values()],
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

export interface GateInput extends Pick<GateDeps, 'name' | 'program' | 'limits' | 'environment'> {
  /** Where its data folder is made. */
  readonly folder: string;
  /** What is written to its `sites.toml`. */
  readonly sites: string;
}

/** Begins a gate in a new data folder, on ports of its own. */
export async function openGate({ name, program, limits, folder, sites, ...input }: GateInput): Promise<Gate> {
  const dataDir = mkdtempSync(join(folder, 'data-'));
  const sitesFile = join(dataDir, 'sites.toml');
  const ports = {
    public: await lastingPort(),
    gate: await lastingPort(),
    admin: await lastingPort(),
    demoSite: await lastingPort(),
  };
  writeFileSync(sitesFile, sites);
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
    ...input.environment,
  };
  return beginGate({ name, program, ports, dataDir, environment, limits });
}
