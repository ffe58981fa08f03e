/** From `gate serve` to ready, and what it holds in memory when nobody asks for anything. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median, printFigure } from './figure.js';

const ROUNDS = 7;
const READY_TIMEOUT_MS = 20_000;
/** Time for what is loaded late and for a collection: memory at rest is what is asked for. */
const IDLE_MS = 5_000;
const MAX_START_MS = 1_500;
const MAX_RSS_MB = 140;
const KIB_A_MB = 1_024;

export async function benchStart(say: (line: string) => void): Promise<void> {
  const runs: { readyMs: number; rssMb: number }[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const run = await startOnce();
    say(`round ${String(round)}  ready after ${run.readyMs.toFixed(0)} ms  idle RSS ${run.rssMb.toFixed(1)} MB`);
    runs.push(run);
  }
  const readyMs = median(runs.map((run) => run.readyMs));
  const rssMb = median(runs.map((run) => run.rssMb));
  const bench = 'start';
  printFigure({
    bench,
    case: 'start to ready',
    ratio: readyMs / MAX_START_MS,
    value: readyMs,
    unit: 'ms',
    against: `at most ${String(MAX_START_MS)} ms`,
  });
  printFigure({
    bench,
    case: 'idle RSS',
    ratio: rssMb / MAX_RSS_MB,
    value: rssMb,
    unit: 'MB',
    against: `at most ${String(MAX_RSS_MB)} MB`,
  });
}

async function startOnce(): Promise<{ readyMs: number; rssMb: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-bench-start-'));
  const [publicPort, gatePort, adminPort] = await Promise.all([freePort(), freePort(), freePort()]);
  writeFileSync(join(folder, 'sites.toml'), SITES);
  const startedMs = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.js', import.meta.url)), 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PUBLIC_URL: `http://localhost:${String(publicPort)}`,
      PUBLIC_PORT: String(publicPort),
      GATE_PORT: String(gatePort),
      ADMIN_PORT: String(adminPort),
      DATA_DIR: folder,
      SITES_FILE: join(folder, 'sites.toml'),
      GATE_SECRET: randomBytes(32).toString('hex'),
      TRUSTED_PROXIES: '127.0.0.1/32',
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'gate@example.org',
      LOG_LEVEL: 'warn',
    },
  });
  const exited = once(child, 'exit');
  try {
    await ready(adminPort, child);
    const readyMs = performance.now() - startedMs;
    await pause(IDLE_MS);
    return { readyMs, rssMb: rssMbOf(child.pid ?? 0) };
  } finally {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

const SITES = `
[approvers."ada@example.org"]
email = "ada@example.org"

[[sites]]
domains = ["stg.example.org"]
environment = "stg"

[sites.auth_gate]
admin = "ada@example.org"
`;

async function ready(adminPort: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error('the gate ended before it was ready');
    const answer = await fetch(`http://127.0.0.1:${String(adminPort)}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await pause(5);
  }
  throw new Error('the gate was not ready in time');
}

/** Linux's own figure for what of a process lies in memory. */
function rssMbOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Number(kib) / KIB_A_MB;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
