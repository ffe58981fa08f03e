/**
 * What an episode takes place in: fakes that keep the truth, each behind a front or a wire that can go bad, a database, and
 * gate processes on it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../inbox/store.js';
import { packageRoot } from '../../src/base/package-root.js';
import { keyBytes } from '../../src/base/standard-webhooks.js';
import type { Limits } from '../../src/delivery/limits.js';
import { startFakePeer, type FakePeer } from '../fakes/consumer.js';
import { BOT_TOKEN as SLACK_BOT_TOKEN } from '../fakes/slack-server.js';
import { startFakeSlack, type FakeSlack } from '../fakes/slack.js';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { BOT_TOKEN, SIGNING_SECRETS, startTalk } from '../fakes/talk.js';
import { SECRET } from '../e2e/gate-process.js';
import { startCrashingPostgres, type CrashingPostgres } from './crashing-postgres.js';
import { BY_BODY, BY_STATUS, fatesOf, type Fates } from './fates.js';
import { beginGate, type Gate } from './gate.js';
import { startHttpFront } from './http-front.js';
import { lastingPort } from './lasting-port.js';
import { randomOf } from './random.js';
import { CALLBACK_SECRET, JET_TOKEN, sitesText, SLACK_USERS, TEAM } from './sites.js';
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

export interface Fakes {
  readonly talk: Store;
  /** Its file, for what a store does not tell: the key of every message. */
  readonly talkFile: string;
  readonly slack: FakeSlack;
  readonly smtp: FakeSmtp;
  readonly callbacks: FakePeer;
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
  const peers = await openPeers(wish);
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

async function openPeers({ seed, faultRate, limits }: WorldWish) {
  const talk = await startTalk();
  const slack = await startFakeSlack(TEAM);
  slack.people(...Object.values(SLACK_USERS).map((id) => ({ id })));
  const smtp = await startFakeSmtp();
  const callbacks = await startFakePeer({ kind: 'callback', key: Buffer.from(keyBytes(CALLBACK_SECRET) ?? []) });
  const slowMs = limits.leaseMs / 2;
  const fates = (
    [
      ['talk', BY_BODY],
      ['slack', BY_BODY],
      ['callbacks', BY_STATUS],
    ] as const
  ).map(([name, bad]) => fatesOf(randomOf(seed, 'fates of', name), { faultRate, slowMs, bad }));
  const fronts = await Promise.all(
    [talk.port, slack.server.port, callbacks.port].map((backPort, index) =>
      startHttpFront({ backPort, fate: () => fates[index]?.next() ?? { kind: 'well', delayMs: 0 } }),
    ),
  );
  const mailWire = await startTcpProxy(() => smtp.port);
  const store = openStore(talk.file);
  const [talkPort, slackPort, callbackPort] = fronts.map(({ port }) => String(port));
  const credentials = `${encodeURIComponent(smtp.user)}:${encodeURIComponent(smtp.password)}`;
  return {
    fates,
    mailWire,
    fakes: { talk: store, talkFile: talk.file, slack, smtp, callbacks },
    environment: {
      SMTP_URL: `smtp://${credentials}@127.0.0.1:${String(mailWire.port)}`,
      MAIL_FROM: 'Koder Gate <gate@example.org>',
      TALK_API_URL: `http://127.0.0.1:${talkPort ?? ''}/talk/api`,
      TALK_BOT_TOKEN: BOT_TOKEN,
      TALK_SIGNING_SECRET: SIGNING_SECRETS[0],
      SLACK_API_URL: `http://127.0.0.1:${slackPort ?? ''}/api/`,
      SLACK_BOT_TOKEN,
      SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcde1',
      JET_TOKEN,
      // a callback goes to the public internet alone, unless the operator says so
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32',
      JET_CALLBACK_SECRET: CALLBACK_SECRET,
      CALLBACK_URL: `http://127.0.0.1:${callbackPort ?? ''}/decisions`,
    },
    async close() {
      store.close();
      await mailWire.close();
      for (const front of fronts) await front.close();
      await smtp.close();
      await slack.close();
      await callbacks.close();
      await talk.close();
    },
  };
}
