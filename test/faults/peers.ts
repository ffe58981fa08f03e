/** The platforms of a run: fakes that keep the truth, each behind a front, a wire or a stream of faults that can go bad. */
import { openStore, type Store } from '../../inbox/store.js';
import { keyBytes } from '../../src/base/crypto/standard-webhooks.js';
import { startFakePeer, type FakePeer } from '../fakes/consumer.js';
import { BOT_ID, BOT_TOKEN as DISCORD_BOT_TOKEN } from '../fakes/discord-keys.js';
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord.js';
import { BOT_TOKEN as SLACK_BOT_TOKEN } from '../fakes/slack-server.js';
import { startFakeSlack, type FakeSlack } from '../fakes/slack.js';
import { startFakeSmtp, type FakeSmtp, type SmtpTrouble } from '../fakes/smtp.js';
import { BOT_TOKEN, SIGNING_SECRETS, startTalk } from '../fakes/talk.js';
import { BY_BODY, BY_STATUS, faultInjector, type FaultInjector } from './fault-injector.js';
import { startHttpFront, type Fate, type FrontDeps } from './http-front.js';
import { randomOf } from './random.js';
import { CALLBACK_SECRET, JET_TOKEN, SLACK_SIGNING_SECRET, TEAM } from './sites.js';
import { startTcpProxy, type TcpProxy } from '../fixtures/network/tcp-proxy.js';

export interface Fakes {
  readonly talk: Store;
  /** Its file, for what a store does not tell: the key of every message. */
  readonly talkFile: string;
  readonly slack: FakeSlack;
  readonly smtp: FakeSmtp;
  readonly callbacks: FakePeer;
  /** Null where the run has none. */
  readonly discord: FakeDiscord | null;
}

export interface PeersInput {
  readonly seed: string;
  /** Share of calls to each fake that go wrong, from the first one on. */
  readonly faultRate: number;
  /** About so long is what is slow. */
  readonly slowMs: number;
  /** The ids of those whom Slack knows. */
  readonly slackUsers: readonly string[];
  /** What happens beyond what every front does. */
  readonly more?: readonly Fate[];
  /** What happens to single mails; nothing where absent. */
  readonly mailTrouble?: SmtpTrouble;
  readonly hasDiscord?: boolean;
}

export interface Peers {
  readonly fakes: Fakes;
  readonly faults: ReadonlyMap<FrontName, FaultInjector>;
  readonly mailWire: TcpProxy;
  /** What a gate is configured with to reach them, by way of their fronts and wires. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

type FrontName = 'talk' | 'slack' | 'discord' | 'callbacks';

/** How each platform refuses a message for good; a producer's callback is refused by its status. */
const REFUSALS: Readonly<Partial<Record<FrontName, NonNullable<FrontDeps['no']>>>> = {
  slack: { status: 200, json: { ok: false, error: 'invalid_blocks' } },
  talk: { status: 400, json: { error: { code: 'bad_card', message: 'This card will not do.' } } },
  discord: { status: 400, json: { code: 50_035, message: 'Invalid Form Body', errors: {} } },
};

/** What was said in private, where somebody tapped, is said once: its loss is no message's fate. */
const SAID_ONCE = '/response/';

export async function openPeers(input: PeersInput): Promise<Peers> {
  const talk = await startTalk();
  const slack = await startFakeSlack(TEAM);
  slack.people(...input.slackUsers.map((id) => ({ id })));
  const smtp = await startFakeSmtp({}, input.mailTrouble);
  const callbacks = await startFakePeer({ kind: 'callback', key: Buffer.from(keyBytes(CALLBACK_SECRET) ?? []) });
  const discord = input.hasDiscord === true ? await startFakeDiscord() : null;
  const faults = new Map<FrontName, FaultInjector>();
  const fronts = new Map<FrontName, Awaited<ReturnType<typeof startHttpFront>>>();
  const behind = [
    ['talk', talk.port],
    ['slack', slack.server.port],
    ['callbacks', callbacks.port],
    ...(discord === null ? [] : [['discord', Number(new URL(discord.apiUrl).port)] as const]),
  ] as const;
  for (const [name, backPort] of behind) {
    const bad = [...(name === 'callbacks' ? BY_STATUS : BY_BODY), ...(input.more ?? [])] as [Fate, ...Fate[]];
    const own = faultInjector(randomOf(input.seed, 'fates of', name), { ...input, bad });
    const no = REFUSALS[name];
    faults.set(name, own);
    const fate: FrontDeps['fate'] = (path, body) =>
      path.startsWith(SAID_ONCE) ? { kind: 'well', delayMs: 0 } : own.next(body);
    fronts.set(name, await startHttpFront({ backPort, fate, ...(no === undefined ? {} : { no }) }));
  }
  const mailWire = await startTcpProxy(() => smtp.port);
  const store = openStore(talk.file);
  const portOf = (name: FrontName): string => String(fronts.get(name)?.port ?? '');
  const credentials = `${encodeURIComponent(smtp.user)}:${encodeURIComponent(smtp.password)}`;
  return {
    faults,
    mailWire,
    fakes: { talk: store, talkFile: talk.file, slack, smtp, callbacks, discord },
    environment: {
      SMTP_URL: `smtp://${credentials}@127.0.0.1:${String(mailWire.port)}`,
      MAIL_FROM: 'Koder Gate <gate@example.org>',
      TALK_API_URL: `http://127.0.0.1:${portOf('talk')}/talk/api`,
      TALK_BOT_TOKEN: BOT_TOKEN,
      TALK_SIGNING_SECRET: SIGNING_SECRETS[0],
      TALK_WORKSPACE: 'embedded',
      SLACK_API_URL: `http://127.0.0.1:${portOf('slack')}/api/`,
      SLACK_BOT_TOKEN,
      SLACK_SIGNING_SECRET,
      ...(discord === null ? {} : discordEnvironment(portOf('discord'))),
      JET_TOKEN,
      // a callback goes to the public internet alone, unless the operator says so
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32',
      JET_CALLBACK_SECRET: CALLBACK_SECRET,
      CALLBACK_URL: `http://127.0.0.1:${portOf('callbacks')}/decisions`,
    },
    async close() {
      store.close();
      await mailWire.close();
      for (const front of fronts.values()) await front.close();
      await smtp.close();
      await slack.close();
      await discord?.close();
      await callbacks.close();
      await talk.close();
    },
  };
}

/** Taps come in by the gateway: no public key is given. */
function discordEnvironment(port: string): Readonly<Record<string, string>> {
  return {
    DISCORD_API_URL: `http://127.0.0.1:${port}/api`,
    DISCORD_BOT_TOKEN,
    DISCORD_APPLICATION_ID: BOT_ID,
  };
}
