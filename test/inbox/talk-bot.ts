/** The bot's side of the wire, for tests of the embedded Talk: signed calls, and a bot that is told of taps. */
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import type { Secret } from '../../src/base/secret.js';
import { sign, verify } from '../../src/base/standard-webhooks.js';
import { BOT_TOKEN, csrfOf, keyOf, serveOnLoopback, SIGNING_SECRETS, type LoopbackServer } from '../fakes/talk.js';

export interface Answered {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export interface CallOver {
  readonly key?: Secret;
  readonly bearer?: string;
  /** How far its time is ahead of the truth; negative: behind. */
  readonly aheadMs?: number;
  /** Sent instead of what was signed. */
  readonly sentBody?: Buffer;
  readonly without?: string;
}

/** A call of the bot, signed over its bytes unless `over` says otherwise. */
export async function callTalk(
  url: string,
  wish: { readonly method: 'GET' | 'POST' | 'PUT'; readonly message?: unknown },
  over: CallOver = {},
): Promise<Answered> {
  const body =
    wish.message === undefined
      ? Buffer.alloc(0)
      : Buffer.isBuffer(wish.message)
        ? wish.message
        : Buffer.from(JSON.stringify(wish.message));
  const atMs = systemClock().nowMs() + (over.aheadMs ?? 0);
  const key = over.key ?? keyOf(SIGNING_SECRETS[0]);
  const headers: Record<string, string> = {
    authorization: `Bearer ${over.bearer ?? BOT_TOKEN}`,
    ...sign(key, { id: systemChance().hex(16), atMs, body }),
  };
  if (over.without !== undefined) Reflect.deleteProperty(headers, over.without);
  const sent = over.sentBody ?? body;
  const response = await fetch(url, {
    method: wish.method,
    headers,
    ...(wish.method === 'GET' ? {} : { body: Uint8Array.from(sent) }),
  });
  return {
    status: response.status,
    json: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}

export function message(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    key: 'delivery-1',
    to: 'ada@example.org',
    revision: 1,
    text: 'Access requested',
    card: card('one'),
    ...over,
  };
}

export function card(text: string): object {
  return { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text }] };
}

/** A POST of the web inbox as a browser sends it. */
export function webPost(
  origin: string,
  path: string,
  wish: {
    readonly body: unknown;
    readonly user?: string;
    readonly headers?: Readonly<Record<string, string | undefined>>;
  },
): Promise<Response> {
  const user = wish.user ?? 'ada@example.org';
  const headers: Readonly<Record<string, string | undefined>> = {
    'content-type': 'application/json',
    origin,
    'sec-fetch-site': 'same-origin',
    'x-test-user': user,
    'x-csrf-token': csrfOf(user),
    ...wish.headers,
  };
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${origin}${path}`, { method: 'POST', headers: given, body: JSON.stringify(wish.body) });
}

export interface ToldBot extends LoopbackServer {
  readonly url: string;
  /** What it was told, once the signature was found genuine. */
  readonly told: { readonly id: string; readonly event: Readonly<Record<string, unknown>> }[];
  /** Answers every call so from now on; `hang` answers none. */
  answer(how: 'hang' | { readonly status: number; readonly body: string }): void;
}

export async function startBot(): Promise<ToldBot> {
  const told: ToldBot['told'] = [];
  let how: Parameters<ToldBot['answer']>[0] = { status: 200, body: JSON.stringify({ isOk: true, text: 'Done.' }) };
  const server = await serveOnLoopback((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const nowMs = systemClock().nowMs();
      const checked = verify(SIGNING_SECRETS.map(keyOf), { headers: request.headers, body, nowMs });
      if (checked.kind === 'genuine')
        told.push({ id: checked.id, event: JSON.parse(body.toString('utf8')) as Record<string, unknown> });
      if (how !== 'hang') response.writeHead(how.status, { 'content-type': 'application/json' }).end(how.body);
    });
  });
  return {
    ...server,
    url: `http://127.0.0.1:${String(server.port)}/talk/events`,
    told,
    answer(next) {
      how = next;
    },
  };
}
