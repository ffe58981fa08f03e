/** A working Toy platform on a loopback port, with a front that misbehaves on demand. It keeps the newest form of every card. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { sign } from '../../src/base/crypto/standard-webhooks.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { ToyCard } from '../channels/toy/notifier.js';
import type { Fake, SeenMessage } from '../contract/stage.js';
import { relay, whole, type Answered } from './pass-on.js';
import { startFront } from './talk-front.js';

export const TOY_TOKEN = 'the-gate-at-the-toy-platform';
/** By the names of `InboundKey`. */
export const TOY_KEYS = {
  current: Buffer.alloc(32, 21),
  next: Buffer.alloc(32, 22),
  foreign: Buffer.alloc(32, 23),
} as const;

export interface FakeToy extends Fake {
  readonly apiUrl: string;
  /** What a gate is configured with to reach it. */
  readonly environment: Readonly<Record<'TOY_API_URL' | 'TOY_TOKEN' | 'TOY_SIGNING_SECRET', string>>;
  close(): Promise<void>;
}

interface Kept extends ToyCard {
  readonly id: string;
  readonly to: string;
}

export async function startFakeToy(): Promise<FakeToy> {
  const cards = new Map<string, Kept>();
  let knowsPeople = true;
  const platform = createServer((request, response) => {
    void whole(request).then((body) => {
      relay(response, answerTo(request, { body, cards, knowsPeople }));
    });
  });
  platform.listen(0, '127.0.0.1');
  await once(platform, 'listening');
  const front = await startFront((platform.address() as AddressInfo).port);
  const apiUrl = `http://127.0.0.1:${String(front.port)}`;
  return {
    apiUrl,
    environment: toyEnvironment(apiUrl),
    calls: () => front.calls(),
    arrival: () => front.arrival(),
    async behave(behaviour) {
      knowsPeople = behaviour.kind !== 'unknown_recipient';
      await front.behave(behaviour);
    },
    sees(recipient) {
      const address = 'address' in recipient ? recipient.address : '';
      return [...cards.values()].filter(({ to }) => to === address).map(seen);
    },
    async close() {
      await front.close();
      platform.close();
      platform.closeAllConnections();
    },
  };
}

export function toyEnvironment(apiUrl: string): FakeToy['environment'] {
  const secrets = [TOY_KEYS.current, TOY_KEYS.next].map((key) => `whsec_${key.toString('base64')}`);
  return { TOY_API_URL: apiUrl, TOY_TOKEN, TOY_SIGNING_SECRET: secrets.join(',') };
}

/** The headers of a call that the platform signs. */
export function signedByToy(key: Buffer, call: { id: string; atMs: number; body: Buffer }): Record<string, string> {
  return { 'content-type': 'application/json', ...sign(new Secret(key), call) };
}

interface State {
  readonly body: Buffer;
  readonly cards: Map<string, Kept>;
  readonly knowsPeople: boolean;
}

function answerTo({ method, url = '', headers }: IncomingMessage, { body, cards, knowsPeople }: State): Answered {
  if (headers.authorization !== `Bearer ${TOY_TOKEN}`) return say(401, { error: 'who are you?' });
  if (method === 'GET') return say(200, { name: 'gate' });
  const card = JSON.parse(body.toString()) as ToyCard & { readonly key: string; readonly to: string };
  if (method === 'POST') {
    if (!knowsPeople) return say(404, { error: 'nobody has that handle' });
    const id = `c-${card.key}`;
    if (!cards.has(id)) cards.set(id, { ...card, id });
    return say(200, { id });
  }
  const id = decodeURIComponent(url.replace('/cards/', ''));
  const kept = cards.get(id);
  if (kept === undefined) return say(404, { error: 'no such card' });
  if (card.revision > kept.revision) cards.set(id, { ...kept, ...card });
  return say(200, { id });
}

function say(status: number, body: object): Answered {
  return { status, body: Buffer.from(JSON.stringify(body)) };
}

/** Lines are words whatever they hold: the platform knows no markup. */
function seen({ lines, link, buttons }: Kept): SeenMessage {
  return {
    text: lines.join('\n'),
    links: link === null ? [] : [link],
    buttons,
    structure: `${String(lines.length)} lines, ${link === null ? 'no link' : 'a link'}`,
  };
}
