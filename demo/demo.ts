/**
 * `gate demo`: the main job on one machine with nothing to configure. A sample site behind a small reverse proxy, the
 * gate with SQLite and the embedded Talk, and a local mailbox. It is the product itself, composed with loopback peers.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemRandom } from '../src/base/crypto/random.js';
import { systemClock } from '../src/base/time/clock.js';
import { lineOutput } from '../src/base/process/line-output.js';
import { fileSink } from '../src/base/process/line-sinks.js';
import type { Log } from '../src/base/process/log.js';
import { makeFolder } from '../src/base/process/make-folder.js';
import { cleanupStack, type CleanupStack } from '../src/base/process/cleanup-stack.js';
import { serve, type RunningGate } from '../src/compose/compose.js';
import type { Config } from '../src/config/config.js';
import { loadConfig } from '../src/config/load.js';
import { reloadDirectory, rereadTls } from '../src/config/reload.js';
import type { RegistryEntry } from '../src/contract/channel.js';
import type { ProcessHealth } from '../src/contract/process-health.js';
import { listen, type Listener } from '../src/http/shared/listen.js';
import { koderIdPort, openKoderId, withKoderId, type KoderIdInput } from './koder-id/koder-id.js';
import { DEMO_DATA_DIR, welcome } from './welcome.js';
import { createMailbox } from './mailbox/mailbox.js';
import { reverseProxy } from './reverse-proxy.js';
import { sampleSite } from './sample-site.js';
import { APPROVER, SAMPLE_SITES, SAMPLE_SITES_BEFORE } from './sample-sites.js';

export interface DemoDeps {
  readonly channels: readonly RegistryEntry[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: { write(text: string): void };
  readonly log: Log;
  readonly pid: number;
  readonly descriptorLimit: number;
  readonly faults: ProcessHealth['faults'];
}

export type DemoStart =
  | { readonly kind: 'running'; readonly gate: RunningGate; stop(): Promise<void> }
  | {
      readonly kind: 'problems';
      readonly problems: Extract<ReturnType<typeof loadConfig>, { kind: 'problems' }>['problems'];
    };

const LOOPBACK = '127.0.0.1';
const SECRET_BYTES = 32;
const SITES_NAME = 'sites.toml';
const KODER_ID_SECRET = 'koder-id.secret';

export async function runDemo(deps: DemoDeps): Promise<DemoStart> {
  const held = cleanupStack();
  try {
    return await start(deps, held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function start(deps: DemoDeps, held: CleanupStack): Promise<DemoStart> {
  const dataDir = deps.environment['DATA_DIR'] ?? DEMO_DATA_DIR;
  const clock = systemClock();
  const random = systemRandom();
  const isSecondRun = existsSync(join(dataDir, 'gate.sqlite'));
  makeFolder(dataDir);

  const mailbox = await createMailbox({ folder: join(dataDir, 'mailbox'), port: 0, clock, random, log: deps.log });
  held.add('mailbox', () => mailbox.stop());
  const secret = (): string => random.hex(SECRET_BYTES);
  const environment = demoEnvironment(deps.environment, { dataDir, smtpUrl: mailbox.smtpUrl, secret });
  const { PUBLIC_URL: publicUrl = '', SITES_FILE: sitesFile = '' } = environment;
  const koderId = await openKoderIdOf(sitesFile, {
    dataDir,
    publicUrl,
    secret: secretIn(dataDir, KODER_ID_SECRET, secret),
    random,
  });
  if (koderId !== null) held.add('Koder ID', () => koderId.stop());
  const { channels } = deps;
  const loading = { environment, entries: channels, readFile };
  const loaded = loadConfig(loading);
  if (loaded.kind === 'problems') {
    await held.release();
    return loaded;
  }
  const { config } = loaded;
  const events = lineOutput(fileSink(join(dataDir, 'events.ndjson'), 0o600));
  const gate = await serve(config, {
    channels,
    clock,
    random,
    log: deps.log,
    pid: deps.pid,
    descriptorLimit: deps.descriptorLimit,
    events,
    health: { outputs: () => [{ name: 'events', ...events.report() }], faults: deps.faults },
    rereadSites: () => reloadDirectory(loading, config),
    rereadTls: () => rereadTls(loading, config),
    hosts: { public: LOOPBACK, gate: LOOPBACK, admin: LOOPBACK },
    openAdminMounts: [mailbox.mount],
  });
  held.add('gate', () => gate.stop());
  await openSampleSite(config, held);
  const link = await gate.identity.signInLinks.make(APPROVER, 'demo');
  const grants = await gate.desk.grants({ actor: { kind: 'operator', name: 'demo' } });
  deps.out.write(
    welcome({
      config,
      isSecondRun,
      signInUrl: link?.url ?? '',
      grants: grants.kind === 'seen' ? grants.value : [],
      hasKoderId: koderId !== null,
    }),
  );
  return { kind: 'running', gate, stop: () => stopAll(held) };
}

async function stopAll(held: CleanupStack): Promise<void> {
  await held.release();
}

/** What a person sets by hand for a real gate, chosen for the demo; anything in the environment still wins. */
function demoEnvironment(
  given: Readonly<Record<string, string | undefined>>,
  chosen: { dataDir: string; smtpUrl: string; secret: () => string },
): Record<string, string | undefined> {
  const sitesFile = join(chosen.dataDir, SITES_NAME);
  const gateSecret = secretIn(chosen.dataDir, 'gate.secret', chosen.secret);
  const publicPort = given['PUBLIC_PORT'] ?? '8080';
  return {
    PUBLIC_URL: `http://localhost:${publicPort}`,
    SITES_FILE: sitesFile,
    TRUSTED_PROXIES: '127.0.0.1/32',
    MAIL_FROM: 'Koder Gate <gate@localhost>',
    LOG_LEVEL: 'warn',
    ...(given['GATE_SECRET'] === undefined ? { GATE_SECRET: gateSecret } : {}),
    ...given,
    DATA_DIR: chosen.dataDir,
    SMTP_URL: chosen.smtpUrl,
  };
}

/** Made once, and kept for the next run. */
function secretIn(dataDir: string, name: string, make: () => string): string {
  const file = join(dataDir, name);
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
  return readFile(file).trim();
}

/**
 * Where `sites.toml` says, or anywhere where it is still to be written, which is in the demo's own folder alone: a file of another
 * place is its owner's, there or not. Null: the demo has none.
 */
async function openKoderIdOf(
  sitesFile: string,
  { dataDir, ...of }: Pick<KoderIdInput, 'publicUrl' | 'secret' | 'random'> & { readonly dataDir: string },
): Promise<Listener | null> {
  const isInOurFolder = resolve(sitesFile) === resolve(dataDir, SITES_NAME);
  const written = existsSync(sitesFile) ? readFile(sitesFile) : null;
  if (written === null && !isInOurFolder) return null;
  const isAsWeWrote = written === null || written === SAMPLE_SITES || SAMPLE_SITES_BEFORE.includes(written);
  const isToBeWritten = isInOurFolder && isAsWeWrote;
  const port = isToBeWritten ? 0 : koderIdPort(written ?? '');
  const opened = port === null ? null : await openKoderId({ ...of, port, approver: APPROVER });
  if (!isToBeWritten) return opened;
  const sites = opened && withKoderId(SAMPLE_SITES, { port: opened.port, secretFile: KODER_ID_SECRET });
  writeFileSync(sitesFile, sites ?? SAMPLE_SITES);
  return opened;
}

async function openSampleSite(config: Config, held: CleanupStack): Promise<void> {
  const site = await listen(sampleSite(), { host: LOOPBACK, port: 0, variable: 'DEMO_SITE_PORT' });
  held.add('sample site', () => site.stop());
  const guarded = config.directory.sites[0]?.key ?? LOOPBACK;
  const proxy = await listen(reverseProxy({ gatePort: config.gatePort, sitePort: site.port, site: guarded }), {
    host: LOOPBACK,
    port: config.demoSitePort,
    variable: 'DEMO_SITE_PORT',
  });
  held.add('reverse proxy', () => proxy.stop());
}

function readFile(path: string): string {
  return readFileSync(path, 'utf8');
}
