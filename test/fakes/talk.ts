/** A Talk server for tests: the real embedded one on a loopback port, with a front that misbehaves on demand. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createInbox, type InboxDeps } from '../../inbox/inbox.js';
import { openStore } from '../../inbox/store.js';
import type { Who } from '../../inbox/web-routes.js';
import { chatAddress } from '../../src/approval/chat-address.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { jsonLog } from '../../src/base/process/log.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { keyBytes } from '../../src/base/crypto/standard-webhooks.js';
import type { Fake } from '../contract/stage.js';
import { openGuard } from './open-guard.js';
import { startFront } from './talk-front.js';
import { readCard } from './talk-reader.js';

const TALK_API = { source: 'talk_api', quoted: { whole: [], cut: [] } } as const;
export const BOT_TOKEN = 'a-bot-token-of-a-test';
export const SIGNING_SECRETS = [
  `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
] as const;
export const FOREIGN_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

export function keyOf(secret: string): Secret {
  return new Secret(keyBytes(secret) ?? Buffer.alloc(0));
}

export interface LoopbackServer {
  readonly port: number;
  /** Cuts every connection; new ones are welcome. */
  cut(): void;
  close(): Promise<void>;
}

export async function serveOnLoopback(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      server.closeAllConnections();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface TalkServerForTest extends LoopbackServer {
  readonly origin: string;
  readonly file: string;
}

/** The embedded Talk alone, signed in as `x-test-user` says, told of taps at `callbackUrl`. */
export async function startTalk(over: Partial<InboxDeps> = {}): Promise<TalkServerForTest> {
  const folder = mkdtempSync(join(tmpdir(), 'talk-'));
  const file = over.file ?? join(folder, 'talk.sqlite');
  const outer = express();
  const server = await serveOnLoopback((request, response) => void outer(request, response));
  const origin = `http://127.0.0.1:${String(server.port)}`;
  const guard = openGuard();
  const inbox = createInbox({
    file,
    botToken: new Secret(BOT_TOKEN),
    signingKeys: SIGNING_SECRETS.map(keyOf),
    callbackUrl: `${origin}/nobody`,
    whoIs: (request) => Promise.resolve(whoSays(request.headers)),
    arrive: (request, response, isKnown) => guard.arrive({ ...TALK_API, isKnown }, request, response),
    publicUrl: origin,
    clock: systemClock(),
    random: systemRandom(),
    log: jsonLog('silent', { write: () => undefined }),
    ...over,
  });
  outer.use(inbox.mount.path, inbox.mount.app);
  return {
    port: server.port,
    cut: () => server.cut(),
    origin,
    file,
    async close() {
      inbox.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A session for tests: the header or, for a browser, the cookie names who is signed in. */
function whoSays(headers: Readonly<Record<string, string | string[] | undefined>>): Who | null {
  const cookie = /\btest-user=([\w.@-]+)/.exec(String(headers['cookie']))?.[1];
  const subject = headers['x-test-user'] ?? cookie;
  return typeof subject === 'string'
    ? { subject, isWithASecond: headers['x-test-factors'] === '2', csrfToken: csrfOf(subject) }
    : null;
}

export function csrfOf(subject: string): string {
  return `csrf of ${subject}`;
}

export interface FakeTalk extends Fake {
  /** For `TALK_API_URL`. */
  readonly apiUrl: string;
  close(): Promise<void>;
}

export async function startFakeTalk(): Promise<FakeTalk> {
  let knowsPeople = true;
  const talk = await startTalk({ isUser: () => knowsPeople });
  const front = await startFront(talk.port);
  const store = openStore(talk.file);
  return {
    apiUrl: `http://127.0.0.1:${String(front.port)}/talk/api`,
    calls: () => front.calls(),
    arrival: () => front.arrival(),
    async behave(behaviour) {
      knowsPeople = behaviour.kind !== 'unknown_recipient';
      await front.behave(behaviour);
    },
    sees(recipient) {
      const { subject: handle } = chatAddress('address' in recipient ? recipient.address : '');
      return store.of(handle).map((message) => readCard(message.card));
    },
    async close() {
      store.close();
      await front.close();
      await talk.close();
    },
  };
}
