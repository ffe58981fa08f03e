/** A walk of every plane's route table against the other planes' ports: what is not mounted there does not exist there. */
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emailEntry } from '../../bots/email/entry.js';
import { talkInbound } from '../../bots/talk/inbound.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Mount } from '../../src/contract/mount.js';
import type { CalledInbound, InboundHandlers } from '../../src/contract/inbound.js';
import { GATE_PATHS } from '../../src/gate/plane.js';
import { channelDeps } from '../contract/notifier/fixture.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { openSlackAt } from '../contract/stages/slack.js';
import { verifyKeyOf } from '../fakes/discord-keys.js';
import { keyOf, SIGNING_SECRETS } from '../fakes/talk.js';
import { startGate, type RunningGate } from '../fixtures/gate/running-gate.js';
import { ADMIN_TOKEN, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { routesOf, type Route } from '../fixtures/http/routes-of.js';
import { call } from '../fixtures/http/visitor-client.js';

/** What two planes have in common on purpose: a front page each, their look, the words that they are alive and ready, and where people come back signed in. */
const LOOK = ['pages.css', 'icon.svg', 'local-times.js', 'webauthn.js', 'passkeys.js', 'print.js', 'live.js'].map(
  (name) => `/assets/${name}`,
);
const SHARED = new Set(['/', ...LOOK, '/healthz', '/readyz', '/.koder-gate/signed-in']);
/** A platform that answers nothing: the walk needs its receiver alone. */
const NOBODY = 'http://127.0.0.1:9';
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];

let planes: Planes;
let gate: RunningGate;
let receivers: readonly Mount[] = [];
let chats: readonly OpenChannel[] = [];

beforeEach(async () => {
  const deps = channelDeps(() => undefined);
  chats = [
    await openSlackAt(`${NOBODY}/api/`, deps),
    await openDiscordAt(NOBODY, deps, { publicKey: verifyKeyOf('current') }),
  ];
  const inbounds = [
    talkInbound(SIGNING_SECRETS.map(keyOf), { clock: systemClock(), log: silentLog }),
    await emailInbound(),
    ...chats.map(calledBy),
  ];
  planes = await startPlanes({
    failuresPerMinute: 100_000,
    mountsBehind: (guard, desk) => {
      const handlers: InboundHandlers = { desk, commands: { run: never }, reports: { report: never } };
      receivers = inbounds.map((inbound) => ({
        path: inbound.path,
        app: guard.before({ source: inbound.path, inbound, handlers }),
      }));
      return receivers;
    },
  });
  gate = await startGate();
});
afterEach(async () => {
  await Promise.all(chats.map((chat) => chat.stop()));
  await planes.stop();
  await gate.stop();
});

/** Each with its port and its table. */
const PLANES = {
  public: { url: () => planes.publicUrl, table: () => routesOf(planes.publicApp, receivers) },
  gate: { url: () => `http://127.0.0.1:${String(gate.port)}`, table: () => gateTable() },
  admin: { url: () => planes.adminUrl, table: () => routesOf(planes.adminApp) },
} as const;

type Plane = keyof typeof PLANES;

const PAIRS = (Object.keys(PLANES) as Plane[]).flatMap((owner) =>
  (Object.keys(PLANES) as Plane[]).filter((other) => other !== owner).map((other) => [owner, other] as const),
);

test.each(PAIRS)(
  'no route of the %s plane exists on the %s port, whatever the caller carries',
  async (owner, other) => {
    const own = PLANES[owner].table().filter(({ path }) => !SHARED.has(path));
    const alive: string[] = [];

    for (const { path } of own)
      for (const method of METHODS) {
        const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
        const { status } = await call(PLANES[other].url() + filled(path), { method, headers });
        if (status !== 404) alive.push(`${method} ${path}: ${String(status)}`);
      }

    expect(alive).toEqual([]);
  },
);

describe('the tables are whole', () => {
  test.each([
    [
      'public',
      [
        '/req/:token',
        '/link/bind',
        '/v1/auth-gate/approvals/:token/withdraw',
        '/talk/events',
        '/slack/events',
        '/discord/interactions',
        '/api/webhooks/email/inbound',
      ],
    ],
    ['gate', ['/auth/nginx', '/.koder-gate/pending', '/.koder-gate/stream/:name']],
    ['admin', ['/readyz', '/metrics', '/v1/commands', '/v1/dead-letters/:id/redrive']],
  ] as const)('of the %s plane', (plane, paths) => {
    expect(PLANES[plane].table().map(({ path }) => path)).toEqual(expect.arrayContaining([...paths]));
  });
});

test('a router that is mounted at a path of its own does not hide from the walk', () => {
  const app = express().use(
    '/hidden',
    express.Router().get('/route', () => undefined),
  );

  expect(() => routesOf(app)).toThrow('mounted at a path of its own');
});

function gateTable(): readonly Route[] {
  return GATE_PATHS.map((path) => ({ method: 'get', path }));
}

/** A name that is well-formed wherever one is asked for. */
function filled(path: string): string {
  return path.replace(/:\w+/g, '0'.repeat(32));
}

async function emailInbound(): Promise<CalledInbound> {
  const environment = {
    SMTP_URL: 'smtp://127.0.0.1:2525',
    MAIL_FROM: 'gate@example.org',
    EMAIL_WEBHOOK_SECRET: 'a-secret-of-the-mail-provider',
  };
  const facts = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] };
  const { config } = emailEntry.configure(environment, facts);
  if (config === null) throw new Error('e-mail is configured');
  const { open } = await emailEntry.load();
  const deps = channelDeps(() => undefined);
  return calledBy(await open(config, deps));
}

function calledBy({ inbound }: OpenChannel): CalledInbound {
  if (inbound?.kind !== 'called') throw new Error('a channel with a secret is called');
  return inbound;
}

function never(): Promise<never> {
  return Promise.reject(new Error('nobody is let through here'));
}
