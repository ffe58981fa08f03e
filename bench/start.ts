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
const MAX_START_WITH_IDENTITY_MS = 1_000;
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
  const tell = ({ readyMs, residentMb }: Started): string =>
    `ready after ${readyMs.toFixed(0)} ms  at rest ${residentMb.toFixed(1)} MB`;
  const turns = [PLAIN, WITH_IDENTITY].map((one) => ({
    ...one,
    turn: () => startOnce(one.sites, sized(run, IDLE_MS)),
  }));
  const taken = await inTurns(turns, run, tell);
  return [PLAIN, WITH_IDENTITY].flatMap((one) => figuresOf(one, taken.get(one.name) ?? []));
}

function figuresOf({ added, maxStartMs }: Configured, runs: readonly Started[]): readonly Figure[] {
  const readyMs = median(runs.map((one) => one.readyMs));
  const residentMb = median(runs.map((one) => one.residentMb));
  const alone = { bench: 'start', against: 'nothing', beside: null, ratio: null };
  return [
    { ...alone, case: `start to ready${added}`, value: readyMs, unit: 'ms', target: { atMost: maxStartMs } },
    { ...alone, case: `memory at rest${added}`, value: residentMb, unit: 'MB', target: { atMost: MAX_RESIDENT_MB } },
  ];
}

async function startOnce(sites: string, idleMs: number): Promise<Started> {
  const environment = {
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'gate@example.org',
    ADMIN_URL: 'https://gate-admin.example.org',
    SECRET_OF_PROVIDERS: 'secret-of-the-providers',
  };
  const gate = await startGate({ name: 'start', sites, environment });
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

interface Configured {
  readonly name: string;
  /** What stands behind the names of its figures. */
  readonly added: string;
  readonly sites: string;
  readonly maxStartMs: number;
}

const PLAIN: Configured = { name: 'gate serve', added: '', sites: SITES, maxStartMs: MAX_START_MS };
/** Nobody is asked at the start: a provider is first met by whoever signs in with it. */
const WITH_IDENTITY: Configured = {
  name: 'gate serve with identity',
  added: ', with three providers, operators and passage',
  sites: `operators = ["ada@example.org", "rpm@example.org"]
${SITES}second_factor = "required"
approve_needs = "passkey"
passage = ["approvers", { provider = "koder", subject = "4711" }, { provider = "google", domain = "example.org" }]

[identity]
second_factor = "required"

[identity.providers.koder]
kind = "oidc"
title = "Koder ID"
issuer = "https://id.example.org"
client_id = "koder-gate"
client_secret_env = "SECRET_OF_PROVIDERS"
authoritative_for = ["example.org"]

[identity.providers.google]
kind = "google"
client_id = "koder-gate"
client_secret_env = "SECRET_OF_PROVIDERS"

[identity.providers.github]
kind = "github"
client_id = "koder-gate"
client_secret_env = "SECRET_OF_PROVIDERS"
`,
  maxStartMs: MAX_START_WITH_IDENTITY_MS,
};
