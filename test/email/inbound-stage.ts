/** The e-mail channel's inbound behind the guard on a real socket, with a door that writes down what it was told. */
import { createHmac } from 'node:crypto';
import express from 'express';
import { emailEntry } from '../../bots/email/entry.js';
import type { InboundHandlers, DeliveryReport } from '../../src/contract/inbound.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { guarded } from '../contract/guarded.js';
import { channelDeps } from '../contract/notifier/fixture.js';
import type { Header } from '../contract/stage.js';
import { serveOnLoopback } from '../fakes/talk.js';

export const SECRETS = ['a-secret-of-the-mail-provider', 'the-one-that-comes-after-it'] as const;
export const HEADER = 'X-Purelymail-Signature';

const ENVIRONMENT = {
  SMTP_URL: 'smtp://127.0.0.1:2525',
  MAIL_FROM: 'Koder Gate <gate@example.org>',
  EMAIL_WEBHOOK_SECRET: SECRETS.join(','),
};
const FACTS = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] } as const;

export interface InboundMailStage {
  readonly url: string;
  readonly told: readonly DeliveryReport[];
  /** Anything but the door for mails that was opened, by its name. */
  readonly touched: readonly string[];
  logged(): string;
  /** From now on the ledger behind the door is away. */
  away(): void;
  post(
    body: string | Buffer,
    headers?: readonly Header[],
  ): Promise<{ readonly status: number; readonly outcome: unknown }>;
  close(): Promise<void>;
}

export async function openInboundMail(over: Readonly<Record<string, string>> = {}): Promise<InboundMailStage> {
  const lines: string[] = [];
  const told: DeliveryReport[] = [];
  const touched: string[] = [];
  let isAway = false;
  const handlers: InboundHandlers = {
    desk: watched('desk', touched),
    commands: watched('commands', touched),
    reports: {
      report(one) {
        if (isAway) return Promise.reject(new LedgerUnavailable('the database is away'));
        const isKnown = told.some(({ callId }) => callId === one.callId);
        if (!isKnown) told.push(one);
        return Promise.resolve(isKnown ? 'repeated' : 'recorded');
      },
    },
  };
  const deps = channelDeps((line) => lines.push(line));
  const { config, problems } = emailEntry.configure({ ...ENVIRONMENT, ...over }, FACTS);
  if (config === null) throw new Error(`the stage is configured: ${JSON.stringify(problems)}`);
  const channel = await (await emailEntry.load()).open(config, deps);
  const { inbound } = channel;
  if (inbound?.kind !== 'called') throw new Error('e-mail is called where it has a secret');
  const app = express().use(inbound.path, guarded(inbound, handlers, deps));
  const server = await serveOnLoopback((incoming, response) => void app(incoming, response));
  const url = `http://127.0.0.1:${String(server.port)}${inbound.path}`;
  return {
    url,
    told,
    touched,
    logged: () => lines.join('\n'),
    away: () => void (isAway = true),
    async post(body, headers = signed(body)) {
      const response = await fetch(url, {
        method: 'POST',
        headers: headers.map(([name, value]): [string, string] => [name, value]),
        body: new Uint8Array(Buffer.from(body)),
      });
      const json = (await response.json()) as { outcome?: unknown };
      return { status: response.status, outcome: json.outcome };
    },
    async close() {
      await server.close();
      await channel.stop();
    },
  };
}

/** `prefix`: some providers name the hash before it. */
export function signed(body: string | Buffer, input: { secret?: string; prefix?: string } = {}): readonly Header[] {
  const mac = createHmac('sha256', input.secret ?? SECRETS[0])
    .update(body)
    .digest('hex');
  return [[HEADER, `${input.prefix ?? 'sha256='}${mac}`]];
}

/** A door that nobody may open: every verb of it is written down, and fails. */
function watched(name: string, touched: string[]): never {
  return new Proxy({} as never, {
    get: (_target, verb) => () => {
      touched.push(`${name}.${String(verb)}`);
      return Promise.reject(new Error('a mail opened this door'));
    },
  });
}
