/** The webhook channel against a consumer (it is asked) and against a producer's callback (it is told the outcome). */
import { webhookEntry } from '../../../bots/webhook/entry.js';
import type { ApproverId } from '../../../src/approval/brand.js';
import { Secret } from '../../../src/base/crypto/secret.js';
import type { ChannelDeps, OpenChannel } from '../../../src/contract/channel.js';
import type { Recipient } from '../../../src/contract/notifier.js';
import {
  startFakePeer,
  type FakePeer,
  type PeerBehaviour,
  type PeerKind,
  type TakenMessage,
} from '../../fakes/consumer.js';
import type { Behaviour, OpenStage, SeenMessage, Stage, StageAt } from '../stage.js';

const TOKEN = 'consumer-token-0123456789abcdef';
const PRODUCER = 'jet';
const CALLBACK_KEY = Buffer.alloc(32, 9);

const consumer: Stage = {
  name: 'webhook to a consumer',
  tells: 'question',
  lacks: {
    no_in_a_200: 'the RFC has the body ignored: a 200 is a yes',
    message_gone: 'what was told is never edited',
    bad_credentials: 'a consumer that turns us away must not pause the others, so it is its own refusal',
    hang_before_body: 'a plain HTTP client sends the body with the connection, so it may have gone',
  },
  open: (deps, at) =>
    openStage({ peer: { kind: 'consumer', bearer: TOKEN }, deps, at, recipient: toConsumer, gone: 404 }),
};

const callback: Stage = {
  name: 'webhook to a producer’s callback',
  tells: 'outcome',
  lacks: {
    no_in_a_200: 'Standard Webhooks have the body ignored: a 2xx is a yes',
    message_gone: 'what was told is never edited',
    bad_credentials: 'a producer that turns us away must not pause the others',
    hang_before_body: 'a plain HTTP client sends the body with the connection, so it may have gone',
  },
  open: (deps, at) =>
    openStage({ peer: { kind: 'callback', key: CALLBACK_KEY }, deps, at, recipient: toCallback, gone: 410 }),
};

export const webhookStages = [consumer, callback] as const satisfies readonly Stage[];

interface Plan {
  readonly peer: PeerKind;
  readonly deps: ChannelDeps;
  readonly at: StageAt;
  readonly recipient: (origin: string, number: number) => Recipient & { readonly url: string };
  /** The status that says the recipient is not there. */
  readonly gone: number;
}

async function openStage({ peer, deps, at, recipient, gone }: Plan): Promise<OpenStage> {
  const fake = await startFakePeer(peer);
  const port = String(fake.port);
  const origin = at === 'fake' ? `http://127.0.0.1:${port}` : `http://nowhere.invalid:${port}`;
  const channel = await openChannel(deps);
  return {
    channel,
    fake: {
      behave: (behaviour) => fake.behave(behaviourOf(behaviour, gone)),
      calls: () => fake.calls(),
      arrival: () => fake.arrival(),
      sees: (one) => fake.taken(pathOf(one)).map(seen),
    },
    recipient: (number) => recipient(origin, number),
    secrets: [TOKEN, CALLBACK_KEY.toString('base64'), CALLBACK_KEY.toString('hex')],
    close: () => closeAll(channel, fake),
  };
}

async function openChannel(deps: ChannelDeps): Promise<OpenChannel> {
  const { config, problems } = webhookEntry.configure(
    { WEBHOOK_TOKEN: TOKEN, WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' },
    { isUsed: false, sites: [], producers: [] },
  );
  if (config === null) throw new Error(`the stage is misconfigured: ${JSON.stringify(problems)}`);
  const { open } = await webhookEntry.load();
  return open(config, { ...deps, callbackKeys: new Map([[PRODUCER, new Secret(CALLBACK_KEY)]]) });
}

async function closeAll(channel: OpenChannel, fake: FakePeer): Promise<void> {
  await channel.stop();
  await fake.close();
}

function toConsumer(origin: string, number: number): ReturnType<Plan['recipient']> {
  return {
    kind: 'consumer',
    approver: `approver${String(number)}@koder.dev` as ApproverId,
    url: `${origin}/${String(number)}`,
  };
}

function toCallback(origin: string, number: number): ReturnType<Plan['recipient']> {
  return { kind: 'callback', producer: PRODUCER, url: `${origin}/${String(number)}` };
}

function pathOf(recipient: Recipient): string {
  return 'url' in recipient ? new URL(recipient.url).pathname : '';
}

function behaviourOf(behaviour: Behaviour, gone: number): PeerBehaviour {
  switch (behaviour.kind) {
    case 'busy':
      return { kind: 'status', status: 429, headers: { 'retry-after': String(behaviour.retryAfterSeconds) } };
    case 'server_error':
      return { kind: 'status', status: 503 };
    case 'unknown_recipient':
      return { kind: 'status', status: gone };
    case 'message_refused':
      return { kind: 'status', status: 400 };
    case 'bad_credentials':
    case 'no_in_a_200':
    case 'message_gone':
      throw new Error('the stage lacks it');
    case 'normal':
    case 'hang':
    case 'hang_before_body':
    case 'refuse_connection':
    case 'reset_after_body':
    case 'garbage':
      return { kind: behaviour.kind };
  }
}

/** A consumer's program reads names and values; where it leads a person is the confirm page. */
function seen({ json }: TakenMessage): SeenMessage {
  const link = json['confirm_url'];
  return {
    text: Object.values(json).join('\n'),
    links: typeof link === 'string' ? [link] : [],
    buttons: [],
    structure: Object.entries(json)
      .map(([name, value]) => `${name}: ${value === null ? 'null' : typeof value}`)
      .join('\n'),
  };
}
