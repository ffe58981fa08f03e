/** From `gate serve` to ready, and what it holds in memory when nobody asks for anything. */
import { setTimeout as pause } from 'node:timers/promises';
import { median, type Figure } from './figure.js';
import { startGate } from './gate-process.js';
import { memoryOf } from './processes.js';
import { inTurns } from './rounds.js';
import { sized, type Bench, type Run } from './run.js';

/** Time for what is loaded late and for a collection: memory at rest is what is asked for. */
const IDLE_MS = { full: 5_000, short: 500 };
const MAX_START_MS = 1_500;
const MAX_RESIDENT_MB = 140;
const BYTES_A_MB = 2 ** 20;

export const startBench: Bench = {
  what: 'from gate serve to ready, and memory at rest',
  measure: measureStart,
};

interface Started {
  readonly readyMs: number;
  readonly residentMb: number;
}

async function measureStart(run: Run): Promise<readonly Figure[]> {
  const turn = (): Promise<Started> => startOnce(sized(run, IDLE_MS));
  const tell = ({ readyMs, residentMb }: Started): string =>
    `ready after ${readyMs.toFixed(0)} ms  at rest ${residentMb.toFixed(1)} MB`;
  const [runs = []] = [...(await inTurns([{ name: 'gate serve', turn }], run, tell)).values()];
  const readyMs = median(runs.map((one) => one.readyMs));
  const residentMb = median(runs.map((one) => one.residentMb));
  const alone = { bench: 'start', against: 'nothing', beside: null, ratio: null };
  return [
    { ...alone, case: 'start to ready', value: readyMs, unit: 'ms', target: { atMost: MAX_START_MS } },
    { ...alone, case: 'memory at rest', value: residentMb, unit: 'MB', target: { atMost: MAX_RESIDENT_MB } },
  ];
}

async function startOnce(idleMs: number): Promise<Started> {
  const environment = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'gate@example.org' };
  const gate = await startGate({ name: 'start', sites: SITES, environment });
  try {
    await pause(idleMs);
    return { readyMs: gate.readyMs, residentMb: memoryOf(gate.pid).residentBytes / BYTES_A_MB };
  } finally {
    await gate.stop();
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
