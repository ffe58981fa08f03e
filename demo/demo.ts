/**
 * `gate demo`: the main job on one machine with nothing to configure. A sample site behind a small reverse proxy, the
 * gate with SQLite and the embedded Talk, and a local mailbox. It is the product itself, composed with loopback peers.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channels } from '../bots/index.js';
import { systemChance } from '../src/base/chance.js';
import { systemClock } from '../src/base/clock.js';
import type { Log } from '../src/base/log.js';
import { releasers, type Releasers } from '../src/base/releasers.js';
import { serve, type RunningGate } from '../src/compose.js';
import type { Config } from '../src/config/config.js';
import { loadConfig } from '../src/config/load.js';
import { reloadDirectory } from '../src/config/reload.js';
import { listen } from '../src/http/listen.js';
import { welcome } from './welcome.js';
import { createMailbox } from './mailbox/mailbox.js';
import { reverseProxy } from './reverse-proxy.js';
import { sampleSite } from './sample-site.js';
import { APPROVER, SAMPLE_SITES } from './sample-sites.js';

export interface DemoSeams {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: { write(text: string): void };
  readonly log: Log;
  readonly pid: number;
}

export type DemoStart =
  | { readonly kind: 'running'; readonly gate: RunningGate; stop(): Promise<void> }
  | {
      readonly kind: 'problems';
      readonly problems: Extract<ReturnType<typeof loadConfig>, { kind: 'problems' }>['problems'];
    };

/** The demo's own folder: a second run starts with the state it had. */
const DEMO_DATA_DIR = '.gate/demo';
const LOOPBACK = '127.0.0.1';
const SECRET_BYTES = 32;

export async function runDemo(seams: DemoSeams): Promise<DemoStart> {
  const held = releasers();
  try {
    return await start(seams, held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function start(seams: DemoSeams, held: Releasers): Promise<DemoStart> {
  const dataDir = seams.environment['DATA_DIR'] ?? DEMO_DATA_DIR;
  const clock = systemClock();
  const chance = systemChance();
  const isSecondRun = existsSync(join(dataDir, 'gate.sqlite'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });

  const mailbox = await createMailbox({ folder: join(dataDir, 'mailbox'), port: 0, clock, chance, log: seams.log });
  held.add('mailbox', () => mailbox.stop());
  const environment = demoEnvironment(seams.environment, {
    dataDir,
    smtpUrl: mailbox.smtpUrl,
    secret: () => chance.hex(SECRET_BYTES),
  });
  const loading = { environment, entries: channels, readFile };
  const loaded = loadConfig(loading);
  if (loaded.kind === 'problems') {
    await held.release();
    return loaded;
  }
  const { config } = loaded;
  const gate = await serve(config, {
    clock,
    chance,
    log: seams.log,
    pid: seams.pid,
    events: eventFile(join(dataDir, 'events.ndjson')),
    rereadSites: () => reloadDirectory(loading, config),
    hosts: { public: LOOPBACK, gate: LOOPBACK, admin: LOOPBACK },
    openAdminMounts: [mailbox.mount],
  });
  held.add('gate', () => gate.stop());
  await openSampleSite(config, held);
  const link = await gate.identity.signInLink(APPROVER, 'demo');
  const grants = await gate.desk.grants({ actor: { kind: 'operator', name: 'demo' } });
  seams.out.write(
    welcome({ config, isSecondRun, signInUrl: link?.url ?? '', grants: grants.kind === 'seen' ? grants.value : [] }),
  );
  return { kind: 'running', gate, stop: () => stopAll(held) };
}

async function stopAll(held: Releasers): Promise<void> {
  await held.release();
}

/** What a person sets by hand for a real gate, chosen for the demo; anything in the environment still wins. */
function demoEnvironment(
  given: Readonly<Record<string, string | undefined>>,
  chosen: { dataDir: string; smtpUrl: string; secret: () => string },
): Record<string, string | undefined> {
  const sitesFile = join(chosen.dataDir, 'sites.toml');
  if (!existsSync(sitesFile)) writeFileSync(sitesFile, SAMPLE_SITES);
  const secretFile = join(chosen.dataDir, 'gate.secret');
  if (!existsSync(secretFile)) writeFileSync(secretFile, chosen.secret(), { mode: 0o600 });
  const publicPort = given['PUBLIC_PORT'] ?? '8080';
  return {
    PUBLIC_URL: `http://localhost:${publicPort}`,
    SITES_FILE: sitesFile,
    TRUSTED_PROXIES: '127.0.0.1/32',
    MAIL_FROM: 'Koder Gate <gate@localhost>',
    LOG_LEVEL: 'warn',
    ...(given['GATE_SECRET'] === undefined ? { GATE_SECRET: readFile(secretFile).trim() } : {}),
    ...given,
    DATA_DIR: chosen.dataDir,
    SMTP_URL: chosen.smtpUrl,
  };
}

async function openSampleSite(config: Config, held: Releasers): Promise<void> {
  const site = await listen(sampleSite(), { host: LOOPBACK, port: 0, variable: 'DEMO_SITE_PORT' });
  held.add('sample site', () => site.stop());
  const proxy = await listen(reverseProxy({ gatePort: config.gatePort, sitePort: site.port }), {
    host: LOOPBACK,
    port: config.demoSitePort,
    variable: 'DEMO_SITE_PORT',
  });
  held.add('reverse proxy', () => proxy.stop());
}

function eventFile(path: string): { write(line: string): void } {
  return { write: (line) => writeFileSync(path, line, { flag: 'a', mode: 0o600 }) };
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8');
}
